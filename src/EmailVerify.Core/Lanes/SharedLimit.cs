using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Lanes;

/// <summary>
/// A limit that several names have in common. Who finds it full is told when to come again, one after another at the pace of new sessions; then a place is kept for it,
/// or who is there already would take each that falls free. Pure, and safe for many callers: its lock guards who was told to come, its regime has its own.
/// </summary>
internal sealed class SharedLimit(ProviderPolicy policy, DateTimeOffset now, DateTimeOffset? takenOverAt = null)
{
    /// <summary>Nobody is sent away for longer because of others: those before may never come (their batch was cancelled).</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    /// <summary>How long a place is kept for who does not come.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    /// <summary>How soon somebody who waits in person looks again.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Regime regime = new(policy.Name, policy, enforced: true, now, takenOverAt: takenOverAt);

    // A name has one promise; what the line holds beside it is past.
    private readonly Dictionary<LaneShare, Clearance> promises = [];
    private readonly PriorityQueue<LaneShare, DateTimeOffset> line = new();
    private DateTimeOffset lastPromised;
    private DateTimeOffset keptInPersonUntil;

    // A little slower than it may be, or who comes a moment early would find the minute full.
    private TimeSpan Pace => 1.1 * regime.SessionPace;

    /// <summary>Gets or sets when it was asked for last. Guarded by who remembers it.</summary>
    public DateTimeOffset UsedAt { get; set; } = now;

    /// <summary>Says whether it may be forgotten. A slow rate is no reason not to: nothing is asked at it here, so it never climbs.</summary>
    public bool IsIdle(DateTimeOffset now) => now - UsedAt > Minute && regime.IsIdle(now, heedsRate: false);

    /// <summary>Asks to open a session. What is granted is counted until <see cref="Leave"/> or <see cref="Withdraw"/>; else it says when to come again.</summary>
    /// <param name="name">Who asks. A batch that was told a time is told the same until then; who comes when its place is kept no longer begins anew.</param>
    /// <param name="now">The time.</param>
    /// <param name="interactive">Whether somebody waits in person: they come first.</param>
    public Clearance TryEnter(LaneShare name, DateTimeOffset now, bool interactive)
    {
        lock (gate)
        {
            var wasPromised = false;
            if (!interactive && promises.TryGetValue(name, out var promise))
            {
                if (now < promise.NotBefore)
                    return promise;
                wasPromised = promises.Remove(name) && now <= promise.NotBefore + Kept;
            }

            var clearance = IsKept_NeedsLock(now, interactive, wasPromised) && regime.Look().Sessions >= policy.Sessions - 1 ? Clearance.Full : regime.TryOpen(now, interactive);
            return clearance.IsGranted ? clearance : clearance with { NotBefore = WhenToCome_NeedsLock(name, clearance, now, interactive) };
        }
    }

    /// <summary>What was granted is not used, for another limit refused: as if it had not been asked for. A batch has its place here when that other limit has one for it.</summary>
    public void Withdraw(LaneShare name, Clearance refusal, bool interactive)
    {
        regime.Withdrawn();
        if (interactive || refusal.NotBefore is not { } at)
            return;
        lock (gate)
            Promise_NeedsLock(name, at, refusal.Cause);
    }

    /// <summary>A session is open that did not ask: the address that it was to go to was not to be reached. It counts, until <see cref="Leave"/>.</summary>
    public void Enter(DateTimeOffset now) => regime.Opened(now);

    /// <summary>A session that was counted has ended.</summary>
    public void Leave(DateTimeOffset now) => regime.Closed(now);

    /// <summary>An answer, or an objection to us, by the server that all its names lead to.</summary>
    public void Hear(EmailAddress recipient, ProbeOutcome outcome, DateTimeOffset now) => _ = LaneObservation.Apply(regime, recipient, outcome, now);

    private bool IsKept_NeedsLock(DateTimeOffset now, bool interactive, bool wasPromised)
    {
        while (line.TryPeek(out var name, out var at) && !(promises.TryGetValue(name, out var promise) && promise.NotBefore == at && now <= at + Kept))
        {
            _ = line.Dequeue();
            if (promise.NotBefore == at)
                _ = promises.Remove(name);
        }

        return !interactive && (now < keptInPersonUntil || (!wasPromised && line.TryPeek(out _, out var next) && next <= now + Pace));
    }

    private DateTimeOffset WhenToCome_NeedsLock(LaneShare name, Clearance refusal, DateTimeOffset now, bool interactive)
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
        Promise_NeedsLock(name, at, refusal.Cause);
        return lastPromised = at;
    }

    private void Promise_NeedsLock(LaneShare name, DateTimeOffset at, Obstacle cause)
    {
        promises[name] = Clearance.Wait(at, cause);
        line.Enqueue(name, at);
    }
}
