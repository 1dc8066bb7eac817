using System.Collections.Immutable;
using EmailVerify.Core;
using EmailVerify.Core.Domains;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>The table <c>domains</c>.</summary>
public sealed class PostgresDomainStore : IDomainStore, IPostgresSweep
{
    private const string Selected =
        "domain, route, route_found_at, route_fresh_until, catch_all, catch_all_observed_at, catch_all_fresh_until, catch_all_samples, paused_until, "
        + "digits_accepted, digits_refused, first_last_accepted, first_last_refused, greylists_known_only_at";

    internal const string Find = $"SELECT {Selected} FROM domains WHERE domain = $1";

    internal const string FindMany = $"SELECT {Selected} FROM unnest($1) AS asked (name) JOIN domains ON domain = asked.name";

    private const string Save =
        $"""
        INSERT INTO domains ({Selected})
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS given ({Selected}) ORDER BY domain
        ON CONFLICT (domain) DO UPDATE SET
            route = excluded.route, route_found_at = excluded.route_found_at, route_fresh_until = excluded.route_fresh_until, catch_all = excluded.catch_all,
            catch_all_observed_at = excluded.catch_all_observed_at, catch_all_fresh_until = excluded.catch_all_fresh_until, catch_all_samples = excluded.catch_all_samples,
            paused_until = excluded.paused_until, digits_accepted = excluded.digits_accepted, digits_refused = excluded.digits_refused,
            first_last_accepted = excluded.first_last_accepted, first_last_refused = excluded.first_last_refused, greylists_known_only_at = excluded.greylists_known_only_at
        """;

    // What tells anything of a domain, and ended before $2; greatest passes over nulls.
    private const string IsForgotten = "greatest(route_fresh_until, catch_all_fresh_until, paused_until, greylists_known_only_at) < $2";

    internal const string NextPage = $"SELECT domain, {IsForgotten} FROM domains WHERE domain > $1 ORDER BY domain LIMIT $3";

    // Locked in the order in which writers lock them.
    internal const string Forget =
        $"DELETE FROM domains WHERE domain IN (SELECT domain FROM domains WHERE domain = ANY ($1) AND {IsForgotten} ORDER BY domain FOR UPDATE)";

    private readonly SharedRoutes routes = new();
    private readonly PostgresDatabase database;
    private readonly GroupedWrites<DomainRecord> records;
    private readonly DomainSweep sweep;

    /// <summary>Makes the store over a database.</summary>
    public PostgresDomainStore(PostgresDatabase database)
    {
        this.database = database;
        sweep = new DomainSweep(
            (from, before, count, cancellationToken) => database.ReadAsync(
                connection => connection.AllAsync(
                    NextPage, row => (row.GetString(0), row.GetBoolean(1)), cancellationToken, PostgresValue.Of(from), PostgresValue.Of(before), PostgresValue.Of(count)),
                cancellationToken),
            (domains, before) => database.WriteAsync(connection => connection.ExecuteAsync(Forget, PostgresValue.Of(domains), PostgresValue.Of(before))));
        records = new GroupedWrites<DomainRecord>(record => record.Domain, group => database.WriteAsync(connection => connection.ExecuteAsync(Save, ValuesOf(group))));
    }

    /// <inheritdoc/>
    public ValueTask<DomainRecord?> FindAsync(string domain, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => connection.FirstAsync(Find, Read, cancellationToken, PostgresValue.Of(domain)), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<DomainRecord>> FindManyAsync(ImmutableArray<string> domains, CancellationToken cancellationToken) => domains.IsEmpty
        ? new([])
        : database.ReadAsync(connection => connection.AllAsync(FindMany, Read, cancellationToken, PostgresValue.Of((IEnumerable<string>)domains)), cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(DomainRecord record) => records.WriteAsync(record);

    /// <summary>Removes domains of which nothing is known any more.</summary>
    public Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken) => sweep.RunAsync(now, cancellationToken);

    private static IEnumerable<NpgsqlParameter> ValuesOf(IReadOnlyList<DomainRecord> records) =>
    [
        PostgresValue.Of(records.Select(record => record.Domain)),
        PostgresValue.Json(records.Select(record => record.Route is { } finding ? RouteJson.Write(finding.Route) : null)),
        PostgresValue.Of(records.Select(record => record.Route?.FoundAt)),
        PostgresValue.Of(records.Select(record => record.Route?.FreshUntil)),
        PostgresValue.Of(records.Select(record => Words.Of(record.CatchAll.State))),
        PostgresValue.Of(records.Select(record => record.CatchAll.ObservedAt)),
        PostgresValue.Of(records.Select(record => record.CatchAll.FreshUntil)),
        PostgresValue.Of(records.Select(record => record.CatchAll.Samples)),
        PostgresValue.Of(records.Select(record => record.PausedUntil)),
        PostgresValue.Of(records.Select(record => record.CatchAll.Digits.Accepted)),
        PostgresValue.Of(records.Select(record => record.CatchAll.Digits.Refused)),
        PostgresValue.Of(records.Select(record => record.CatchAll.FirstLast.Accepted)),
        PostgresValue.Of(records.Select(record => record.CatchAll.FirstLast.Refused)),
        PostgresValue.Of(records.Select(record => record.Strangers.KnownOnlyAt)),
    ];

    private static DecoyTally Tally(NpgsqlDataReader row, int column) => new(row.GetDouble(column), row.GetDouble(column + 1));

    private DomainRecord Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.TextOrNull(1) is { } route && routes.Of(route) is { } known ? new RouteFinding(known, row.Instant(2), row.Instant(3)) : null,
        new CatchAllFinding(row.Word<CatchAllState>(4), row.Instant(5), row.Instant(6), row.GetInt32(7)) { Digits = Tally(row, 9), FirstLast = Tally(row, 11) },
        row.InstantOrNull(8))
    {
        Strangers = row.InstantOrNull(13) is { } seen ? new StrangerFinding(null, seen) : StrangerFinding.None,
    };
}
