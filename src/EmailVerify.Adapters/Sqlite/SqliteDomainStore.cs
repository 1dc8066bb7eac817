using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Domains;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>The table <c>domains</c>.</summary>
public sealed class SqliteDomainStore : IDomainStore
{
    private const string Selected =
        "domain, route, route_found_at, route_fresh_until, catch_all, catch_all_observed_at, catch_all_fresh_until, catch_all_samples, paused_until, "
        + "digits_accepted, digits_refused, first_last_accepted, first_last_refused, greylists_known_only_at";

    private const string Find = $"SELECT {Selected} FROM domains WHERE domain = ?1";

    private const string FindMany = $"SELECT {Selected} FROM (SELECT value AS name FROM json_each(?1)) AS asked CROSS JOIN domains ON domain = asked.name";

    private const string Save =
        $"INSERT OR REPLACE INTO domains ({Selected}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

    // What tells anything of a domain, and ended before ?2.
    private const string IsForgotten =
        "coalesce(route_fresh_until, 0) < ?2 AND catch_all_fresh_until < ?2 AND coalesce(paused_until, 0) < ?2 AND coalesce(greylists_known_only_at, 0) < ?2";

    private const string NextPage = $"SELECT domain, {IsForgotten} FROM domains WHERE domain > ?1 ORDER BY domain LIMIT ?3";

    private const string Forget = $"DELETE FROM domains WHERE domain IN (SELECT value FROM json_each(?1)) AND {IsForgotten}";

    private readonly SharedRoutes routes = new();
    private readonly SqliteDatabase database;
    private readonly DomainSweep sweep;

    /// <summary>Makes the store over a database.</summary>
    public SqliteDomainStore(SqliteDatabase database)
    {
        this.database = database;
        sweep = new DomainSweep(
            (from, before, count, cancellationToken) => database.ReadPageAsync(
                session => session.All(NextPage, row => (Domain: row.GetString(0), IsForgotten: row.GetBoolean(1)), from, Columns.Of(before), count), cancellationToken),
            (domains, before) => database.WriteAsync(session => session.Execute(Forget, JsonSerializer.Serialize(domains, TextsJsonContext.Default.StringArray), Columns.Of(before))));
    }

    /// <inheritdoc/>
    public ValueTask<DomainRecord?> FindAsync(string domain, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.First(Find, Read, domain), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<DomainRecord>> FindManyAsync(ImmutableArray<string> domains, CancellationToken cancellationToken)
    {
        var asked = JsonSerializer.Serialize([.. domains], TextsJsonContext.Default.StringArray);
        return database.ReadPageAsync(session => session.All(FindMany, Read, asked), cancellationToken);
    }

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
            Columns.Of(record.PausedUntil),
            record.CatchAll.Digits.Accepted,
            record.CatchAll.Digits.Refused,
            record.CatchAll.FirstLast.Accepted,
            record.CatchAll.FirstLast.Refused,
            Columns.Of(record.Strangers.KnownOnlyAt)));
    }

    /// <summary>Removes domains of which nothing is known any more.</summary>
    public Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken) => sweep.RunAsync(now, cancellationToken);

    private DomainRecord Read(SqliteDataReader row) => new(
        row.GetString(0),
        row.TextOrNull(1) is { } route && routes.Of(route) is { } known ? new RouteFinding(known, row.Instant(2), row.Instant(3)) : null,
        new CatchAllFinding(row.Word<CatchAllState>(4), row.Instant(5), row.Instant(6), row.GetInt32(7)) { Digits = Tally(row, 9), FirstLast = Tally(row, 11) },
        row.InstantOrNull(8))
    {
        Strangers = row.InstantOrNull(13) is { } seen ? new StrangerFinding(null, seen) : StrangerFinding.None,
    };

    // Null in what an older version wrote.
    private static DecoyTally Tally(SqliteDataReader row, int column) => row.IsDBNull(column) ? default : new(row.GetDouble(column), row.GetDouble(column + 1));
}
