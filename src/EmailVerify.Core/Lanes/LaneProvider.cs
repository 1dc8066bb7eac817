using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Lanes;

/// <summary>A provider in a lane: its regime, the queues of its hosts, and which of them want a session. Guarded by its lane.</summary>
/// <param name="setup">What to ask with.</param>
/// <param name="regime">Its regime.</param>
/// <param name="share">What it has in common with others; null where its own limits are all.</param>
internal sealed class LaneProvider(SessionSetup setup, Regime regime, LaneShare? share = null)
{
    private ImmutableArray<string> seen = [];
    private readonly Dictionary<HostSet, LaneQueue> queues = [];
    private readonly LinkedList<LaneQueue> urgent = [];
    private readonly LinkedList<LaneQueue> wanting = [];
    private readonly LinkedList<LaneSession> idle = [];
    private readonly PriorityQueue<LaneQueue, DateTimeOffset> putOff = new();
    private readonly LaneAppointments appointments = new();
    private readonly LaneAppointments interactiveAppointments = new();
    private bool waitsForSlot;
    private bool waitsForSlotInPerson;

    /// <summary>Gets what to ask with.</summary>
    public SessionSetup Setup { get; private set; } = setup;

    public Regime Regime => regime;

    public LaneShare? Share => share;

    public IEnumerable<LaneQueue> Queues => queues.Values;

    /// <summary>Gets or sets how many questions wait, in all queues.</summary>
    public int Waiting { get; set; }

    /// <summary>Gets how many sessions are about to end so that others may open.</summary>
    public int Leaving { get; private set; }

    /// <summary>Gets or sets when its queues are looked at again, or null.</summary>
    public DateTimeOffset? LookAt { get; set; }

    /// <summary>Gets a value indicating whether no question waits and no session is open.</summary>
    public bool IsUnused => queues.Count == 0;

    /// <summary>Gets the queue that is next to get a session: where people wait, then in the order of their wanting.</summary>
    public LaneQueue? NextWanting => (urgent.First ?? wanting.First)?.Value;

    /// <summary>Gets a value indicating whether a session that asks for a batch must end.</summary>
    public bool MustMakeRoom => regime.MustMakeRoom(urgent.Count, 0, Leaving);

    /// <summary>Gets a value indicating whether a session that has nothing to ask must end instead of waiting: others want its slot.</summary>
    public bool MustNotIdle => NextWanting is not null && regime.MustMakeRoom(urgent.Count, wanting.Count, Leaving);

    /// <summary>Says how we stand with it.</summary>
    public ProviderStanding Stand(DateTimeOffset now)
    {
        var inPerson = queues.Values.Sum(static queue => queue.InteractiveWaiting);
        return new ProviderStanding(regime.Name, regime.Stand(now), inPerson, Waiting - inPerson);
    }

    /// <summary>Whether it stands in a line for a slot of the process: that of those who wait in person, or that of batches.</summary>
    public ref bool WaitsForSlot(bool interactive) => ref interactive ? ref waitsForSlotInPerson : ref waitsForSlot;

    /// <summary>Narrows what is allowed to what another policy allows too.</summary>
    public void Tighten(ProviderPolicy other)
    {
        if (seen.Contains(other.Name, StringComparer.Ordinal))
            return;
        seen = seen.Add(other.Name);
        Setup = Setup with { Policy = Setup.Policy.Stricter(other) };
        regime.Tighten(Setup.Policy);
    }

    /// <summary>Says whether a session may open now; nothing is counted.</summary>
    public Clearance MayOpen(DateTimeOffset now, bool interactive) => regime.MayOpen(now, interactive);

    /// <summary>Asks to open a session for a queue.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="now">The time.</param>
    /// <param name="interactive">Whether it is for those who wait in person.</param>
    /// <param name="entered">What it is counted by beside the regime.</param>
    public Clearance TryOpen(LaneQueue queue, DateTimeOffset now, bool interactive, out List<SharedLimit> entered)
    {
        entered = new List<SharedLimit>(2);
        var clearance = MayOpen(now, interactive);
        if (clearance.IsGranted && share is not null && queue.FirstAddress is { } address)
            clearance = share.TryEnter(entered, address, now, interactive);
        if (!clearance.IsGranted)
            return clearance;
        clearance = regime.TryOpen(now, interactive);
        if (!clearance.IsGranted)
            share?.Withdraw(entered, clearance, interactive);
        return clearance;
    }

