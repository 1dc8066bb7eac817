using EmailVerify.Core.Lanes;

namespace EmailVerify.Grains.Batches;

/// <summary>
/// The refusals of a domain of which nothing is known, kept until another row of it was accepted, which shows what the domain does with decoys, or until none is left to be answered.
/// Whoever refuses three of ten at random refuses the first of them too, and one such refusal looks like any other. Safe for many callers.
/// </summary>
/// <param name="unanswered">How many rows of the domain have no answer yet.</param>
/// <typeparam name="TRow">What a refusal is kept with.</typeparam>
internal sealed class PendingRefusals<TRow>(int unanswered)
{
    private readonly Lock gate = new();
    private List<(TRow Row, LaneAnswer.Ended Refusal)> pending = [];
    private int left = unanswered;
    private bool isOver;

    /// <summary>Keeps a refusal.</summary>
    /// <returns>False where there is nothing to wait for any more.</returns>
    public bool TryAdd(TRow row, LaneAnswer.Ended refusal)
    {
        lock (gate)
        {
            if (isOver || left <= 1)
                return false;
            pending.Add((row, refusal));
            return true;
        }
    }

    /// <summary>Notes that one more row was answered, whatever it was told.</summary>
    /// <param name="accepted">Whether it was accepted.</param>
    /// <returns>What need not wait any longer.</returns>
    public List<(TRow Row, LaneAnswer.Ended Refusal)> AfterAnswer(bool accepted)
    {
        lock (gate)
        {
            left--;
            return accepted || left == 0 ? Drain() : [];
        }
    }

    /// <summary>Gives back what is kept: no more answers come.</summary>
    public List<(TRow Row, LaneAnswer.Ended Refusal)> AtEnd()
    {
        lock (gate)
            return Drain();
    }

    private List<(TRow Row, LaneAnswer.Ended Refusal)> Drain()
    {
        isOver = true;
        var drained = pending;
        pending = [];
        return drained;
    }
}
