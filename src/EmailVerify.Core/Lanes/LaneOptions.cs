using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Lanes;

/// <summary>What a lane is for.</summary>
/// <param name="SetupOf">What to ask a provider with, by its name: our identity, what it allows, how long steps may take.</param>
/// <param name="Enforce">False lifts every limit of ours, for load tests against private addresses only.</param>
/// <param name="DrainTime">How long sessions may take to finish what is in flight when the lane closes. Default: 10 s.</param>
public sealed record LaneOptions(Func<string, SessionSetup> SetupOf, bool Enforce, TimeSpan DrainTime)
{
    /// <summary>Gets what is told that a provider blocked us, by its name: it must be remembered at once. Called on any thread.</summary>
    public Action<string> Blocked { get; init; } = static _ => { };

    /// <summary>Gets what makes durable that more sessions are opened than an heir would suppose. The session that is one more waits for it, not for long. Called on any thread.</summary>
    public Func<Task> StepBegun { get; init; } = static () => Task.CompletedTask;

    /// <summary>Gets a value indicating whether it goes on where an earlier activation ended, perhaps without a word.</summary>
    public bool IsHeir { get; init; }

    /// <summary>Gets the slots that it shares with other lanes of the process.</summary>
    public SessionSlots Slots { get; init; } = new(SessionSlots.Most);

    /// <summary>Gets the limits that it shares with other lanes of the process.</summary>
    public SharedLimits Limits { get; init; } = new();

    /// <summary>Gets what is told of a defect in a session's work. Its question has been given back by then.</summary>
    public Action<Exception> Defect { get; init; } = static _ => { };
}
