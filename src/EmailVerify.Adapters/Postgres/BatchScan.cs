using System.Runtime.CompilerServices;
using EmailVerify.Core.Batches;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Looks through all results of a batch, some rows at a time, so that no statement lasts long.</summary>
internal static class BatchScan
{
    private const string Chunks = "SELECT coalesce(max(number) + 1, 0) FROM batch_chunks WHERE batch_id = $1";

    /// <summary>Counts the chunks of a batch.</summary>
    public static Task<int> ChunksAsync(NpgsqlConnection connection, Guid key, CancellationToken cancellationToken) =>
        connection.FirstAsync(Chunks, row => row.GetInt32(0), cancellationToken, PostgresValue.Of(key));

    /// <summary>Reads page by page.</summary>
    /// <param name="database">From where.</param>
    /// <param name="key">Of which batch.</param>
    /// <param name="chunks">How many chunks a page has.</param>
    /// <param name="read">Reads of a page, given its first and its last row.</param>
    /// <param name="cancellationToken">Stops between two pages.</param>
    public static async IAsyncEnumerable<T> PagesAsync<T>(
        PostgresDatabase database, Guid key, int chunks, Func<NpgsqlConnection, long, long, Task<T>> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var count = await database.ReadAsync(connection => ChunksAsync(connection, key, cancellationToken), cancellationToken);
        for (var number = 0; number < count; number += chunks)
        {
            var (from, to) = (ChunkRows.Bounds(number).First, ChunkRows.Bounds(number + chunks - 1).Last);
            yield return await database.ReadAsync(connection => read(connection, from, to), cancellationToken);
        }
    }
}
