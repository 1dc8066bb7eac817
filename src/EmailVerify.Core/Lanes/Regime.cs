using EmailVerify.Core.Domains;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Lanes;

/// <summary>
/// How we may behave now toward one provider (or one host that no data name) from one egress: how many sessions, how fast, or not at all.
/// Small, locked and pure: time is passed in, nothing waits. Every session of a lane asks it, so what we send is what it counts.
/// </summary>
public sealed class Regime
{
    /// <summary>How long a rate-limit reply silences new sessions when it names no time.</summary>
    public static readonly TimeSpan Breath = TimeSpan.FromSeconds(10);

    /// <summary>How long the circuit stays open after the first block: a minute or two, so that a single odd reply costs little.</summary>
    public static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(90);

    /// <summary>The longest rest after blocks in a row.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromHours(24);

    /// <summary>How long an heir waits where sessions were open: the server may not have noticed yet that they are gone.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    /// <summary>The longest that a RCPT waits for its turn inside a session. Servers close idle sessions after 10 s under stress (Postfix), so what must wait longer waits outside.</summary>
    public static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(8);

    /// <summary>The slowest rate: a RCPT a minute.</summary>
    public const double SlowestRate = 1.0 / 60;

    /// <summary>How long without an objection until the rate climbs by a tenth of the way from cautious to highest.</summary>
    public static readonly TimeSpan ClimbEvery = TimeSpan.FromMinutes(1);

    /// <summary>From so many sessions on, one is kept for those who wait in person: below, half of the sessions or a third would lie idle beside a batch.</summary>
    public const int SessionsToKeepOne = 5;

    private readonly Lock gate = new();
    private ProviderPolicy policy;
    private readonly bool enforced;
    private readonly SessionMinute opened;
    private readonly RefusedRatio refused = new();

    private int sessions;
    private int inLine;
    private int blocks;
    private double rate;
    private DateTimeOffset closedUntil = DateTimeOffset.MinValue;
    private Obstacle closedBy;
    private DateTimeOffset paidUntil;
    private DateTimeOffset climbAt;
    private DateTimeOffset halvedAt = DateTimeOffset.MinValue;
    private UInt128? suspect;
    private DateTimeOffset lastUsed;

    /// <summary>Makes a regime.</summary>
    /// <param name="name">The provider or host.</param>
    /// <param name="policy">What the provider allows.</param>
    /// <param name="enforced">False lifts every limit, for load tests against our own sandbox.</param>
    /// <param name="now">The time.</param>
    /// <param name="remembered">What an earlier activation left behind, or null. It makes the bucket empty and keeps rests.</param>
    /// <param name="takenOverAt">When an earlier activation's work was taken over, or null where there was none. It may have opened sessions that nothing tells of.</param>
    public Regime(string name, ProviderPolicy policy, bool enforced, DateTimeOffset now, RegimeRecord? remembered = null, DateTimeOffset? takenOverAt = null)
    {
        Name = name;
        this.policy = policy;
        this.enforced = enforced;
        rate = Math.Clamp(remembered?.Rate ?? policy.CautiousRate, SlowestRate, policy.HighestRate);
        blocks = remembered?.Blocks ?? 0;
        climbAt = now + ClimbEvery;
        lastUsed = now;
        opened = new SessionMinute(policy.SessionsPerMinute, takenOverAt is null ? null : remembered?.SessionSteps ?? [], takenOverAt ?? now);
        if (remembered is null)
            return;
        Empty_NeedsLock(now);
        if (remembered.OpenSessions > 0)
            Close_NeedsLock(now + Settle, Obstacle.Sessions);
        if (remembered.ClosedUntil is { } until)
            Close_NeedsLock(until, remembered.ClosedBy);
    }

    /// <summary>Gets the provider or host.</summary>
    public string Name { get; }

    /// <summary>Narrows what is allowed: a host turned out to be more than its name told. The rate begins anew, cautiously.</summary>
    public void Tighten(ProviderPolicy narrower)
    {
        lock (gate)
        {
            policy = narrower;
            rate = Math.Min(rate, narrower.CautiousRate);
        }
    }

    /// <summary>Gets how long the provider sends us away by a reply whose text names no time, or null.</summary>
    public TimeSpan? PauseAfter(ReplyFinding finding, SmtpReply reply)
    {
        lock (gate)
            return policy.PauseAfter(finding.Meaning, reply.Text, closing: true);
    }

    /// <summary>Says whether it may be forgotten: nothing is open and nothing notable happened for as long as that could matter.</summary>
    /// <param name="now">The time.</param>
    /// <param name="heedsRate">Whether a slow rate matters.</param>
    public bool IsIdle(DateTimeOffset now, bool heedsRate = true)
    {
        lock (gate)
            return sessions == 0 && now >= closedUntil && now - lastUsed > (blocks > 0 || (heedsRate && rate < policy.CautiousRate) ? LongestRest : SessionMinute.Length);
    }

