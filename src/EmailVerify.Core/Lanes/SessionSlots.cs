namespace EmailVerify.Core.Lanes;

/// <summary>
/// How many sessions a process has open, over all lanes: a list names tens of thousands of hosts, and each session costs a descriptor and memory (some 50 KB with TLS, measured).
/// Who finds all taken waits in line, and the session that idles longest ends for it.
/// </summary>
/// <param name="most">The most that batches have open, at least 1. One and an eighth more are kept for those who wait in person.</param>
public sealed class SessionSlots(int most)
{
    /// <summary>The default: with TLS some 300 MB when all are open.</summary>
    public const int Most = 6_000;

    private readonly Lock gate = new();
    private readonly LinkedList<LaneSession> idle = [];
    private readonly Queue<Action> waiting = new();
    private int taken;

    /// <summary>Gets how many sessions are open.</summary>
    public int Taken
    {
        get
        {
            lock (gate)
                return taken;
        }
    }

    /// <summary>Takes a slot for a session.</summary>
    /// <param name="interactive">Whether somebody waits in person.</param>
    public bool TryTake(bool interactive)
    {
        lock (gate)
        {
            var isFree = taken < (interactive ? most + (most / 8) + 1 : most);
            taken += isFree ? 1 : 0;
            return isFree;
        }
    }

    /// <summary>Waits for a slot, behind those that wait already. A session that idles makes room.</summary>
    /// <param name="free">Called once, on the thread pool, when there is one to be taken.</param>
    public void Wait(Action free)
    {
        lock (gate)
        {
            waiting.Enqueue(free);
            if (idle.First is { Value: var session } && taken >= most)
            {
                idle.RemoveFirst();
                session.Rouse();
            }
        }

        WakeNext();
    }

    /// <summary>Gives a slot back.</summary>
    public void Return()
    {
        lock (gate)
            taken--;
        WakeNext();
    }

    /// <summary>Tells the first in line if there is a slot. Who was told and needs none any more tells the next.</summary>
    public void WakeNext()
    {
        Action? next;
        lock (gate)
        {
            if (taken >= most || !waiting.TryDequeue(out next))
                return;
        }

        _ = ThreadPool.UnsafeQueueUserWorkItem(static wake => wake(), next, preferLocal: false);
    }

    /// <summary>A session has nothing to ask.</summary>
    /// <returns>False when others wait for its slot.</returns>
    internal bool LieDown(LaneSession session)
    {
        lock (gate)
        {
            if (waiting.Count > 0)
                return false;
            idle.AddLast(session.PlaceAmongSlots);
            return true;
        }
    }

    /// <summary>A session has something to ask, or ends.</summary>
    internal void GetUp(LaneSession session)
    {
        lock (gate)
        {
            if (session.PlaceAmongSlots.List is not null)
                idle.Remove(session.PlaceAmongSlots);
        }
    }
}
