using System.Collections.Immutable;
using System.Net;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Lanes;

/// <summary>The waiting questions of one set of exchangers. Groups of any file order meet here: that is what makes sessions shared. Guarded by its lane.</summary>
internal sealed class LaneQueue
{
    /// <summary>One session for so many who wait in person: opening one costs more round trips than asking four.</summary>
    private const int InteractivePerSession = 4;

    /// <summary>One session for so many of a batch, more than the addresses that a file has at a small domain: there each connection is a stranger's, and nobody waits.</summary>
    private const int NormalPerSession = 25;

    private readonly Queue<LaneItem> head = new();
    private readonly Queue<LaneItem> normal = new();
    private RouteNames? names;

    public LaneQueue(HostSet hosts, LaneProvider provider)
    {
        (Hosts, Provider) = (hosts, provider);
        Place = new(this);
    }

    public HostSet Hosts { get; }

    public LaneProvider Provider { get; }

    /// <summary>Gets its place among the queues of its provider that want a session; in no list when it wants none.</summary>
    public LinkedListNode<LaneQueue> Place { get; }

    /// <summary>Gets the sessions that wait for the next address.</summary>
    public LinkedList<LaneSession> Idle { get; } = [];

    /// <summary>Gets what was found out about how its hosts take refusals.</summary>
    public HostManners Manners { get; } = new();

    /// <summary>Gets or sets how many sessions work on it.</summary>
    public int Sessions { get; set; }

    /// <summary>Gets or sets how many of them ask for a batch at this moment.</summary>
    public int Bulk { get; set; }

    /// <summary>Gets or sets until when it can have no session, by the limits that its hosts share with others; null when it can.</summary>
    public DateTimeOffset? PutOffUntil { get; set; }

    /// <summary>Gets or sets a value indicating whether that holds for people as well.</summary>
    public bool ArePeoplePutOff { get; set; }

    public bool IsPutOff => PutOffUntil is not null && (ArePeoplePutOff || !WantsOneNow);

    public int InteractiveWaiting { get; private set; }

    public int NormalWaiting { get; private set; }

    public bool IsEmpty => InteractiveWaiting + NormalWaiting == 0;

    /// <summary>Gets a value indicating whether people wait who need a session beside those that ask for a batch: what is in flight there may take long.</summary>
    public bool WantsOneNow => InteractiveWaiting > InteractivePerSession * (Sessions - Bulk);

    /// <summary>Gets a value indicating whether what waits is worth more sessions than it has.</summary>
    public bool WantsOne =>
        (InteractiveWaiting * NormalPerSession) + (NormalWaiting * InteractivePerSession) > Sessions * InteractivePerSession * NormalPerSession;

    /// <summary>Adds a question at the end, or where people wait; what was taken once comes before what was not.</summary>
    public void Add(LaneItem item, bool wasTaken)
    {
        // Those that were put off are left in their place until it is their turn; so they must not pile up.
        _ = First(normal);
        item.Queue = this;
        Count(item, 1);
        (item.IsInteractive || wasTaken ? head : normal).Enqueue(item);
    }

    /// <summary>Gets the address that the next question's session connects to first.</summary>
    public IPAddress? FirstAddress => (First(head) ?? First(normal))?.Route.InOrder.SelectMany(static exchanger => exchanger.Addresses).FirstOrDefault();

    public LaneItem? Take() => TakeFirst(head) ?? TakeFirst(normal);

    /// <summary>Lets a question wait no more.</summary>
    public void Remove(LaneItem item)
    {
        item.Queue = null;
        Count(item, -1);
    }

    /// <summary>Gets the names of a route's exchangers in their order: one array for all that look the same.</summary>
    public ImmutableArray<string> NamesOf(Route.Exchangers route)
    {
        var known = names;
        if (known?.IsOf(route) != true)
            names = known = new RouteNames(route.InOrder);
        return known.Hosts;
    }

    private LaneItem? TakeFirst(Queue<LaneItem> items)
    {
        if (First(items) is not { } item)
            return null;
        _ = items.Dequeue();
        Remove(item);
        return item;
    }

    private static LaneItem? First(Queue<LaneItem> items)
    {
        while (items.TryPeek(out var item))
        {
            if (item.Queue is not null)
                return item;
            _ = items.Dequeue();
        }

        return null;
    }

    private void Count(LaneItem item, int change)
    {
        if (item.IsInteractive)
            InteractiveWaiting += change;
        else
            NormalWaiting += change;
        Provider.Waiting += change;
    }

    private sealed class RouteNames(ImmutableArray<Exchanger> inOrder)
    {
        public ImmutableArray<string> Hosts { get; } = [.. inOrder.Select(exchanger => exchanger.Host)];

        public bool IsOf(Route.Exchangers route)
        {
            if (route.InOrder == inOrder)
                return true;
            if (route.InOrder.Length != Hosts.Length)
                return false;
            for (var at = 0; at < Hosts.Length; at++)
            {
                if (!string.Equals(route.InOrder[at].Host, Hosts[at], StringComparison.Ordinal))
                    return false;
            }

            return true;
        }
    }
}