    /// <summary>Says whether it must be remembered: it differs from a fresh one.</summary>
    /// <param name="now">The time.</param>
    /// <param name="leaving">Whether it is remembered for the last time.</param>
    public bool IsNotable(DateTimeOffset now, bool leaving = false)
    {
        lock (gate)
            return blocks > 0 || sessions > 0 || rate < policy.CautiousRate || now < closedUntil || opened.HasToTell(now, leaving);
    }

    /// <summary>Gets a value indicating whether the last session that was opened is more than an heir would suppose: it is remembered before it opens.</summary>
    public bool HasBegunAStep
    {
        get
        {
            lock (gate)
                return opened.HasBegunAStep;
        }
    }

    /// <summary>Says whether nothing may be asked now, in open sessions neither: we were blocked, or told to slow down.</summary>
    public bool IsClosed(DateTimeOffset now)
    {
        lock (gate)
            return enforced && now < closedUntil;
    }

    /// <summary>Asks to open a session. What is granted is counted until <see cref="Closed"/>.</summary>
    /// <param name="now">The time.</param>
    /// <param name="interactive">Whether somebody waits: of the sessions, and of those that a minute may bring, a share is kept for that.</param>
    public Clearance TryOpen(DateTimeOffset now, bool interactive = true)
    {
        lock (gate)
        {
            var clearance = Clearance_NeedsLock(now, interactive);
            if (clearance.IsGranted)
                Count_NeedsLock(now);
            return clearance;
        }
    }

    /// <summary>A session is open that nobody asked for. It is counted until <see cref="Closed"/>, as one that was granted.</summary>
    public void Opened(DateTimeOffset now)
    {
        lock (gate)
        {
            lastUsed = now;
            Count_NeedsLock(now);
        }
    }

    /// <summary>Says whether a session may open now; nothing is counted.</summary>
    /// <param name="now">The time.</param>
    /// <param name="interactive">Whether somebody waits.</param>
    public Clearance MayOpen(DateTimeOffset now, bool interactive)
    {
        lock (gate)
            return Clearance_NeedsLock(now, interactive);
    }

    /// <summary>Says whether a session must end so that others may open: there are fewer slots, free or about to be, than are wanted or kept.</summary>
    /// <param name="interactive">How many sessions are wanted by those who wait in person and cannot be served otherwise.</param>
    /// <param name="batch">How many others are wanted.</param>
    /// <param name="leaving">How many sessions are about to end.</param>
    public bool MustMakeRoom(int interactive, int batch, int leaving)
    {
        lock (gate)
        {
            var slots = Slots_NeedsLock(interactive: true);
            var kept = slots - Slots_NeedsLock(interactive: false);
            return enforced && slots - (sessions - leaving) < Math.Max(interactive, kept) + batch;
        }
    }

    /// <summary>A session that was granted has ended.</summary>
    public void Closed(DateTimeOffset now)
    {
        lock (gate)
        {
            lastUsed = now;
            sessions--;
        }
    }

    /// <summary>A session that was granted was not opened: as if it had not been asked for.</summary>
    public void Withdrawn()
    {
        lock (gate)
        {
            sessions--;
            opened.TakeBack();
        }
    }

    /// <summary>Reserves a RCPT, before those that only stand in line.</summary>
    /// <param name="now">The time.</param>
    /// <param name="interactive">Whether somebody waits for it.</param>
    /// <returns>How long to wait before it is sent.</returns>
    public TimeSpan Reserve(DateTimeOffset now, bool interactive = true)
    {
        lock (gate)
        {
            if (!enforced)
                return TimeSpan.Zero;
            Climb_NeedsLock(now);

            // A leaky bucket as one number: each RCPT pays for 1/rate seconds; a debt within the burst costs no wait.
            var wait = Wait_NeedsLock(now, interactive);
            paidUntil = (paidUntil < now ? now : paidUntil) + Pace_NeedsLock(interactive);
            return wait;
        }
    }

    /// <summary>Takes the turn of a batch's RCPT if it has come. Nothing is reserved before: until then it gives way to those that <see cref="Reserve"/>.</summary>
    /// <returns>Zero when it may be sent, else how long to wait before asking again. Who waits says so by <see cref="StandInLine"/>.</returns>
    public TimeSpan TryReserve(DateTimeOffset now)
    {
        lock (gate)
        {
            var wait = enforced ? Wait_NeedsLock(now, interactive: false) : TimeSpan.Zero;
            return wait > TimeSpan.Zero ? wait : Reserve(now, interactive: false);
        }
    }

    /// <summary>A batch's RCPT waits for its turn in a session, until <see cref="LeaveLine"/>: the next one's is later.</summary>
    public void StandInLine()
    {
        lock (gate)
            inLine++;
    }

