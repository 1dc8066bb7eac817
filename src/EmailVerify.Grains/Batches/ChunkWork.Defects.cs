using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Grains.Batches;

/// <content>What becomes of rows that meet a defect of ours. Nothing is ever concluded about the address from one.</content>
internal sealed partial class ChunkWork
{
    /// <summary>How often a chunk is handed out again whole, and rows that could not be asked come back at no cost: a defect may pass. After that they are put off like rows that met a temporary failure.</summary>
    private const int TriesOfAll = 3;

    /// <summary>When a row comes back whose question could not be asked, or whose answer was lost on its way.</summary>
    private static readonly TimeSpan UnaskedReturn = TimeSpan.FromMinutes(1);

    /// <summary>When rows that had been put off come back where no lane is found yet: each time all of them are written.</summary>
    private static readonly TimeSpan UnreadyReturn = TimeSpan.FromSeconds(5);

    private void NoteUnsettled(long row, Exception failure)
    {
        outcomes.AddDefect(row);
        LogUnsettled(batchId, row, failure);
    }

    // That a silo died or hangs is nobody's defect: the rows are asked about again as soon as what was there is elsewhere.
    private void NoteBroken(Exception failure)
    {
        LogBroken(batchId, failure);
        wasTakenBack |= Unreachable.Is(failure);
    }

    private static bool IsDefect(Exception failure) => failure is not (StorageUnavailableException or OperationCanceledException);

    // Those that were put off are rows of many chunks: what is left of them would wait for its lease, again and again.
    private bool PutsOffWhatIsLeft => (number < 0 || defects >= TriesOfAll) && !MustStop && !wasHeld;

    // A row that meets a defect of its own; and one of those put off, where nothing moves: nobody tries for ever.
    private bool CostsATry(long row) => outcomes.HasDefect(row) || (number < 0 && defects >= TriesOfAll && !isUnready);

    private async Task<Stall> PutOffAsync(IEnumerable<BatchItem> left)
    {
        var unasked = shop.Clock.GetUtcNow() + (isUnready ? UnreadyReturn : wasTakenBack ? SoonestReturn : UnaskedReturn);
        return await outcomes.StoreAsync([.. left.Select(item => CostsATry(item.Row) ? AfterDefect(item) : new ItemOutcome.PutOff(item, unasked, null, null))]);
    }

    // There is an end: the last try ends as unknown.
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
