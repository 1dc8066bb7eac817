using System.Collections.Immutable;

namespace EmailVerify.Core.Lanes;

/// <summary>
/// The sessions that were opened at a provider within the last minute, those of earlier activations among them. An heir is told of them in steps of a quarter of what a minute may bring: it takes
/// each for full, so that only the beginning of a step must be written at once. Where nothing is told it supposes one: only who goes without a word leaves so much untold. Guarded by its regime.
/// </summary>
internal sealed class SessionMinute
{
    /// <summary>A minute, and a second for the way: of two sessions the first may take longer to come to the host.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(61);

    private const int Steps = 4;

    private readonly int step;
    private readonly List<DateTimeOffset> opened = [];
    private readonly List<DateTimeOffset> completed = [];

    private int inherited;
    private bool supposes;
    private int inStep;

    /// <summary>Makes a minute.</summary>
    /// <param name="most">How many it may bring.</param>
    /// <param name="told">What an heir was told, or null where there was nobody before.</param>
    /// <param name="takenOverAt">When it took over: what was going on ended no later.</param>
    public SessionMinute(int most, ImmutableArray<DateTimeOffset>? told, DateTimeOffset takenOverAt)
    {
        step = Math.Max(1, most / Steps);
        if (told is not { } steps)
            return;
        completed.AddRange(steps.Select(at => at < takenOverAt ? at : takenOverAt));
        Forget(takenOverAt);

        // Of a step that followed one which it was told of, it would have been told: none is supposed beside those of the last minute.
        supposes = completed.Count == 0;
        if (supposes)
            completed.Add(takenOverAt);
        inherited = completed.Count;
    }

    /// <summary>Gets a value indicating whether the last one began a step that no heir would suppose.</summary>
    public bool HasBegunAStep => opened.Count > 0 && (inStep == 1 || step == 1) && IsMoreThanSupposed;

    // What was supposed is worth a word only where there is more: else a restart would have each host written that is asked within a minute.
    private bool IsMoreThanSupposed => completed.Count + (inStep > 0 ? 1 : 0) > (supposes ? 2 : 1);

    /// <summary>Counts one.</summary>
    public void Add(DateTimeOffset now)
    {
        Forget(now);
        opened.Add(now);
        if (++inStep < step)
            return;
        inStep = 0;
        completed.Add(now);
    }

    /// <summary>Takes the last one back.</summary>
    public void TakeBack()
    {
        if (opened.Count == 0)
            return;
        opened.RemoveAt(opened.Count - 1);
        if (inStep == 0 && completed.Count > inherited)
            completed.RemoveAt(completed.Count - 1);
        inStep = (inStep + step - 1) % step;
    }

    /// <summary>Gets until when as many as are allowed, or more, were opened within a minute; null where there were fewer.</summary>
    public DateTimeOffset? FullUntil(DateTimeOffset now, int allowed)
    {
        Forget(now);
        if (opened.Count >= allowed)
            return opened[^allowed] + Length;

        // What was inherited was opened before all of its own, and fills whole steps.
        var bearable = (allowed - opened.Count - 1) / step;
        return inherited > bearable ? completed[inherited - bearable - 1] + Length : null;
    }

    /// <summary>Says whether an heir is to be told anything.</summary>
    /// <param name="now">The time.</param>
    /// <param name="leaving">Whether it is the last word: then nothing is left to be supposed.</param>
    public bool HasToTell(DateTimeOffset now, bool leaving)
    {
        Forget(now);
        return IsMoreThanSupposed || (leaving && completed.Count + opened.Count > 0);
    }

    /// <summary>Gets when each step was complete, the one that goes on never; none where an heir would suppose as many.</summary>
    public ImmutableArray<DateTimeOffset> Tell(DateTimeOffset now, bool leaving) =>
        !HasToTell(now, leaving) ? [] : inStep > 0 ? [.. completed, DateTimeOffset.MaxValue] : [.. completed];

    private void Forget(DateTimeOffset now)
    {
        opened.RemoveRange(0, PastOf(opened, now));
        var past = PastOf(completed, now);
        completed.RemoveRange(0, past);
        inherited = Math.Max(0, inherited - past);
        supposes &= inherited > 0;
        if (opened.Count == 0)
            inStep = 0;
    }

    private static int PastOf(List<DateTimeOffset> times, DateTimeOffset now)
    {
        var past = 0;
        while (past < times.Count && times[past] <= now - Length)
            past++;
        return past;
    }
}
