using System.Collections.Immutable;

namespace EmailVerify.Core.Retries;

/// <summary>When to ask again. Greylisting hosts want the same stranger back after minutes, not at once.</summary>
/// <param name="Steps">The pause after each try; never empty, each positive. Default: 6 min, 15 min, 1 h, 4 h (postgrey's 5 min and some room; <c>smtp.md</c> 3.7).</param>
public sealed record RetrySchedule(ImmutableArray<TimeSpan> Steps)
{
    /// <summary>The latest that a pause named by a reply is believed: a day. Whoever says more says never.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>The default schedule.</summary>
    public static readonly RetrySchedule Default =
        new([TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(4)]);

    /// <summary>Gets how many tries there are in all: the first and one after each step.</summary>
    public int Tries => Steps.Length + 1;

    /// <summary>Says when to ask again.</summary>
    /// <param name="tries">How many tries are behind us, at least 1.</param>
    /// <param name="named">The pause that the reply named, or null.</param>
    /// <param name="now">The time of the last try.</param>
    /// <param name="usual">The pause that the provider's data name for such a reply, or null.</param>
    /// <returns>
    /// The time that the reply names, but neither before the first step nor after a day; else the provider's, but neither before the schedule's own step nor after its longest,
    /// for who shortens the schedule does not want to wait; else the schedule's. Null after the last try.
    /// </returns>
    public DateTimeOffset? Next(int tries, TimeSpan? named, DateTimeOffset now, TimeSpan? usual = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tries, 1);
        if (tries >= Tries)
            return null;
        var step = Steps[tries - 1];
        if (named is { } wish)
            return now + Clamp(wish);
        return now + (usual is { } pause && pause > step ? Least(pause, Steps.Max()) : step);
    }

    /// <summary>Says when the last try is, when nothing names a pause of its own.</summary>
    public DateTimeOffset LastAt(int tries, DateTimeOffset now) =>
        Steps.Skip(Math.Max(tries - 1, 0)).Aggregate(now, static (at, step) => at + step);

    /// <summary>Says when a question is given up that could not even be asked at its last try: one last step behind it.</summary>
    public DateTimeOffset GivesUpAt(int tries, DateTimeOffset now) => LastAt(tries, now) + Steps[^1];

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private TimeSpan Clamp(TimeSpan wish) => wish < Steps[0] ? Steps[0] : wish > Longest ? Longest : wish;
}
