using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Stores what became of rows, with the counts of their batch, in one transaction.</summary>
/// <param name="flush">What to store.</param>
/// <param name="evidence">Of each outcome the evidence as JSON, made by the caller so that the writer's thread need not; null where nothing is saved.</param>
internal sealed class BatchFlushing(BatchFlush flush, byte[]?[] evidence)
{
    private const string IsClaimed = "SELECT 1 FROM batch_chunks WHERE batch = ?1 AND number = ?2 AND epoch = ?3";
    private const string CloseChunk = "UPDATE batch_chunks SET open = 0 WHERE batch = ?1 AND number = ?2";

    private const string SaveResult =
        $"""
        INSERT INTO batch_results ({VerdictColumns.Names}, batch, row, revision, round, repeated, attempts, verification_id)
        VALUES ({VerdictColumns.Parameters}, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
        ON CONFLICT (batch, row) DO UPDATE SET
            ({VerdictColumns.Names}) = ({VerdictColumns.Excluded}),
            revision = excluded.revision, round = excluded.round, attempts = excluded.attempts, verification_id = excluded.verification_id
        WHERE batch_results.round < excluded.round
        """;

    private const string PutOff =
        """
        INSERT INTO batch_retries (batch, row, email, address_hash, repeated, due_at, egress, verification_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (batch, row) DO NOTHING
        """;

    private const string PutOffAgain =
        "UPDATE batch_retries SET due_at = ?4, leased = 0, egress = coalesce(?5, egress), verification_id = coalesce(?6, verification_id) WHERE batch = ?1 AND row = ?2 AND due_at = ?3 AND leased = 1";

    private const string Settle = "DELETE FROM batch_retries WHERE batch = ?1 AND row = ?2 AND due_at = ?3 AND leased = 1";

    /// <summary>Makes what the writer's thread need not make.</summary>
    public static BatchFlushing Prepare(BatchFlush flush)
    {
        var evidence = new byte[]?[flush.Outcomes.Length];
        for (var at = 0; at < evidence.Length; at++)
        {
            if (SavedOf(flush.Outcomes[at]) is { } verification)
                evidence[at] = EvidenceJson.WriteUtf8(verification.Evidence);
        }

        return new BatchFlushing(flush, evidence);
    }

    /// <summary>Stores.</summary>
    /// <returns>The batch as it is then; null when the worker was fenced off or the batch has ended.</returns>
    public Batch? Run(SqliteSession session)
    {
        if (BatchRow.Of(session, flush.BatchId) is not { Batch: { HasEnded: false } before } found)
            return null;
        if (flush.Claim is { } claim && session.First<int?>(IsClaimed, row => row.GetInt32(0), found.Key, claim.Number, claim.Epoch) is null)
            return null;

        var revision = before.Revision + 1;
        var counts = before.Counts;
        for (var at = 0; at < flush.Outcomes.Length; at++)
        {
            counts = flush.Outcomes[at] switch
            {
                ItemOutcome.Done done => Store(session, found.Key, done, evidence[at], before.Round, revision, counts),
                ItemOutcome.PutOff putOff => Store(session, found.Key, putOff, evidence[at], counts),
                _ => throw new InvalidOperationException("Not an outcome."),
            };
        }

        if (flush is { ClosesChunk: true, Claim: { } closed })
            _ = session.Execute(CloseChunk, found.Key, closed.Number);
        var after = BatchLife.Advance(before with { Counts = counts, Revision = revision }, flush.At);
        _ = BatchRow.Write(session, after);
        return after;
    }

    private static Verification? SavedOf(ItemOutcome outcome) => outcome switch
    {
        ItemOutcome.Done done => done.Save,
        ItemOutcome.PutOff putOff => putOff.Save,
        _ => throw new InvalidOperationException("Not an outcome."),
    };

    private static BatchCounts Store(SqliteSession session, long key, ItemOutcome.Done done, byte[]? evidence, int round, long revision, BatchCounts counts)
    {
        var (item, verdict) = (done.Item, done.Verdict);

        // The row that was put off is the fence: whoever has it no longer has been overtaken.
        if (item.LeasedUntil is { } lease)
        {
            if (session.Execute(Settle, key, item.Row, Columns.Of(lease)) == 0)
                return counts;
            counts = counts with { Retrying = counts.Retrying - 1 };
        }

        var isNew = session.ExecuteWith(SaveResult, verdict, key, item.Row, revision, round, item.Repeated, done.Save?.Attempts ?? 0, done.VerificationId) > 0;
        if (!isNew)
            return counts;
        if (done.Save is { } save)
            _ = VerificationRow.Write(session, save, evidence!, key);
        return counts.With(verdict.Status, 1 + item.Repeated);
    }

    private static BatchCounts Store(SqliteSession session, long key, ItemOutcome.PutOff putOff, byte[]? evidence, BatchCounts counts)
    {
        var item = putOff.Item;
        var isKept = item.LeasedUntil is { } lease
            ? session.Execute(PutOffAgain, key, item.Row, Columns.Of(lease), Columns.Of(putOff.DueAt), putOff.Egress, putOff.Save?.Id) > 0
            : session.Execute(PutOff, key, item.Row, item.Email, item.Hash.ToOctets(), item.Repeated, Columns.Of(putOff.DueAt), putOff.Egress, putOff.Save?.Id) > 0;
        if (!isKept)
            return counts;
        if (putOff.Save is { } save)
            _ = VerificationRow.Write(session, save, evidence!, key);
        return item.LeasedUntil is null ? counts with { Retrying = counts.Retrying + 1 } : counts;
    }
}
