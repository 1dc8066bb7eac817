using System.Collections.Immutable;
using EmailVerify.Core.Retries;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Counts what waits in the tables <c>retries</c> and <c>batch_retries</c>, each by one pass over the index of its due times.</summary>
public sealed class SqliteRetryOverview(SqliteDatabase database) : IRetryOverview
{
    private const string Verifications = "SELECT (SELECT count(*) FROM json_each(?1) WHERE value < due_at) AS past, count(*), min(due_at) FROM retries INDEXED BY retries_due GROUP BY past";
    private const string BatchRows = "SELECT (SELECT count(*) FROM json_each(?1) WHERE value < due_at) AS past, count(*), min(due_at) FROM batch_retries INDEXED BY batch_retries_due GROUP BY past";

    /// <inheritdoc/>
    public ValueTask<RetryOverview> CountAsync(ImmutableArray<DateTimeOffset> bounds, CancellationToken cancellationToken)
    {
        var times = $"[{string.Join(',', bounds.Select(bound => Columns.Of(bound)))}]";
        return database.ReadPageAsync(session => new RetryOverview(Count(session, Verifications, times, bounds.Length), Count(session, BatchRows, times, bounds.Length)), cancellationToken);
    }

    private static RetriesDue Count(SqliteSession session, string query, string times, int bounds)
    {
        var counts = new long[bounds + 1];
        DateTimeOffset? next = null;
        foreach (var (past, count, first) in session.All(query, row => (row.GetInt32(0), row.GetInt64(1), row.Instant(2)), times))
        {
            counts[past] = count;
            next = first < next || next is null ? first : next;
        }

        return new RetriesDue([.. counts], next);
    }
}
