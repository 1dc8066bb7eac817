using System.Collections.Immutable;
using System.Globalization;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Searches over the table <c>verifications</c>, and counts in <c>verdict_days</c>.</summary>
public sealed class SqliteVerificationReports(SqliteDatabase database) : IVerificationReports
{
    private const string Trends = "SELECT day, reason, count FROM verdict_days WHERE customer_id = ?1 AND day BETWEEN ?2 AND ?3 AND count > 0 ORDER BY day, reason";

    private const string RemoveOld = "DELETE FROM verdict_days WHERE day < ?1";

    private static readonly int FirstDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Verification>> SearchAsync(string customerId, VerificationSearch search, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(search.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(search.Limit, 1_001);
        var (query, values) = QueryOf(customerId, search);
        return query.Length == 0 ? new([]) : database.ReadPageAsync(session => session.All(query, VerificationRow.Read, values), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<DayCount>> TrendsAsync(string customerId, DateOnly from, DateOnly to, CancellationToken cancellationToken) => database.ReadPageAsync(
        session => session.All(
            Trends,
            row => new DayCount(DateOnly.FromDayNumber(FirstDay + row.GetInt32(0)), row.Word<VerdictReason>(1), row.GetInt64(2)),
            customerId,
            from.DayNumber - FirstDay,
            to.DayNumber - FirstDay),
        cancellationToken);

    /// <summary>Removes old counts.</summary>
    public Task SweepAsync(DateTimeOffset now) => database.WriteAsync(session => session.Execute(RemoveOld, DayCount.FirstKept(now).DayNumber - FirstDay));

    /// <summary>Makes the query: the runs of the reasons and of what is pending, each at most as long as the page, and of these the newest. Empty where nothing can be found.</summary>
    internal static (string Query, SqliteValue[] Values) QueryOf(string customerId, VerificationSearch search)
    {
        List<SqliteValue> values = [customerId, search.FirstId, search.EndId, search.Limit];
        var (index, place) = search switch
        {
            { Domain: { } domain, BatchId: { } batch } => ("verifications_domain", $"customer_id = ?1 AND domain = {Parameter(domain)} AND {BatchOf(batch)}"),
            { Domain: { } domain } => ("verifications_domain", $"customer_id = ?1 AND domain = {Parameter(domain)}"),
            { BatchId: { } batch } => ("verifications_batch", BatchOf(batch)),
            _ => ("verifications_search", "customer_id = ?1"),
        };
        var runs = search.Reasons.Select(reason => Run($"reason = {Parameter(Words.Of(reason))}")).ToList();
        if (search.IncludesPending)
            runs.Add(Run("reason IS NULL"));
        return runs.Count == 0 ? (string.Empty, []) : (
            $"""
            SELECT {VerificationRow.Selected} FROM (SELECT found FROM ({string.Join(" UNION ALL ", runs)}) ORDER BY found DESC LIMIT ?4)
            CROSS JOIN verifications ON id = found ORDER BY found DESC
            """,
            [.. values]);

        string Run(string reason) => $"SELECT found FROM (SELECT id AS found FROM verifications INDEXED BY {index} WHERE {place} AND {reason} AND id >= ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4)";

        string BatchOf(string batch) => $"batch = (SELECT key FROM batches WHERE id = {Parameter(batch)} AND customer_id = ?1)";

        string Parameter(SqliteValue value)
        {
            values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"?{values.Count}");
        }
    }
}
