using System.Collections.Immutable;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Stores what became of rows, with the counts of their batch, in one transaction: four round trips and the commit, however many rows.</summary>
internal static class BatchFlushing
{
    private const string IsClaimed = "SELECT 1 FROM batch_chunks WHERE batch_id = $1 AND number = $2 AND epoch = $3";
    private const string CloseChunk = "UPDATE batch_chunks SET is_open = false WHERE batch_id = $1 AND number = $2";

    // $20: of each row until when it is leased, null where it is one of a claimed chunk. The row that was put off is the fence: whoever has it no longer has been overtaken.
    private const string SaveResults =
        $"""
        INSERT INTO batch_results ({VerdictColumns.Names}, batch_id, revision, round, row, repeated, attempts, verification_id)
        SELECT {VerdictColumns.Names}, $13, $14, $15, row, repeated, attempts, verification_id
        FROM unnest({VerdictColumns.Parameters}, $16, $17, $18, $19, $20) AS done ({VerdictColumns.Names}, row, repeated, attempts, verification_id, leased_until)
        WHERE leased_until IS NULL
            OR EXISTS (SELECT 1 FROM batch_retries AS own WHERE own.batch_id = $13 AND own.row = done.row AND own.due_at = done.leased_until AND own.holder IS NOT NULL)
        ON CONFLICT (batch_id, row) DO UPDATE SET
            ({VerdictColumns.Names}) = ({VerdictColumns.Excluded}),
            revision = excluded.revision, round = excluded.round, attempts = excluded.attempts, verification_id = excluded.verification_id
        WHERE batch_results.round < excluded.round
        RETURNING row
        """;

    private const string Settle =
        """
        DELETE FROM batch_retries AS own USING unnest($2, $3) AS done (row, leased_until)
        WHERE own.batch_id = $1 AND own.row = done.row AND own.due_at = done.leased_until AND own.holder IS NOT NULL
        RETURNING own.row
        """;

    // Whoever lost the answer to a commit brings all once more, when rows may have been asked again and have their result of this round ($9).
    private const string PutOff =
        """
        INSERT INTO batch_retries (batch_id, row, email, address_hash, repeated, due_at, egress, verification_id)
        SELECT $1, given.* FROM unnest($2, $3, $4, $5, $6, $7, $8) AS given (row, email, address_hash, repeated, due_at, egress, verification_id)
        WHERE NOT EXISTS (SELECT 1 FROM batch_results AS done WHERE done.batch_id = $1 AND done.row = given.row AND done.round >= $9)
        ON CONFLICT (batch_id, row) DO NOTHING
        RETURNING row
        """;

    private const string PutOffAgain =
        """
        UPDATE batch_retries AS own
        SET due_at = again.due_at, holder = NULL, egress = coalesce(again.egress, own.egress), verification_id = coalesce(again.verification_id, own.verification_id)
        FROM unnest($2, $3, $4, $5, $6) AS again (row, leased_until, due_at, egress, verification_id)
        WHERE own.batch_id = $1 AND own.row = again.row AND own.due_at = again.leased_until AND own.holder IS NOT NULL
        RETURNING own.row
        """;

    /// <summary>Stores.</summary>
    /// <param name="connection">The transaction.</param>
    /// <param name="key">The batch.</param>
    /// <param name="flush">What to store. Of several outcomes of one row the first counts.</param>
    /// <returns>The batch as it is then; null when the worker was fenced off or the batch has ended.</returns>
    public static async Task<Batch?> RunAsync(NpgsqlConnection connection, Guid key, BatchFlush flush)
    {
        // :: Step 1: the batch is this transaction's, and the worker may still bring something.
        if (await LockAsync(connection, key, flush.Claim) is not { HasEnded: false } before)
            return null;

        // :: Step 2: the rows.
        var revision = before.Revision + 1;
        ImmutableArray<ItemOutcome.Done> done = [.. flush.Outcomes.OfType<ItemOutcome.Done>().DistinctBy(one => one.Item.Row)];
        ImmutableArray<ItemOutcome.PutOff> putOff = [.. flush.Outcomes.OfType<ItemOutcome.PutOff>().DistinctBy(one => one.Item.Row)];
        if (done.Length + putOff.Length == 0 && !flush.Outcomes.IsEmpty)
            throw new ArgumentException("Not an outcome.", nameof(flush));
        var stored = await StoreAsync(connection, key, done, putOff, before.Round, revision);
        done = [.. done.Where(one => stored.Done.Contains(one.Item.Row))];
        putOff = [.. putOff.Where(one => stored.PutOff.Contains(one.Item.Row))];

        // :: Step 3: the evidence of those that were stored.
        _ = await VerificationRows.WriteAsync(connection, [.. done.Select(one => one.Save).Concat(putOff.Select(one => one.Save)).OfType<Verification>()], key);

        // :: Step 4: the batch.
        var counts = before.Counts with { Retrying = before.Counts.Retrying - stored.Settled + putOff.Count(one => one.Item.LeasedUntil is null) };
        foreach (var one in done)
            counts = counts.With(one.Verdict.Status, 1 + one.Item.Repeated);
        var after = BatchLife.Advance(before with { Counts = counts, Revision = revision }, flush.At);
        await using var pipeline = new PostgresPipeline(connection).Write(key, after);
        if (flush is { ClosesChunk: true, Claim: { } closed })
            _ = pipeline.Add(CloseChunk, PostgresValue.Of(key), PostgresValue.Of(closed.Number));
        _ = await pipeline.RunAsync(CancellationToken.None);
        return after;
    }

