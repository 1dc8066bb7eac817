using System.Collections.Immutable;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Removes rows and results of batches, a chunk a transaction, so that nobody waits long for the writer.</summary>
internal static class BatchErasing
{
    // What is shown of a batch that was erased: its counts.
    private static readonly TimeSpan KeepsCounts = TimeSpan.FromDays(30);

    private const string Key = "SELECT key FROM batches WHERE id = ?1";
    private const string NextChunk = "SELECT number FROM batch_chunks WHERE batch = ?1 LIMIT 1";
    private const string RemoveVerifications =
        "DELETE FROM verifications WHERE id IN (SELECT id FROM verifications INDEXED BY verifications_batch WHERE batch = ?1 LIMIT 1000)";

    private const string RemoveDraft = "DELETE FROM batches WHERE key = ?1 AND status IS NULL";
    private const string RemoveGone = "DELETE FROM batches WHERE erased_at < ?1";
    public const string Drafts = "SELECT id FROM batches WHERE status IS NULL";
    private const string Erasing = "SELECT id FROM batches b WHERE erased_at IS NOT NULL AND EXISTS (SELECT 1 FROM batch_chunks WHERE batch = b.key)";
    private const string Expired = "SELECT id FROM batches WHERE erased_at IS NULL AND expires_at < ?1 AND status IN ('completed', 'cancelled', 'failed')";

    // ?2 and ?3: the first and the last row of the chunk.
    private static readonly ImmutableArray<string> RemoveByRow =
    [
        "DELETE FROM batch_results WHERE batch = ?1 AND row BETWEEN ?2 AND ?3",
        "DELETE FROM batch_retries WHERE batch = ?1 AND row BETWEEN ?2 AND ?3",
        "DELETE FROM batch_repeats WHERE batch = ?1 AND row BETWEEN ?2 AND ?3",
    ];

    // ?2: the chunk. Its own row last: it says that there is something left.
    private static readonly ImmutableArray<string> RemoveByNumber =
    [
        "DELETE FROM batch_rows WHERE batch = ?1 AND number = ?2",
        "DELETE FROM batch_chunks WHERE batch = ?1 AND number = ?2",
    ];

    /// <summary>Removes the chunks of a draft or of a batch that was erased.</summary>
    public static async Task EraseAsync(SqliteDatabase database, string batchId)
    {
        while (await database.WriteAsync(session => RemoveNext(session, batchId)))
        {
        }
    }

    /// <summary>Goes on with what was cut off, and removes what is old.</summary>
    public static async Task SweepAsync(SqliteDatabase database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ids = await database.ReadPageAsync(
            session => session.All(Erasing, row => row.GetString(0))
                .AddRange(session.All(Expired, row => row.GetString(0), Columns.Of(now))),
            cancellationToken);
        foreach (var id in ids)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Somebody may have had it go on meanwhile.
            var isOver = await database.WriteAsync(session => BatchRow.Of(session, id) is { } found
                && (found.Batch.ErasedAt is not null || (found.Batch is { HasEnded: true } && found.Batch.ExpiresAt < now))
                && BatchRow.Write(session, BatchLife.Erase(found.Batch, now)));
            if (isOver)
                await EraseAsync(database, id);
        }

        await database.WriteAsync(session => session.Execute(RemoveGone, Columns.Of(now - KeepsCounts)) + IdempotencyRows.RemoveOld(session, now - IdempotencyRecord.Lifetime));
    }

    private static bool RemoveNext(SqliteSession session, string batchId)
    {
        var key = session.First(Key, row => row.GetInt64(0), batchId);
        if (BatchRow.Of(session, batchId) is { Batch.ErasedAt: null })
            throw new InvalidOperationException("A batch is erased before its rows are removed.");

        // Those of earlier rounds too, which no result names any more.
        if (session.Execute(RemoveVerifications, key) > 0)
            return true;
        if (session.First<int?>(NextChunk, row => row.GetInt32(0), key) is not { } number)
        {
            _ = session.Execute(RemoveDraft, key);
            return false;
        }

        var (first, last) = ChunkRows.Bounds(number);
        foreach (var statement in RemoveByRow)
            _ = session.Execute(statement, key, first, last);
        foreach (var statement in RemoveByNumber)
            _ = session.Execute(statement, key, number);
        return true;
    }
}
