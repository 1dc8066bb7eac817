using System.Collections.Immutable;
using EmailVerify.Core;
using EmailVerify.Core.Domains;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>The table <c>domains</c>.</summary>
public sealed class SqliteDomainStore(SqliteDatabase database) : IDomainStore
{
    private const string Find =
        """
        SELECT domain, route, route_found_at, route_fresh_until, catch_all, catch_all_observed_at, catch_all_fresh_until, catch_all_samples, paused_until
        FROM domains WHERE domain = ?1
        """;

    private const string Save =
        """
        INSERT OR REPLACE INTO domains (
            domain, route, route_found_at, route_fresh_until, catch_all, catch_all_observed_at, catch_all_fresh_until, catch_all_samples, paused_until)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """;

    /// <inheritdoc/>
    public ValueTask<DomainRecord?> FindAsync(string domain, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.First(Find, Read, domain), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<DomainRecord>> FindManyAsync(ImmutableArray<string> domains, CancellationToken cancellationToken) =>
        database.ReadPageAsync(session => domains.Select(domain => session.First(Find, Read, domain)).OfType<DomainRecord>().ToImmutableArray(), cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(DomainRecord record)
    {
        var route = record.Route is { } finding ? RouteJson.Write(finding.Route) : null;
        return database.WriteAsync(session => session.Execute(
            Save,
            record.Domain,
            route,
            Columns.Of(record.Route?.FoundAt),
            Columns.Of(record.Route?.FreshUntil),
            Words.Of(record.CatchAll.State),
            Columns.Of(record.CatchAll.ObservedAt),
            Columns.Of(record.CatchAll.FreshUntil),
            record.CatchAll.Samples,
            Columns.Of(record.PausedUntil)));
    }

    private static DomainRecord Read(SqliteDataReader row) => new(
        row.GetString(0),
        !row.IsDBNull(1) && RouteJson.Read(row.GetString(1)) is { } route ? new RouteFinding(route, row.Instant(2), row.Instant(3)) : null,
        new CatchAllFinding(row.Word<CatchAllState>(4), row.Instant(5), row.Instant(6), row.GetInt32(7)),
        row.InstantOrNull(8));
}
