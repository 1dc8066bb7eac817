using System.Runtime.CompilerServices;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Looks through all results of a batch, some rows at a time: nothing is held up, and no reader keeps the log from being copied.</summary>
internal static class BatchScan
{
    private const string LastChunk = "SELECT coalesce(max(number), -1) FROM batch_chunks WHERE batch = ?1";

    /// <summary>Reads page by page.</summary>
    /// <param name="database">From where.</param>
    /// <param name="key">The number of the batch.</param>
    /// <param name="chunks">How many chunks a page has.</param>
    /// <param name="read">Reads of a page, given its first and its last row.</param>
    /// <param name="cancellationToken">Stops between two pages.</param>
    public static async IAsyncEnumerable<T> PagesAsync<T>(
        SqliteDatabase database, long key, int chunks, Func<SqliteSession, long, long, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = await database.ReadAsync(session => session.First(LastChunk, row => row.GetInt32(0), key), cancellationToken);
        for (var number = 0; number <= last; number += chunks)
        {
            var (from, to) = (ChunkRows.Bounds(number).First, ChunkRows.Bounds(number + chunks - 1).Last);
            yield return await database.ReadPageAsync(session => read(session, from, to), cancellationToken);
        }
    }
}