    /// <summary>It waits no more.</summary>
    public void LeaveLine()
    {
        lock (gate)
            inLine--;
    }

    /// <summary>Says how long the next RCPT would have to wait, without reserving it.</summary>
    public TimeSpan NextTurn(DateTimeOffset now, bool interactive = true)
    {
        lock (gate)
            return enforced ? Turn_NeedsLock(now, interactive) : TimeSpan.Zero;
    }

    /// <summary>Gets the time from one RCPT of a batch to the next; zero without limits.</summary>
    public TimeSpan Pace
    {
        get
        {
            lock (gate)
                return enforced ? Pace_NeedsLock(interactive: false) : TimeSpan.Zero;
        }
    }

    /// <summary>Gets the time from one new session of a batch to the next; zero without limits.</summary>
    public TimeSpan SessionPace => enforced ? SessionMinute.Length / SessionsPerMinute(interactive: false) : TimeSpan.Zero;

    /// <summary>A RCPT was answered about its recipient: refused, or not.</summary>
    public void Counted(bool isRefused)
    {
        lock (gate)
            refused.Add(isRefused);
    }

    /// <summary>An answer that was no objection to us: after a rest it closes the circuit.</summary>
    public void Welcomed(DateTimeOffset now)
    {
        lock (gate)
        {
            suspect = null;
            if (now >= closedUntil)
                blocks = 0;
        }
    }

    /// <summary>We were told to slow down: the rate halves at once and new sessions wait.</summary>
    /// <param name="now">The time.</param>
    /// <param name="named">The pause that the reply named, or null. A stranger's word: no longer than the provider's long pause.</param>
    /// <param name="usual">The pause that the provider's data name for such a reply, or null.</param>
    public void RateLimited(DateTimeOffset now, TimeSpan? named, TimeSpan? usual = null)
    {
        lock (gate)
        {
            // Sessions that were open meet the same objection: it counts once in a breath.
            if (now >= halvedAt + Breath)
                (rate, halvedAt) = (Math.Max(rate / 2, SlowestRate), now);
            climbAt = now + ClimbEvery;
            Empty_NeedsLock(now);
            var pause = named is { } wish ? (wish < policy.Pause ? wish : policy.Pause) : usual ?? Breath;
            if (pause < Breath)
                pause = Breath;
            Close_NeedsLock(now + pause, Obstacle.RateLimit);
        }
    }

    /// <summary>We were refused for who we are. The first time costs <see cref="FirstRest"/>, then the provider's long pause, doubling.</summary>
    /// <param name="now">The time.</param>
    /// <param name="usual">The pause that the provider's data name for such a reply, or null: no shorter.</param>
    public void Blocked(DateTimeOffset now, TimeSpan? usual = null)
    {
        lock (gate)
        {
            // Sessions that were open when the circuit opened tell the same block again.
            if (closedBy is Obstacle.Block && now < closedUntil)
                return;
            blocks++;
            var rest = RestAfter(blocks, policy);
            Close_NeedsLock(now + (usual > rest ? usual.Value : rest), Obstacle.Block);
            rate = Math.Clamp(policy.CautiousRate / 2, SlowestRate, rate);
            Empty_NeedsLock(now);
        }
    }

    /// <summary>Gets how long the circuit stays open after so many blocks in a row.</summary>
    public static TimeSpan RestAfter(int blocks, ProviderPolicy policy)
    {
        var rest = blocks <= 1 ? FirstRest : policy.Pause * Math.Pow(2, Math.Min(blocks - 2, 10));
        return rest < LongestRest ? rest : LongestRest;
    }

    /// <summary>
    /// A refusal by policy at RCPT that does not name us. It may be about the recipient; when a second recipient meets it in a row it is about us.
    /// </summary>
    /// <param name="recipient">The recipient, by a mark.</param>
    /// <param name="now">The time.</param>
    /// <param name="usual">The pause that the provider's data name for such a reply, or null.</param>
    /// <returns>Whether it was taken for a block.</returns>
    public bool PerhapsBlocked(UInt128 recipient, DateTimeOffset now, TimeSpan? usual = null)
    {
        lock (gate)
        {
            if (suspect is null || suspect == recipient)
            {
                suspect = recipient;
                return false;
            }

            suspect = null;
        }

        Blocked(now, usual);
        return true;
    }

    /// <summary>Gets what an heir must know.</summary>
    /// <param name="now">The time.</param>
    /// <param name="leaving">Whether it is the last word.</param>
    public RegimeRecord Remember(DateTimeOffset now, bool leaving = false)
    {
        lock (gate)
            return new RegimeRecord(Name, rate, blocks, closedUntil == DateTimeOffset.MinValue ? null : closedUntil, closedBy, sessions) { SessionSteps = opened.Tell(now, leaving) };
    }

