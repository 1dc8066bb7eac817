using System.Collections.Immutable;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Begins new rounds of batches that have ended.</summary>
internal static class BatchRounds
{
    /// <summary>How many chunks are looked through at once.</summary>
    private const int ChunksAPage = 20;

    /// <summary>How many chunks a transaction opens again.</summary>
    private const int ChunksAStep = 100;

    // ?2: the reasons. ?3 and ?4: the first and the last row.
    private const string Asked =
        """
        SELECT DISTINCT (row - 1) / ?5 FROM batch_results
        WHERE batch = ?1 AND row BETWEEN ?3 AND ?4 AND status = 'unknown' AND (?2 = '' OR instr(?2, ' ' || reason || ' ') > 0)
        """;

    private const string UnknownLeft =
        """
        SELECT coalesce(sum(1 + repeated), 0) FROM batch_results r
        WHERE batch = ?1 AND row BETWEEN ?3 AND ?4 AND status = 'unknown' AND instr(?2, ' ' || reason || ' ') = 0
            AND NOT EXISTS (SELECT 1 FROM batch_retries WHERE batch = r.batch AND row = r.row)
        """;

    // Whoever still works on it, for the round that has ended, has its rows but not those that are asked again: it must not close it.
    private const string Reopen = "UPDATE batch_chunks SET open = 1, epoch = epoch + 1 WHERE batch = ?1 AND number = ?2";

    /// <summary>Begins a round.</summary>
    /// <param name="database">Where.</param>
    /// <param name="batchId">Of which batch.</param>
    /// <param name="reasons">Which unknowns are asked about.</param>
    /// <param name="list">These reasons as a list; empty takes all.</param>
    /// <param name="now">The time.</param>
    public static async Task<Batch?> BeginAsync(SqliteDatabase database, string batchId, ImmutableArray<VerdictReason> reasons, string list, DateTimeOffset now)
    {
        // :: Step 1: which chunks, and what stays unknown. Results of a batch that has ended do not change before the next round, so that they can be read in pieces.
        if (await database.ReadAsync(session => BatchRow.Of(session, batchId), CancellationToken.None) is not { Batch: { HasEnded: true, ErasedAt: null, Round: var round }, Key: var key })
            return null;
        var left = 0L;
        var chunks = new List<int>();
        await foreach (var page in BatchScan.PagesAsync(database, key, ChunksAPage, Read, CancellationToken.None))
        {
            left += page.Left;
            chunks.AddRange(page.Asked);
        }

        // :: Step 2: these are open again, some a transaction. Nobody claims chunks of a batch that has ended: a death in between leaves nothing that shows, and a chunk that is open
        // without need is closed by whoever claims it.
        foreach (var some in chunks.Chunk(ChunksAStep))
        {
            var isAsItWas = await database.WriteAsync(session =>
            {
                if (EndedOf(session, batchId, round) is null)
                    return false;
                foreach (var number in some)
                    _ = session.Execute(Reopen, key, number);
                return true;
            });
            if (!isAsItWas)
                return null;
        }

        // :: Step 3: the round.
        return await database.WriteAsync(session =>
        {
            if (EndedOf(session, batchId, round) is not { } before)
                return null;
            var after = BatchLife.Advance(BatchLife.Retry(before, reasons, left) with { Revision = before.Revision + 1 }, now);
            _ = BatchRow.Write(session, after);
            return after;
        });

        (long Left, ImmutableArray<int> Asked) Read(SqliteSession session, long first, long last) => (
            reasons.IsEmpty ? 0 : session.First(UnknownLeft, row => row.GetInt64(0), key, list, first, last),
            session.All(Asked, row => row.GetInt32(0), key, list, first, last, ChunkRows.PerChunk));
    }

    private static Batch? EndedOf(SqliteSession session, string batchId, int round) =>
        BatchRow.Of(session, batchId) is { Batch: { HasEnded: true, ErasedAt: null } ended } && ended.Round == round ? ended : null;
}
