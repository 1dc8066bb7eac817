using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Lanes;

/// <summary>
/// A limit that several names have in common. Who finds it full is told when to come again, one after another at the pace of new sessions; then a place is kept for it,
/// or who is there already would take each that falls free. Pure and locked.
/// </summary>
internal sealed class SharedLimit(ProviderPolicy policy, DateTimeOffset now)
{
    /// <summary>Nobody is sent away for longer because of others: those before may never come (their batch was cancelled).</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    /// <summary>How long a place is kept for who does not come.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    /// <summary>How soon somebody who waits in person looks again.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Regime regime = new(policy.Name, policy, enforced: true, now);
    private readonly Queue<DateTimeOffset> promised = new();
    private DateTimeOffset lastPromised;
    private DateTimeOffset keptInPersonUntil;

    // A little slower than it may be, or who comes a moment early would find the minute full.
    private TimeSpan Pace => 1.1 * regime.SessionPace;

    /// <summary>Gets or sets when it was asked for last. Guarded by who remembers it.</summary>
    public DateTimeOffset UsedAt { get; set; } = now;

    /// <summary>Says whether it may be forgotten.</summary>
    public bool IsIdle(DateTimeOffset now) => now - UsedAt > Minute && regime.IsIdle(now);

    /// <summary>Asks to open a session. What is granted is counted until <see cref="Leave"/>; else it says when to come again.</summary>
    /// <param name="now">The time.</param>
    /// <param name="interactive">Whether somebody waits in person: they come first.</param>
    /// <param name="wasPromised">Whether it was sent away until now.</param>
    public Clearance TryEnter(DateTimeOffset now, bool interactive, bool wasPromised)
    {
        lock (gate)
        {
            if (wasPromised && !interactive)
                _ = promised.TryDequeue(out _);
            while (promised.TryPeek(out var missed) && missed + Kept < now)
                _ = promised.Dequeue();
            var clearance = IsKept_NeedsLock(now, interactive, wasPromised) && regime.Look().Sessions >= policy.Sessions - 1 ? Clearance.Full : regime.TryOpen(now, interactive);
            return clearance.IsGranted ? clearance : clearance with { NotBefore = Promise_NeedsLock(clearance, now, interactive) };
        }
    }

    /// <summary>A session is open that did not ask: the address that it was to go to was not to be reached. It counts, until <see cref="Leave"/>.</summary>
    public void Enter(DateTimeOffset now) => regime.Opened(now);

    /// <summary>A session that was counted has ended.</summary>
    /// <param name="now">The time.</param>
    /// <param name="wasWelcome">Whether it was answered without an objection: after a rest that lets others follow.</param>
    public void Leave(DateTimeOffset now, bool wasWelcome = false)
    {
        if (wasWelcome)
            regime.Welcomed(now);
        regime.Closed(now);
    }

    /// <summary>An objection to us, by the server that all its names lead to.</summary>
    public void Hear(EmailAddress recipient, ProbeOutcome objection, DateTimeOffset now) => _ = LaneObservation.Apply(regime, recipient, objection, now);

    private bool IsKept_NeedsLock(DateTimeOffset now, bool interactive, bool wasPromised) => !interactive
        && (now < keptInPersonUntil || (!wasPromised && promised.TryPeek(out var next) && next <= now + Pace));

    private DateTimeOffset Promise_NeedsLock(Clearance refusal, DateTimeOffset now, bool interactive)
    {
        if (refusal.Cause is not (Obstacle.Sessions or Obstacle.SessionRate))
            return refusal.NotBefore!.Value;
        if (interactive)
        {
            keptInPersonUntil = (refusal.NotBefore ?? now) + (2 * Soon);
            return refusal.NotBefore ?? now + Soon;
        }

        var at = refusal.NotBefore ?? now + Pace;
        if (at < lastPromised + Pace)
            at = lastPromised + Pace;
        if (at > now + LongestWait)
            at = now + LongestWait;
        promised.Enqueue(at);
        return lastPromised = at;
    }
}
