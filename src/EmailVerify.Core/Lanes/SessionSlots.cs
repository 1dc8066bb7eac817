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
    private readonly Queue<Action> waitingInPerson = new();
    private int taken;

    /// <summary>Gets how many slots are taken.</summary>
    public int Taken
    {
        get
        {
            lock (gate)
                return taken;
        }
    }

    /// <summary>Takes a slot, unless none is free or others wait for it.</summary>
    /// <param name="interactive">Whether somebody waits in person.</param>
    public bool TryTake(bool interactive)
    {
        lock (gate)
        {
            var isFree = LineOf(interactive).Count == 0 && taken < MostOf(interactive);
            taken += isFree ? 1 : 0;
            return isFree;
        }
    }

    /// <summary>Waits in line for a slot. A session that idles makes room.</summary>
    /// <param name="interactive">Whether somebody waits in person.</param>
    /// <param name="given">Called once, on the thread pool, with a slot taken: it is used, or given back.</param>
    public void Wait(bool interactive, Action given)
    {
        lock (gate)
        {
            LineOf(interactive).Enqueue(given);
            if (taken >= MostOf(interactive) && idle.First is { Value: var session })
            {
                idle.RemoveFirst();
                session.Rouse();
            }

            GiveOut_NeedsLock();
        }
    }

    /// <summary>Gives a slot back.</summary>
    public void Return()
    {
        lock (gate)
        {
            taken--;
            GiveOut_NeedsLock();
        }
    }

    /// <summary>A session has nothing to ask.</summary>
    /// <returns>False when others wait for its slot.</returns>
    internal bool LieDown(LaneSession session)
    {
        lock (gate)
        {
            if (waiting.Count + waitingInPerson.Count > 0)
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

    // What is given is taken from then on: nobody who comes meanwhile is faster.
    private void GiveOut_NeedsLock()
    {
        while ((taken < MostOf(interactive: true) && waitingInPerson.TryDequeue(out var given)) || (taken < most && waiting.TryDequeue(out given)))
        {
            taken++;
            _ = ThreadPool.UnsafeQueueUserWorkItem(static give => give(), given, preferLocal: false);
        }
    }

    private Queue<Action> LineOf(bool interactive) => interactive ? waitingInPerson : waiting;

    private int MostOf(bool interactive) => interactive ? most + (most / 8) + 1 : most;
}