    /// <summary>A queue can have no session until then; others may.</summary>
    public void PutOff(LaneQueue queue, DateTimeOffset until, bool interactive)
    {
        (queue.PutOffUntil, queue.ArePeoplePutOff) = (until, interactive);
        putOff.Enqueue(queue, until);
        Arrange(queue);
    }

    /// <summary>Lets the queues want a session again whose time has come.</summary>
    /// <returns>When the next one's comes, or null.</returns>
    public DateTimeOffset? BringBack(DateTimeOffset now)
    {
        while (putOff.TryPeek(out var queue, out var until))
        {
            if (until > now)
                return until;
            _ = putOff.Dequeue();
            if (queue.PutOffUntil != until)
                continue;
            queue.PutOffUntil = null;
            if (!queue.IsEmpty)
                Arrange(queue);
        }

        return null;
    }

    public LaneQueue QueueOf(LaneItem item)
    {
        var hosts = HostsOf(item);
        if (!queues.TryGetValue(hosts, out var queue))
            queues.Add(hosts, queue = new LaneQueue(hosts, this));
        return queue;
    }

    /// <summary>Puts a queue where it belongs after a change, and forgets one that nobody needs.</summary>
    public void Arrange(LaneQueue queue)
    {
        var list = queue.IsPutOff ? null : queue.WantsOneNow ? urgent : queue.WantsOne ? wanting : null;
        if (queue.Place.List != list)
        {
            queue.Place.List?.Remove(queue.Place);
            list?.AddLast(queue.Place);
        }

        if (queue.IsEmpty && queue.Sessions == 0)
            _ = queues.Remove(queue.Hosts);
    }

    /// <summary>Arranges a queue that got a session: others come before it gets another.</summary>
    public void ArrangeLast(LaneQueue queue)
    {
        queue.Place.List?.Remove(queue.Place);
        Arrange(queue);
    }

    /// <summary>A session waits for the next address.</summary>
    public void LieDown(LaneSession session)
    {
        idle.AddLast(session.PlaceAmongIdle);
        session.Queue.Idle.AddLast(session.PlaceInQueue);
    }

    /// <summary>A session waits no more.</summary>
    public void GetUp(LaneSession session)
    {
        if (session.PlaceAmongIdle.List is null)
            return;
        idle.Remove(session.PlaceAmongIdle);
        session.Queue.Idle.Remove(session.PlaceInQueue);
    }

    /// <summary>Wakes the session of a queue that lay down last, if there is one.</summary>
    public bool TryRouse(LaneQueue queue)
    {
        if (queue.Idle.Last is not { Value: var session })
            return false;
        GetUp(session);
        session.Rouse();
        return true;
    }

    /// <summary>Lets the session that idles longest end where others want to open; as many as are wanted.</summary>
    public void MakeRoom()
    {
        if (Leaving >= urgent.Count + wanting.Count || idle.First is not { Value: var session })
            return;
        Leave(session);
        GetUp(session);
        session.Rouse();
    }

    /// <summary>Lets a session end.</summary>
    public void Leave(LaneSession session)
    {
        if (session.IsLeaving)
            return;
        session.IsLeaving = true;
        Leaving++;
    }

    /// <summary>A session has ended.</summary>
    public void Left(LaneSession session)
    {
        if (session.IsLeaving)
            Leaving--;
    }

    /// <summary>Says what keeps a new question of a batch from starting within a lane's patience, or null when nothing does.</summary>
    public Obstacle? TooLong(LaneItem item, DateTimeOffset now)
    {
        appointments.Arrived(now);
        if (regime.NextTurn(now, interactive: false) + (Waiting * regime.Pace) > Lane.Patience)
            return Obstacle.Pace;
        return (urgent.Count + wanting.Count) * regime.SessionPace > Lane.Patience && !queues.ContainsKey(HostsOf(item)) ? Obstacle.Sessions : null;
    }

    /// <summary>Names the time for a question to come back, behind those that were put off before. Batches do not put off people.</summary>
    /// <param name="item">The question.</param>
    /// <param name="now">The time.</param>
    /// <param name="notBefore">Before when nothing may be asked; null where only others come first.</param>
    public DateTimeOffset Appoint(LaneItem item, DateTimeOffset now, DateTimeOffset? notBefore) =>
        (item.IsInteractive ? interactiveAppointments : appointments).Next(HostsOf(item), now, notBefore, regime.Pace, regime.SessionPace, Setup.Policy.RecipientsPerSession);

    private HostSet HostsOf(LaneItem item) => new(item.Route.InOrder, Setup.Policy.ManyDomainsPerSession ? null : item.Question.Address.Domain);
}
