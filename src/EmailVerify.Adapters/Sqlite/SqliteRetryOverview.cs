using System.Collections.Immutable;
using System.Globalization;
using EmailVerify.Core.Retries;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Counts what waits in the tables <c>retries</c> and <c>batch_retries</c>, each by one pass over the index of its due times, without a sort.</summary>
public sealed class SqliteRetryOverview(SqliteDatabase database) : IRetryOverview
{
    /// <inheritdoc/>
    public ValueTask<RetryOverview> CountAsync(ImmutableArray<DateTimeOffset> bounds, CancellationToken cancellationToken)
    {
        SqliteValue[] times = [.. bounds.Select(bound => (SqliteValue)Columns.Of(bound))];
        var verifications = Query("retries INDEXED BY retries_due", times.Length);
        var batchRows = Query("batch_retries INDEXED BY batch_retries_due", times.Length);
        return database.ReadPageAsync(session => new RetryOverview(Count(session, verifications, times), Count(session, batchRows, times)), cancellationToken);
    }

    // A column for each bound: how many are due up to it; then how many there are, and when the first is due.
    private static string Query(string table, int bounds)
    {
        var columns = Enumerable.Range(1, bounds).Select(bound => string.Create(CultureInfo.InvariantCulture, $"count(*) FILTER (WHERE due_at <= ?{bound}), "));
        return $"SELECT {string.Concat(columns)}count(*), min(due_at) FROM {table}";
    }

    private static RetriesDue Count(SqliteSession session, string query, SqliteValue[] times) => session.First(query, row => Read(row, times.Length), times)!;

    private static RetriesDue Read(SqliteDataReader row, int bounds) => RetriesDue.UpTo([.. Enumerable.Range(0, bounds + 1).Select(row.GetInt64)], row.InstantOrNull(bounds + 1));
}
