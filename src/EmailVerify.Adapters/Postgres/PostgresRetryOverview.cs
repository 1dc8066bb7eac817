using System.Collections.Immutable;
using System.Globalization;
using EmailVerify.Core.Retries;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Counts what waits in the tables <c>retries</c> and <c>batch_retries</c>, each by one pass, without a sort.</summary>
public sealed class PostgresRetryOverview(PostgresDatabase database) : IRetryOverview
{
    /// <inheritdoc/>
    public ValueTask<RetryOverview> CountAsync(ImmutableArray<DateTimeOffset> bounds, CancellationToken cancellationToken) => database.ReportAsync(
        async connection => new RetryOverview(
            await CountAsync(connection, "retries", bounds, cancellationToken), await CountAsync(connection, "batch_retries", bounds, cancellationToken)),
        cancellationToken);

    /// <summary>Gets the query of a table: a column for each bound, how many are due up to it; then how many there are, and when the first is due.</summary>
    internal static string Query(string table, int bounds)
    {
        var columns = Enumerable.Range(1, bounds).Select(bound => string.Create(CultureInfo.InvariantCulture, $"count(*) FILTER (WHERE due_at <= ${bound}), "));
        return $"SELECT {string.Concat(columns)}count(*), min(due_at) FROM {table}";
    }

    private static async Task<RetriesDue> CountAsync(NpgsqlConnection connection, string table, ImmutableArray<DateTimeOffset> bounds, CancellationToken cancellationToken) =>
        (await connection.FirstAsync(Query(table, bounds.Length), row => Read(row, bounds.Length), cancellationToken, bounds.Select(bound => PostgresValue.Of(bound))))!;

    private static RetriesDue Read(NpgsqlDataReader row, int bounds) => RetriesDue.UpTo([.. Enumerable.Range(0, bounds + 1).Select(row.GetInt64)], row.InstantOrNull(bounds + 1));
}
