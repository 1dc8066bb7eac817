using System.Collections.Immutable;
using EmailVerify.Core.Batches;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Removes rows and results of batches, a chunk a transaction, so that nothing else of theirs waits long.</summary>
internal static class BatchErasing
{
    /// <summary>How many verifications a transaction removes.</summary>
    private const int VerificationsAtOnce = 1_000;

    // What is shown of a batch that was erased: its counts.
    private static readonly TimeSpan KeepsCounts = TimeSpan.FromDays(30);

    // Of a draft, whether it was given up stands in the column that says of a batch whether it was erased.
    private const string Lock = "SELECT status IS NULL, erased_at IS NOT NULL FROM batches WHERE id = $1 FOR UPDATE";
    private const string GiveUp = "UPDATE batches SET erased_at = now() WHERE id = $1 AND status IS NULL AND erased_at IS NULL";
    private const string NextChunk = "SELECT number FROM batch_chunks WHERE batch_id = $1 LIMIT 1";

    private const string RemoveDraft = "DELETE FROM batches WHERE id = $1 AND status IS NULL";

    // Nobody has uploaded to it for an hour, by the clock that wrote when somebody last did. Locked and looked at again: it may go on this moment.
    private const string Forsaken = "status IS NULL AND (erased_at IS NOT NULL OR touched_at < now() - interval '1 hour')";
    private const string Drafts = $"SELECT id FROM batches WHERE {Forsaken}";
    private const string GiveUpForsaken = $"UPDATE batches SET erased_at = coalesce(erased_at, now()) WHERE id = $1 AND {Forsaken}";

    // One look for each batch that may be meant: with EXISTS all chunks there are would be gone through.
    private const string AnyChunk = "(SELECT number FROM batch_chunks WHERE batch_id = b.id LIMIT 1)";
    private const string Erasing = $"SELECT id FROM batches AS b WHERE erased_at IS NOT NULL AND status IS NOT NULL AND {AnyChunk} IS NOT NULL";
    private const string Expired = "SELECT id FROM batches WHERE erased_at IS NULL AND expires_at < $1 AND status IN ('completed', 'cancelled', 'failed')";

    private const string RemoveGone = $"DELETE FROM batches AS b WHERE erased_at < $1 AND status IS NOT NULL AND {AnyChunk} IS NULL";

    // $2 and $3: the first and the last row of the chunk.
    private static readonly ImmutableArray<string> RemoveByRow =
    [
        "DELETE FROM batch_results WHERE batch_id = $1 AND row BETWEEN $2 AND $3",
        "DELETE FROM batch_retries WHERE batch_id = $1 AND row BETWEEN $2 AND $3",
        "DELETE FROM batch_repeats WHERE batch_id = $1 AND row BETWEEN $2 AND $3",
    ];

    // $2: the chunk. Its own row says that there is something left.
    private static readonly ImmutableArray<string> RemoveByNumber =
    [
        "DELETE FROM batch_rows WHERE batch_id = $1 AND number = $2",
        "DELETE FROM batch_chunks WHERE batch_id = $1 AND number = $2",
    ];

    /// <summary>Removes the chunks of a draft or of a batch that was erased.</summary>
    public static async Task EraseAsync(PostgresDatabase database, Guid key)
    {
        while (await database.WriteAsync(connection => RemoveNextAsync(connection, key)))
        {
        }
    }

    /// <summary>Goes on with what was cut off, and removes what is old.</summary>
    public static async Task SweepAsync(PostgresDatabase database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var draft in await database.ReadAsync(connection => connection.AllAsync(Drafts, row => row.GetGuid(0), cancellationToken), cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await database.WriteAsync(connection => connection.ExecuteAsync(GiveUpForsaken, PostgresValue.Of(draft))) > 0)
                await EraseAsync(database, draft);
        }

        var over = await database.ReadAsync(
            async connection => (await connection.AllAsync(Erasing, row => row.GetGuid(0), cancellationToken))
                .AddRange(await connection.AllAsync(Expired, row => row.GetGuid(0), cancellationToken, PostgresValue.Of(now))),
            cancellationToken);
        foreach (var key in over)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await database.WriteAsync(connection => EndAsync(connection, key, now)))
                await EraseAsync(database, key);
        }

        _ = await database.WriteAsync(connection => connection.ExecuteAsync(RemoveGone, PostgresValue.Of(now - KeepsCounts)));
        while (await database.WriteAsync(connection => IdempotencyRows.RemoveSomeAsync(connection, now - IdempotencyRecord.Lifetime)))
            cancellationToken.ThrowIfCancellationRequested();
    }

    // Somebody may have had it go on meanwhile.
    private static async Task<bool> EndAsync(NpgsqlConnection connection, Guid key, DateTimeOffset now)
    {
        if (await BatchRow.LockAsync(connection, key) is not { } batch || (batch.ErasedAt is null && !(batch.HasEnded && batch.ExpiresAt < now)))
            return false;
        if (batch.ErasedAt is null)
            _ = await BatchRow.WriteAsync(connection, key, BatchLife.Erase(batch, now));
        return true;
    }

    private static async Task<bool> RemoveNextAsync(NpgsqlConnection connection, Guid key)
    {
        int? next;
        await using (var pipeline = new PostgresPipeline(connection).Add(Lock, PostgresValue.Of(key)).Add(NextChunk, PostgresValue.Of(key)))
        {
            if (await pipeline.FirstAsync<(bool IsDraft, bool IsErased)?>(row => (row.GetBoolean(0), row.GetBoolean(1)), CancellationToken.None) is not { } found)
                return false;
            if (found is { IsDraft: false, IsErased: false })
                throw new InvalidOperationException("A batch is erased before its rows are removed.");
            next = await pipeline.FirstAsync<int?>(row => row.GetInt32(0), CancellationToken.None);
        }

        // Those of earlier rounds too, which no result names any more.
        if (await VerificationRows.EraseAsync(connection, key, VerificationsAtOnce) > 0)
            return true;
        await using var removing = new PostgresPipeline(connection);
        if (next is not { } number)
        {
            _ = await removing.Add(RemoveDraft, PostgresValue.Of(key)).RunAsync(CancellationToken.None);
            return false;
        }

        // What is added to it from now on is refused: nobody must publish a batch that lacks rows.
        _ = removing.Add(GiveUp, PostgresValue.Of(key));
        var (first, last) = ChunkRows.Bounds(number);
        foreach (var statement in RemoveByRow)
            _ = removing.Add(statement, PostgresValue.Of(key), PostgresValue.Of(first), PostgresValue.Of(last));
        foreach (var statement in RemoveByNumber)
            _ = removing.Add(statement, PostgresValue.Of(key), PostgresValue.Of(number));
        _ = await removing.RunAsync(CancellationToken.None);
        return true;
    }
}