    /// <summary>Gets what is seen from outside: RCPTs a second, open sessions, blocks in a row, the share of the last recipients that were refused.</summary>
    public (double Rate, int Sessions, int Blocks, double Refused) Look()
    {
        lock (gate)
            return (rate, sessions, blocks, refused.Value);
    }

    /// <summary>Says what may be done, for people: unlike who asks to open a session, who looks does not keep it from being forgotten.</summary>
    public RegimeStanding Stand(DateTimeOffset now)
    {
        lock (gate)
        {
            var circuit = !enforced ? Circuit.Closed : now < closedUntil ? Circuit.Open : blocks > 0 ? Circuit.HalfOpen : Circuit.Closed;
            return new RegimeStanding(
                rate,
                SlowestRate,
                policy.HighestRate,
                sessions,
                enforced ? Slots_NeedsLock(interactive: true) : null,
                circuit,
                circuit is Circuit.Open ? closedUntil : null,
                circuit is Circuit.Open ? closedBy : circuit is Circuit.HalfOpen ? Obstacle.Block : Obstacle.None,
                refused.Value,
                policy.RefusedRatioCap);
        }
    }

    private void Count_NeedsLock(DateTimeOffset now)
    {
        sessions++;
        if (enforced)
            opened.Add(now);
    }

    // Who asks uses it, whatever the answer: it must not be forgotten for having been idle.
    private Clearance Clearance_NeedsLock(DateTimeOffset now, bool interactive)
    {
        lastUsed = now;
        return enforced && Refusal_NeedsLock(now, interactive) is { } refusal ? refusal : Clearance.Granted;
    }

    private Clearance? Refusal_NeedsLock(DateTimeOffset now, bool interactive)
    {
        if (now < closedUntil)
            return Clearance.Wait(closedUntil, closedBy);
        if (Turn_NeedsLock(now, interactive) is var turn && turn > LongestTurn)
            return Clearance.Wait(now + turn - LongestTurn, Obstacle.Pace);
        if (sessions >= Slots_NeedsLock(interactive))
            return Clearance.Full;
        return opened.FullUntil(now, SessionsPerMinute(interactive)) is { } until ? Clearance.Wait(until, Obstacle.SessionRate) : null;
    }

    // A tenth is kept for those who wait in person: a batch would spend them all in the minute's first seconds.
    private int SessionsPerMinute(bool interactive) => policy.SessionsPerMinute - (interactive ? 0 : policy.SessionsPerMinute / 10);

    // After a block one session tries before others may follow.
    private int Slots_NeedsLock(bool interactive) =>
        blocks > 0 ? 1 : interactive || policy.Sessions < SessionsToKeepOne ? policy.Sessions : policy.Sessions - 1;

    private TimeSpan Turn_NeedsLock(DateTimeOffset now, bool interactive) =>
        Wait_NeedsLock(now, interactive) + (interactive ? TimeSpan.Zero : inLine * Pace_NeedsLock(interactive));

    // A batch leaves the last RCPT of a burst to those who wait in person.
    private TimeSpan Wait_NeedsLock(DateTimeOffset now, bool interactive)
    {
        var burst = Burst_NeedsLock();
        if (!interactive && burst >= 2)
            burst--;
        var debt = (paidUntil < now ? TimeSpan.Zero : paidUntil - now) + Pace_NeedsLock(interactive) - TimeSpan.FromSeconds(burst / rate);
        return debt > TimeSpan.Zero ? debt : TimeSpan.Zero;
    }

    // What providers punish is the share of refused recipients: above their cap a batch goes half as fast, though not below the cautious rate.
    private TimeSpan Pace_NeedsLock(bool interactive) =>
        TimeSpan.FromSeconds(1 / (interactive || !(refused.Value > policy.RefusedRatioCap) ? rate : Math.Max(rate / 2, Math.Min(rate, policy.CautiousRate))));

    private void Close_NeedsLock(DateTimeOffset until, Obstacle cause)
    {
        if (until <= closedUntil)
            return;
        (closedUntil, closedBy) = (until, cause);
    }

    private void Climb_NeedsLock(DateTimeOffset now)
    {
        if (now < climbAt)
            return;
        climbAt = now + ClimbEvery;
        rate = Math.Min(policy.HighestRate, rate + Math.Max((policy.HighestRate - policy.CautiousRate) / 10, rate / 10));
    }

    // What may go at once: a second's worth, less where that would bring any one second above the highest rate, and at least one RCPT.
    private double Burst_NeedsLock() => Math.Max(1, Math.Min(rate, policy.HighestRate - rate));

    private void Empty_NeedsLock(DateTimeOffset now)
    {
        var empty = now + TimeSpan.FromSeconds(Burst_NeedsLock() / rate);
        if (paidUntil < empty)
            paidUntil = empty;
    }
}
