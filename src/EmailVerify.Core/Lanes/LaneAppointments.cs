namespace EmailVerify.Core.Lanes;

/// <summary>
/// When the questions come back that a provider has no time for now: one visit after another at the pace that it allows, each with as many questions of the same hosts
/// as that pace has room for, so that they share a session then too. Pure; guarded by its lane.
/// </summary>
internal sealed class LaneAppointments
{
    /// <summary>No question is put off for longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>The least time between two visits: that of a full lane that is emptied within its patience.</summary>
    public static readonly TimeSpan Least = Lane.Patience / Lane.MaxWaiting;

    /// <summary>The most hosts whose next visit is remembered, some MB; others come back alone.</summary>
    private const int MaxVisits = 50_000;

    private readonly Dictionary<HostSet, Visit> visits = [];
    private int sweepAt = 1_000;
    private TimeSpan gap;
    private DateTimeOffset free;
    private DateTimeOffset expectedFrom;
    private DateTimeOffset lastArrival;

    /// <summary>Makes the next appointment.</summary>
    /// <param name="hosts">Whom to ask.</param>
    /// <param name="now">The time.</param>
    /// <param name="notBefore">Before when nothing may be asked; null where only others come first, who fill the lane's patience.</param>
    /// <param name="pace">From one RCPT to the next.</param>
    /// <param name="sessionPace">From one new session to the next.</param>
    /// <param name="perSession">The most RCPTs of a session.</param>
    public DateTimeOffset Next(HostSet hosts, DateTimeOffset now, DateTimeOffset? notBefore, TimeSpan pace, TimeSpan sessionPace, int perSession)
    {
        if (visits.TryGetValue(hosts, out var visit) && visit.Room > 0 && visit.At > now && !(visit.At < notBefore))
        {
            visits[hosts] = visit with { Room = visit.Room - 1 };
            return visit.At;
        }

        gap = pace > sessionPace ? pace : sessionPace;
        var room = pace > TimeSpan.Zero ? (int)Math.Clamp(gap / pace, 1, perSession) : 1;
        if (gap < Least)
            gap = Least;

        var at = notBefore ?? now + Lane.Patience;
        if (at < free)
            at = free;
        else
            expectedFrom = at;
        if (at > now + Longest)
            return now + Longest;
        free = at + gap;
        Note(hosts, new Visit(at, room - 1), now);
        return at;
    }

    /// <summary>A question came. Where appointments are due and nobody has come for long, those who have them do not come (their batch was cancelled): they keep nobody off any more.</summary>
    public void Arrived(DateTimeOffset now)
    {
        var quietSince = lastArrival > expectedFrom ? lastArrival : expectedFrom;
        lastArrival = now;
        if (free <= now || now - quietSince <= (2 * gap > Lane.Patience ? 2 * gap : Lane.Patience))
            return;
        free = now;
        visits.Clear();
    }

    private void Note(HostSet hosts, Visit visit, DateTimeOffset now)
    {
        if (visits.Count >= sweepAt)
        {
            foreach (var (past, _) in visits.Where(pair => pair.Value.At <= now).ToArray())
                _ = visits.Remove(past);
            sweepAt = Math.Max(1_000, 2 * visits.Count);
        }

        if (visit.Room > 0 && (visits.Count < MaxVisits || visits.ContainsKey(hosts)))
            visits[hosts] = visit;
        else
            _ = visits.Remove(hosts);
    }

    private readonly record struct Visit(DateTimeOffset At, int Room);
}
