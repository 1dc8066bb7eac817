using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Grains.Batches;

/// <content>What becomes of rows that meet a defect of ours. Nothing is ever concluded about the address from one.</content>
internal sealed partial class ChunkWork
{
    /// <summary>How often a chunk is handed out again whole: a defect may pass. After that, what met one is put off like a row that met a temporary failure.</summary>
    private const int TriesOfAll = 3;

    /// <summary>When a row comes back whose question could not be asked, or whose answer was lost on its way.</summary>
    private static readonly TimeSpan UnaskedReturn = TimeSpan.FromMinutes(1);

    private void NoteUnsettled(long row, Exception failure)
    {
        outcomes.AddDefect(row);
        LogUnsettled(batchId, row, failure);
    }

    private static bool IsDefect(Exception failure) => failure is not (StorageUnavailableException or OperationCanceledException);

    // Those that were put off are rows of many chunks: what is left of them would wait for its lease, again and again.
    private bool PutsOffWhatIsLeft => (number < 0 || defects >= TriesOfAll) && !MustStop && !wasHeld;

    private async Task<Stall> PutOffAsync(IEnumerable<BatchItem> left)
    {
        var unasked = shop.Clock.GetUtcNow() + UnaskedReturn;
        return await outcomes.StoreAsync([.. left.Select(item => outcomes.HasDefect(item.Row) ? AfterDefect(item) : new ItemOutcome.PutOff(item, unasked, null, null))]);
    }

    // Where a row itself meets the defect that costs it a try, so that there is an end; the last one ends as unknown.
    private ItemOutcome AfterDefect(BatchItem item)
    {
        var now = shop.Clock.GetUtcNow();
        try
        {
            return shop.Settlement.Schedule.Next((item.Verification?.Attempts ?? 0) + 1, named: null, now) is { } due
                ? OutcomeOf(item, new AttemptResult.Deferred(due, VerdictReason.TemporaryFailure, Tries: 1))
                : OutcomeOf(item, new AttemptResult.Judged(Judge.Final(VerdictReason.TemporaryFailure), VerdictSource.Live));
        }
        catch (Exception failure) when (IsDefect(failure))
        {
            // What earlier attempts left may be what cannot be gone on from.
            NoteUnsettled(item.Row, failure);
            return OutcomeOf(item with { Verification = null }, new AttemptResult.Judged(Judge.Final(VerdictReason.TemporaryFailure), VerdictSource.Live));
        }
    }
}