    /// <summary>Gets the ids whose months a flush writes to.</summary>
    public static IEnumerable<Guid> IdsOf(Guid key, BatchFlush flush) => flush.Outcomes
        .Select(outcome => outcome switch
        {
            ItemOutcome.Done done => done.Save,
            ItemOutcome.PutOff putOff => putOff.Save,
            _ => null,
        })
        .OfType<Verification>()
        .Select(save => StoredId.Of(save.Id, StoredId.Verification))
        .Prepend(key);

    private static async Task<Batch?> LockAsync(NpgsqlConnection connection, Guid key, ChunkClaim? claim)
    {
        await using var pipeline = new PostgresPipeline(connection).Add(BatchRow.FindAndLock, PostgresValue.Of(key));
        if (claim is { } claimed)
            _ = pipeline.Add(IsClaimed, PostgresValue.Of(key), PostgresValue.Of(claimed.Number), PostgresValue.Of(claimed.Epoch));
        var batch = await pipeline.FirstAsync(BatchRow.Read, CancellationToken.None);
        return claim is null || await pipeline.FirstAsync(row => row.GetInt32(0), CancellationToken.None) == 1 ? batch : null;
    }

    private static async Task<(HashSet<long> Done, HashSet<long> PutOff, int Settled)> StoreAsync(
        NpgsqlConnection connection, Guid key, ImmutableArray<ItemOutcome.Done> done, ImmutableArray<ItemOutcome.PutOff> putOff, int round, long revision)
    {
        ImmutableArray<ItemOutcome.Done> settled = [.. done.Where(one => one.Item.LeasedUntil is not null)];
        var stored = (Done: new HashSet<long>(), PutOff: new HashSet<long>(), Settled: 0);
        await using var pipeline = new PostgresPipeline(connection);
        if (!done.IsEmpty)
            _ = pipeline.Add(SaveResults, ResultsOf(key, done, round, revision));
        if (!settled.IsEmpty)
            _ = pipeline.Add(Settle, PostgresValue.Of(key), PostgresValue.Of(settled.Select(one => one.Item.Row)), PostgresValue.Of(settled.Select(one => one.Item.LeasedUntil)));
        AddPutOff(pipeline, key, [.. putOff.Where(one => one.Item.LeasedUntil is null)], round);
        AddPutOffAgain(pipeline, key, [.. putOff.Where(one => one.Item.LeasedUntil is not null)]);
        if (!done.IsEmpty)
            await pipeline.EachAsync(row => stored.Done.Add(row.GetInt64(0)), CancellationToken.None);
        if (!settled.IsEmpty)
            await pipeline.EachAsync(_ => stored.Settled++, CancellationToken.None);
        if (putOff.Any(one => one.Item.LeasedUntil is null))
            await pipeline.EachAsync(row => stored.PutOff.Add(row.GetInt64(0)), CancellationToken.None);
        if (putOff.Any(one => one.Item.LeasedUntil is not null))
            await pipeline.EachAsync(row => stored.PutOff.Add(row.GetInt64(0)), CancellationToken.None);
        return stored;
    }

    private static NpgsqlParameter[] ResultsOf(Guid key, ImmutableArray<ItemOutcome.Done> done, int round, long revision) =>
    [
        .. VerdictColumns.ValuesOf([.. done.Select(one => one.Verdict)]),
        PostgresValue.Of(key),
        PostgresValue.Of(revision),
        PostgresValue.Of(round),
        PostgresValue.Of(done.Select(one => one.Item.Row)),
        PostgresValue.Of(done.Select(one => one.Item.Repeated)),
        PostgresValue.Of(done.Select(one => one.Save?.Attempts ?? 0)),
        PostgresValue.Of(done.Select(one => IdOf(one.VerificationId))),
        PostgresValue.Of(done.Select(one => one.Item.LeasedUntil)),
    ];

    private static void AddPutOff(PostgresPipeline pipeline, Guid key, ImmutableArray<ItemOutcome.PutOff> rows, int round)
    {
        if (rows.IsEmpty)
            return;
        _ = pipeline.Add(
            PutOff,
            PostgresValue.Of(key),
            PostgresValue.Of(rows.Select(one => one.Item.Row)),
            PostgresValue.Of(rows.Select(one => ForeignText.Stored(one.Item.Email))),
            PostgresValue.Of(rows.Select(one => one.Item.Hash.ToOctets())),
            PostgresValue.Of(rows.Select(one => one.Item.Repeated)),
            PostgresValue.Of(rows.Select(one => one.DueAt)),
            PostgresValue.Of(rows.Select(one => one.Egress)),
            PostgresValue.Of(rows.Select(one => IdOf(one.Save?.Id))),
            PostgresValue.Of(round));
    }

    private static void AddPutOffAgain(PostgresPipeline pipeline, Guid key, ImmutableArray<ItemOutcome.PutOff> rows)
    {
        if (rows.IsEmpty)
            return;
        _ = pipeline.Add(
            PutOffAgain,
            PostgresValue.Of(key),
            PostgresValue.Of(rows.Select(one => one.Item.Row)),
            PostgresValue.Of(rows.Select(one => one.Item.LeasedUntil)),
            PostgresValue.Of(rows.Select(one => one.DueAt)),
            PostgresValue.Of(rows.Select(one => one.Egress)),
            PostgresValue.Of(rows.Select(one => IdOf(one.Save?.Id))));
    }

    private static Guid? IdOf(string? verification) => verification is null ? null : StoredId.Of(verification, StoredId.Verification);
}
