using System.Collections.Immutable;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>
/// Searches over the table <c>verifications</c>, and counts in <c>verdict_days</c> and <c>verdict_changes</c>. Both are read as reports are: from a standby where there is one, and as long as
/// its connection string lets a statement run; what takes longer ends in a <see cref="StorageUnavailableException"/>.
/// </summary>
public sealed class PostgresVerificationReports(PostgresDatabase database) : IVerificationReports, IPostgresSweep
{
    /// <summary>How many changes a transaction folds in at most.</summary>
    private const int FoldedAtOnce = 50_000;

    // The runs of some reasons ($2) and of what is pending (where $3 says so), each at most as long as the page ($6), and of these the newest. Pending is no value that the planner takes for equal,
    // so that the run of it is sorted by the column as well. That a run's ids are at least $4 is said twice: where a table has few reasons the planner thinks each is frequent, and would rather walk all
    // ids back than one run; what the second says of the reason makes it think better.
    private const string Runs =
        """
        SELECT id FROM (
            SELECT run.id FROM unnest($2) AS wanted (reason) CROSS JOIN LATERAL (
                SELECT id FROM verifications WHERE {0} AND reason = wanted.reason AND (reason, id) >= (wanted.reason, $4) AND id >= $4 AND id < $5 ORDER BY id DESC LIMIT $6) AS run
            UNION ALL
            (SELECT id FROM verifications WHERE $3 AND {0} AND reason IS NULL AND id >= $4 AND id < $5 ORDER BY reason DESC, id DESC LIMIT $6)) AS found
        ORDER BY id DESC LIMIT $6
        """;

    private const string OfDomain = "customer_id = $1 AND domain = $7";

    internal static readonly string ByCustomer = In("customer_id = $1");
    internal static readonly string ByDomain = In(OfDomain);

    // Whose the batch is, is asked once: its rows are all of one customer.
    internal static readonly string ByBatch = In("batch = $7 AND (SELECT true FROM batches WHERE id = $7 AND customer_id = $1)");
    internal static readonly string ByDomainAndBatch = In($"{OfDomain} AND batch = $8");

    internal const string Trends =
        """
        SELECT day, reason, sum(count)::bigint FROM (
            SELECT day, reason, count FROM verdict_days WHERE customer_id = $1 AND day BETWEEN $2 AND $3
            UNION ALL
            SELECT day, reason, change FROM verdict_changes WHERE customer_id = $1 AND day BETWEEN $2 AND $3) AS counted
        GROUP BY day, reason HAVING sum(count) > 0 ORDER BY day, reason
        """;

    internal const string Fold =
        """
        WITH taken AS (
            DELETE FROM verdict_changes WHERE ctid = ANY (ARRAY(SELECT ctid FROM verdict_changes LIMIT $1)) RETURNING customer_id, day, reason, change),
        folded AS (
            INSERT INTO verdict_days AS kept (customer_id, day, reason, count)
            SELECT customer_id, day, reason, sum(change) FROM taken GROUP BY customer_id, day, reason
            ON CONFLICT (customer_id, day, reason) DO UPDATE SET count = kept.count + excluded.count)
        SELECT count(*)::int FROM taken
        """;

    private const string RemoveOld = "DELETE FROM verdict_days WHERE day < $1";

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<Verification>> SearchAsync(string customerId, VerificationSearch search, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(search.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(search.Limit, 1_001);
        var batch = Guid.Empty;
        if (!StoredId.TryParse(search.EndId, StoredId.Verification, out var end) || (search.BatchId is { } named && !StoredId.TryParse(named, StoredId.Batch, out batch)))
            return [];
        List<NpgsqlParameter> values =
        [
            PostgresValue.Of(customerId),
            PostgresValue.Of(search.Reasons.Select(reason => (VerdictReason?)reason)),
            PostgresValue.Of(search.IncludesPending),
            PostgresValue.Of(StoredId.Of(search.FirstId, StoredId.Verification)),
            PostgresValue.Of(end),
            PostgresValue.Of(search.Limit),
        ];
        if (search.Domain is not null)
            values.Add(PostgresValue.Of(search.Domain));
        if (search.BatchId is not null)
            values.Add(PostgresValue.Of(batch));
        var query = (search.Domain, search.BatchId) switch
        {
            (null, null) => ByCustomer,
            (_, null) => ByDomain,
            (null, _) => ByBatch,
            _ => ByDomainAndBatch,
        };

        // What is pending in one look and has its verdict in the next would be in the wrong list, or twice.
        return await database.ReportAsync(
            connection => Snapshot.ReadAsync(
                connection,
                async () =>
                {
                    var ids = await connection.AllAsync(query, row => row.GetGuid(0), cancellationToken, values);
                    var rows = await VerificationRows.ReadAsync(connection, ids, cancellationToken);
                    return rows.Sort((one, other) => string.CompareOrdinal(other.Id, one.Id));
                },
                cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<DayCount>> TrendsAsync(string customerId, DateOnly from, DateOnly to, CancellationToken cancellationToken) => database.ReportAsync(
        connection => connection.AllAsync(
            Trends,
            row => new DayCount(row.GetFieldValue<DateOnly>(0), row.Word<VerdictReason>(1), row.GetInt64(2)),
            cancellationToken,
            PostgresValue.Of(customerId),
            PostgresValue.Of(from),
            PostgresValue.Of(to)),
        cancellationToken);

    /// <inheritdoc/>
    /// <remarks>A busy cluster adds thousands of changes a second, and who looks at trends reads all that were not folded in.</remarks>
    public TimeSpan Every => TimeSpan.FromMinutes(1);

    /// <summary>Folds the changes in that there are, and removes what is old.</summary>
    /// <remarks>Only one silo at a time does it, and nobody else writes <c>verdict_days</c>: it waits for nobody, and nobody waits for it.</remarks>
    public async Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (await database.WriteAsync(connection => connection.FirstAsync(Fold, row => row.GetInt32(0), CancellationToken.None, PostgresValue.Of(FoldedAtOnce))) == FoldedAtOnce)
            cancellationToken.ThrowIfCancellationRequested();
        _ = await database.WriteAsync(connection => connection.ExecuteAsync(RemoveOld, PostgresValue.Of(DayCount.FirstKept(now))));
    }

    private static string In(string place) => Runs.Replace("{0}", place, StringComparison.Ordinal);
}
