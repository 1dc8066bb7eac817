using System.Diagnostics.CodeAnalysis;

namespace EmailVerify.Core.Lanes;

/// <summary>When a lane looks up by itself: at providers whose next session may open then, and at questions that have waited long enough. Guarded by its lane.</summary>
internal sealed class LaneCalendar : IAsyncDisposable
{
    private const int FewPatient = 256;

    private readonly PriorityQueue<LaneProvider, DateTimeOffset> turns = new();
    private Queue<LaneItem> patient = new();
    private int mostPatient = FewPatient;
    private readonly ITimer timer;
    private DateTimeOffset setTo = DateTimeOffset.MaxValue;

    public LaneCalendar(TimeProvider clock, Action wake) =>
        timer = clock.CreateTimer(_ => wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Notes that a provider is to be looked at, unless it is looked at before.</summary>
    public void Note(LaneProvider provider, DateTimeOffset at)
    {
        if (provider.LookAt <= at)
            return;
        provider.LookAt = at;
        turns.Enqueue(provider, at);
    }

    /// <summary>Notes that a question waits from now on. All are equally patient, so they end in the order of their coming.</summary>
    public void Note(LaneItem item)
    {
        DropServed();

        // One that waits long must not keep thousands behind it that were served: half a minute of a batch's questions.
        if (patient.Count == mostPatient)
        {
            patient = new Queue<LaneItem>(patient.Where(static one => one.Queue is not null));
            mostPatient = Math.Max(FewPatient, 2 * patient.Count);
        }

        patient.Enqueue(item);
    }

    /// <summary>Takes a provider whose time has come.</summary>
    public bool TryTake(DateTimeOffset now, [MaybeNullWhen(false)] out LaneProvider provider)
    {
        while (turns.TryPeek(out provider, out var at) && at <= now)
        {
            _ = turns.Dequeue();

            // An earlier date took the place of this one where they differ.
            if (provider.LookAt != at)
                continue;
            provider.LookAt = null;
            return true;
        }

        return false;
    }

    /// <summary>Takes a question that has waited long enough.</summary>
    public bool TryTakeOverdue(DateTimeOffset now, [MaybeNullWhen(false)] out LaneItem item)
    {
        DropServed();
        return patient.TryPeek(out item) && item.Since + Lane.Patience <= now && patient.TryDequeue(out item);
    }

    /// <summary>Sets the timer to what comes first.</summary>
    public void Set(DateTimeOffset now)
    {
        var next = patient.TryPeek(out var item) ? item.Since + Lane.Patience : DateTimeOffset.MaxValue;
        if (turns.TryPeek(out _, out var turn) && turn < next)
            next = turn;
        if (next >= setTo)
            return;
        setTo = next;
        _ = timer.Change(next > now ? next - now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The timer went off.</summary>
    public void Rang() => setTo = DateTimeOffset.MaxValue;

    public ValueTask DisposeAsync() => timer.DisposeAsync();

    private void DropServed()
    {
        while (patient.TryPeek(out var first) && first.Queue is null)
            _ = patient.Dequeue();
    }
}
