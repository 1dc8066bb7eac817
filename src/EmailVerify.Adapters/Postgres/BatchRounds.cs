using System.Collections.Immutable;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Begins new rounds of batches that have ended.</summary>
internal static class BatchRounds
{
    /// <summary>How many chunks are looked through at once.</summary>
    private const int ChunksAPage = 50;

    /// <summary>How many chunks a transaction opens again.</summary>
    private const int ChunksAStep = 100;

    // $2 and $3: the first and the last row. $4: the reasons, none for each.
    private const string Asked =
        """
        SELECT DISTINCT ((row - 1) / $5)::integer FROM batch_results
        WHERE batch_id = $1 AND row BETWEEN $2 AND $3 AND status = 'unknown' AND (cardinality($4) = 0 OR reason = ANY ($4))
        """;

    private const string UnknownLeft =
        """
        SELECT coalesce(sum(1 + repeated), 0)::bigint FROM batch_results AS r
        WHERE batch_id = $1 AND row BETWEEN $2 AND $3 AND status = 'unknown' AND cardinality($4) > 0 AND reason <> ALL ($4)
            AND NOT EXISTS (SELECT 1 FROM batch_retries WHERE batch_id = $1 AND row = r.row)
        """;

    // Whoever still works on it, for the round that has ended, has its rows but not those that are asked again: it must not close it.
    private const string Reopen = "UPDATE batch_chunks SET is_open = true, epoch = epoch + 1 WHERE batch_id = $1 AND number = ANY ($2)";

    /// <summary>Begins a round.</summary>
    /// <param name="database">Where.</param>
    /// <param name="key">Of which batch.</param>
    /// <param name="reasons">Which unknowns are asked about.</param>
    /// <param name="now">The time.</param>
    public static async Task<Batch?> BeginAsync(PostgresDatabase database, Guid key, ImmutableArray<VerdictReason> reasons, DateTimeOffset now)
    {
        // :: Step 1: which chunks, and what stays unknown. Results of a batch that has ended do not change before the next round, so that they can be read in pieces.
        if (await database.ReadAsync(connection => BatchRow.OfAsync(connection, key, CancellationToken.None), CancellationToken.None) is not { HasEnded: true, ErasedAt: null, Round: var round })
            return null;
        string[] words = [.. reasons.Select(Words.Of)];
        var left = 0L;
        var chunks = new List<int>();
        await foreach (var page in BatchScan.PagesAsync(database, key, ChunksAPage, ReadAsync, CancellationToken.None))
        {
            left += page.Left;
            chunks.AddRange(page.Asked);
        }

        // :: Step 2: these are open again, some a transaction. Nobody claims chunks of a batch that has ended: a death in between leaves nothing that shows, and a chunk that is open
        // without need is closed by whoever claims it.
        foreach (var some in chunks.Chunk(ChunksAStep))
        {
            var isAsItWas = await database.WriteAsync(async connection =>
                await EndedAsync(connection, key, round) is not null && await connection.ExecuteAsync(Reopen, PostgresValue.Of(key), PostgresValue.Of(some)) >= 0);
            if (!isAsItWas)
                return null;
        }

        // :: Step 3: the round.
        return await database.WriteAsync(async connection =>
        {
            if (await EndedAsync(connection, key, round) is not { } before)
                return null;
            var after = BatchLife.Advance(BatchLife.Retry(before, reasons, left) with { Revision = before.Revision + 1 }, now);
            _ = await BatchRow.WriteAsync(connection, key, after);
            return after;
        });

        async Task<(long Left, ImmutableArray<int> Asked)> ReadAsync(NpgsqlConnection connection, long first, long last)
        {
            await using var pipeline = new PostgresPipeline(connection)
                .Add(UnknownLeft, PostgresValue.Of(key), PostgresValue.Of(first), PostgresValue.Of(last), PostgresValue.Of(words))
                .Add(Asked, PostgresValue.Of(key), PostgresValue.Of(first), PostgresValue.Of(last), PostgresValue.Of(words), PostgresValue.Of((long)ChunkRows.PerChunk));
            return (await pipeline.FirstAsync(row => row.GetInt64(0), CancellationToken.None), await pipeline.AllAsync(row => row.GetInt32(0), CancellationToken.None));
        }
    }

    private static async Task<Batch?> EndedAsync(NpgsqlConnection connection, Guid key, int round) =>
        await BatchRow.LockAsync(connection, key) is { HasEnded: true, ErasedAt: null } ended && ended.Round == round ? ended : null;
}
