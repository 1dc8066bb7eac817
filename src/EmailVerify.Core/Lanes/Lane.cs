using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Lanes;

/// <summary>
/// Everything between us and a provider (or a share of the small hosts) from one egress. It takes groups of questions, merges them by host, and answers each with an
/// outcome or "not before". Its sessions run on the thread pool and ask the provider's <see cref="Regime"/> what they may do.
/// </summary>
public sealed class Lane : IAsyncDisposable
{
    /// <summary>What cannot start within this time is not kept: it is answered "not before".</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>How long a session waits for the next address before it says QUIT. Servers close idle ones after 10 s under stress (Postfix).</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromSeconds(3);

    /// <summary>How long after a defect of ours a question is asked again: it would likely meet it again.</summary>
    public static readonly TimeSpan AfterDefect = TimeSpan.FromMinutes(1);

    /// <summary>The most questions that wait in a lane; more are answered "not before".</summary>
    public const int MaxWaiting = 10_000;

    /// <summary>The most hosts that a lane of small hosts remembers.</summary>
    public const int MaxProviders = 10_000;

    /// <summary>One session for so many waiting addresses: opening one costs more round trips than asking four.</summary>
    private const int WaitingPerSession = 4;

    private readonly Lock gate = new();
    private readonly Dictionary<string, LaneProvider> providers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RegimeRecord> remembered;
    private readonly CancellationTokenSource closing = new();
    private readonly HashSet<Task> running = [];
    private readonly LaneOptions options;
    private readonly ISessions sessions;
    private readonly ICatchAllRegister catchAll;
    private readonly Decoys decoys;
    private readonly TimeProvider clock;
    private readonly ITimer timer;
    private readonly DateTimeOffset madeAt;

    private int waiting;
    private bool isClosed;
    private Task? closed;

    /// <summary>Makes a lane.</summary>
    /// <param name="options">Its egress, and whether limits hold.</param>
    /// <param name="sessions">Opens sessions.</param>
    /// <param name="catchAll">Grants decoys.</param>
    /// <param name="decoys">Makes them.</param>
    /// <param name="remembered">What an earlier activation left behind.</param>
    /// <param name="clock">The time.</param>
    public Lane(LaneOptions options, ISessions sessions, ICatchAllRegister catchAll, Decoys decoys, IEnumerable<RegimeRecord> remembered, TimeProvider clock)
    {
        this.options = options;
        this.decoys = decoys;
        this.sessions = sessions;
        this.catchAll = catchAll;
        this.clock = clock;
        madeAt = clock.GetUtcNow();
        this.remembered = remembered.ToDictionary(record => record.Name, StringComparer.Ordinal);
        timer = clock.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Hands a group over. Every question is answered, whatever happens; a lane that closes answers "not before now".</summary>
    public LaneGroup Ask(ImmutableArray<LaneQuestion> questions)
    {
        var group = new LaneGroup(questions);
        lock (gate)
        {
            foreach (var question in questions)
                Add_NeedsLock(new LaneItem(question, group, clock.GetUtcNow()));
        }

        return group;
    }

    /// <summary>Gets what an heir must know, of every provider that is not as fresh. At most <see cref="MaxProviders"/>.</summary>
    public ImmutableArray<RegimeRecord> Remember()
    {
        lock (gate)
        {
            // Providers that were not asked since the start are as the earlier activation left them; after the longest rest nothing of that matters.
            var now = clock.GetUtcNow();
            var own = providers.Values.Where(provider => provider.Regime.IsNotable(now)).Select(provider => provider.Regime.Remember());
            var inherited = now - madeAt < Regime.LongestRest ? remembered.Values : Enumerable.Empty<RegimeRecord>();
            return [.. own.Concat(inherited).Take(MaxProviders)];
        }
    }

    /// <summary>Gets a figure for gauges: sessions open and questions waiting.</summary>
    public (int Sessions, int Waiting) Look()
    {
        lock (gate)
            return (providers.Values.Sum(provider => provider.Regime.Look().Sessions), waiting);
    }

    /// <summary>Lets sessions finish the RCPT that is in flight and say QUIT; what waits is answered "not before now". Once, however often it is asked for.</summary>
    public ValueTask DisposeAsync()
    {
        lock (gate)
            return new(closed ??= CloseAsync());
    }

    private async Task CloseAsync()
    {
        Task[] left;
        lock (gate)
        {
            isClosed = true;
            foreach (var queue in providers.Values.SelectMany(provider => provider.Queues.Values))
            {
                Defer_NeedsLock(queue, clock.GetUtcNow(), Obstacle.None);
                while (queue.Idle.TryPop(out var idle))
                    idle.TrySetResult();
            }

            left = [.. running];
        }

        await timer.DisposeAsync();
        var all = Task.WhenAll(left);
        if (await Task.WhenAny(all, Task.Delay(options.DrainTime, clock)) != all)
            await closing.CancelAsync();
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        closing.Dispose();
    }

    private void Add_NeedsLock(LaneItem item)
    {
        var now = clock.GetUtcNow();
        if (isClosed || waiting >= MaxWaiting || Provider_NeedsLock(item.Route, now) is not { } provider)
        {
            item.Defer(isClosed ? now : now + Patience, Obstacle.Sessions);
            return;
        }

        var hosts = LaneQueue.HostsOf(item.Route, provider.Setup.Policy.ManyDomainsPerSession ? null : item.Question.Address.Domain);
        if (!provider.Queues.TryGetValue(hosts, out var queue))
            provider.Queues.Add(hosts, queue = new LaneQueue(hosts, provider));
        queue.Add(item);
        waiting++;
        if (queue.Idle.TryPop(out var idle))
            idle.TrySetResult();
        else
            Open_NeedsLock(queue, now);
        Tend_NeedsLock(queue, now);
    }

    // Who waits is looked at before its patience ends; a queue that nobody needs goes, so that its provider can be forgotten.
    private void Tend_NeedsLock(LaneQueue queue, DateTimeOffset now)
    {
        if (queue.OldestSince is { } since)
            WakeAt_NeedsLock(queue.Provider, since + Patience, now);
        else if (queue.Sessions == 0)
            _ = queue.Provider.Queues.Remove(queue.Hosts);
    }

    private LaneProvider? Provider_NeedsLock(Route.Exchangers route, DateTimeOffset now)
    {
        if (providers.TryGetValue(route.Provider, out var provider))
            return provider;
        if (providers.Count >= MaxProviders)
        {
            foreach (var (name, idle) in providers.Where(pair => pair.Value.Queues.Count == 0 && pair.Value.Regime.IsIdle(now)).ToArray())
                providers.Remove(name);
            if (providers.Count >= MaxProviders)
                return null;
        }

        var setup = options.SetupOf(route.Provider);
        _ = remembered.Remove(route.Provider, out var record);
        provider = new LaneProvider(setup, new Regime(route.Provider, setup.Policy, options.Enforce, now, record));
        providers.Add(route.Provider, provider);
        return provider;
    }

    // Opens as many sessions as the waiting addresses are worth and the regime allows.
    private void Open_NeedsLock(LaneQueue queue, DateTimeOffset now)
    {
        while (!isClosed && queue.Waiting > queue.Sessions * WaitingPerSession)
        {
            var clearance = queue.Provider.Regime.TryOpen(now);
            if (clearance.IsGranted)
            {
                queue.Sessions++;
                var work = Task.Run(() => WorkAsync(queue));
                _ = running.Add(work);
                _ = work.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
            else if (clearance.NotBefore is not { } until)
            {
                // A session that idles at another host of this provider makes room.
                var idler = queue.Provider.Queues.Values.FirstOrDefault(other => other != queue && other.Idle.Count > 0);
                if (idler is not null && idler.Idle.TryPop(out var idle))
                    idle.TrySetResult();
                return;
            }
            else if (until - now > Patience)
            {
                Defer_NeedsLock(queue, until, clearance.Cause);
                return;
            }
            else
            {
                WakeAt_NeedsLock(queue.Provider, until, now);
                return;
            }
        }
    }

    private void Forget(Task work)
    {
        lock (gate)
            _ = running.Remove(work);
        if (work.Exception is { } defect)
            options.Defect(defect);
    }

    private void Defer_NeedsLock(LaneQueue queue, DateTimeOffset until, Obstacle cause)
    {
        while (queue.Take() is { } item)
        {
            waiting--;
            item.Defer(until, cause);
        }
    }

    private void WakeAt_NeedsLock(LaneProvider provider, DateTimeOffset at, DateTimeOffset now)
    {
        if (provider.WakeAt is { } earlier && earlier <= at)
            return;
        provider.WakeAt = at;
        var first = providers.Values.Min(other => other.WakeAt);
        if (first == at)
            _ = timer.Change(at > now ? at - now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void Wake()
    {
        lock (gate)
        {
            if (isClosed)
                return;
            var now = clock.GetUtcNow();
            foreach (var provider in providers.Values.Where(provider => provider.WakeAt <= now).ToArray())
            {
                provider.WakeAt = null;
                Reopen_NeedsLock(provider, now);
            }

            if (providers.Values.Min(provider => provider.WakeAt) is { } next)
                _ = timer.Change(next - now, Timeout.InfiniteTimeSpan);
        }
    }

    private void Reopen_NeedsLock(LaneProvider provider, DateTimeOffset now)
    {
        foreach (var queue in provider.Queues.Values.ToArray())
        {
            while (queue.TakeOverdue(now - Patience) is { } overdue)
            {
                waiting--;
                overdue.Defer(now + Patience, Obstacle.Sessions);
            }

            Open_NeedsLock(queue, now);
            Tend_NeedsLock(queue, now);
        }
    }

    private bool IsClosed
    {
        get
        {
            lock (gate)
                return isClosed;
        }
    }

    private async Task WorkAsync(LaneQueue queue)
    {
        try
        {
            if (TakeNext(queue) is { } first)
                await TalkAsync(queue, first);
        }
        finally
        {
            lock (gate)
            {
                var now = clock.GetUtcNow();
                queue.Sessions--;
                queue.Provider.Regime.Closed(now);
                Reopen_NeedsLock(queue.Provider, now);
            }

            Tell(isBlock: false);
        }
    }

    private async Task TalkAsync(LaneQueue queue, LaneItem first)
    {
        LaneItem? item = first;
        ISession? session = null;
        try
        {
            var opening = await sessions.OpenAsync(first.Route.InOrder, queue.Provider.Setup, closing.Token);
            if (opening is SessionOpening.Failed(var outcome))
            {
                item = null;
                NotOpened(queue, first, outcome);
                return;
            }

            session = ((SessionOpening.Ready)opening).Session;
            var regime = queue.Provider.Regime;
            var permits = new LanePermits(regime, catchAll, decoys, clock);
            while (item is { } asked)
            {
                var now = clock.GetUtcNow();
                if (regime.IsClosed(now) || regime.NextTurn(now) > Regime.LongestTurn)
                    return;
                var answer = await permits.AskAsync(session, asked.Question, closing.Token);
                item = null;
                Conclude(queue, asked, answer);
                item = session.Ending is null ? await LingerAsync(queue) : null;
            }
        }
        finally
        {
            // What was taken and not asked goes back: its turn is too far off, the lane closes, or by a defect.
            if (item is not null)
                GiveBack(queue, item);
            if (session is not null)
                await session.QuitAsync();
            if (session?.Ending?.Finding is { } parting && LaneObservation.OfParting(queue.Provider.Regime, parting, clock.GetUtcNow()))
                Tell(isBlock: true);
        }
    }

    // A host that cannot be reached, or turns everybody away, does so for all who wait for it; one that refuses us is asked no more than the regime now allows.
    private void NotOpened(LaneQueue queue, LaneItem first, ProbeOutcome outcome)
    {
        Observe(queue.Provider.Regime, first, outcome);
        first.End(outcome);
        if (outcome is ProbeOutcome.Refused && queue.Provider.Regime.IsClosed(clock.GetUtcNow()))
            return;
        lock (gate)
        {
            while (queue.Sessions == 1 && queue.Take() is { } other)
            {
                waiting--;
                other.End(outcome);
            }
        }
    }

    private void Conclude(LaneQueue queue, LaneItem item, ProbeOutcome? outcome)
    {
        // The session ended before it was answered: another one asks it.
        if (outcome is null)
        {
            lock (gate)
                Add_NeedsLock(item with { Since = clock.GetUtcNow() });
            return;
        }

        Observe(queue.Provider.Regime, item, outcome);

        // Another exchanger may serve the domain, or offer SMTPUTF8: it is asked once before we conclude. "Not now" is no "not here".
        var saysNotHere = outcome is ProbeOutcome.Smtputf8Missing or ProbeOutcome.Answered { Reply.IsPermanent: true, Finding.Meaning: ReplyMeaning.RelayOrDomainRejected };
        var rest = saysNotHere ? item.Route.InOrder.RemoveAll(exchanger => string.Equals(exchanger.Host, outcome.Trace.Exchanger, StringComparison.Ordinal)) : [];
        if (rest.IsEmpty)
        {
            // Those that serve the domain lack SMTPUTF8 where one said so: it was not asked whether the mailbox is there.
            item.End(saysNotHere && item.Smtputf8Missing is { } missing ? missing : outcome);
            return;
        }

        lock (gate)
        {
            Add_NeedsLock(item with
            {
                Route = item.Route with { InOrder = rest },
                Since = clock.GetUtcNow(),
                Smtputf8Missing = outcome as ProbeOutcome.Smtputf8Missing ?? item.Smtputf8Missing,
            });
        }
    }

    private void GiveBack(LaneQueue queue, LaneItem item)
    {
        var now = clock.GetUtcNow();
        var regime = queue.Provider.Regime;
        if (regime.IsClosed(now))
        {
            // Another session met a block while this one opened: it waits as who comes now.
            lock (gate)
                Add_NeedsLock(item with { Since = now });
            return;
        }

        var turn = regime.NextTurn(now);
        if (turn > Regime.LongestTurn)
            item.Defer(now + turn, Obstacle.Pace);
        else if (IsClosed)
            item.Defer(now + turn, Obstacle.None);
        else
            item.Defer(now + AfterDefect, Obstacle.Defect);
    }

    private LaneItem? TakeNext(LaneQueue queue)
    {
        lock (gate)
            return TakeNext_NeedsLock(queue);
    }

    private LaneItem? TakeNext_NeedsLock(LaneQueue queue)
    {
        var item = MayAsk_NeedsLock(queue) ? queue.Take() : null;
        if (item is not null)
            waiting--;
        return item;
    }

    // An objection to us, in whichever session, ends them all: who waits is neither asked into a block nor left to wait beside an idle session.
    private bool MayAsk_NeedsLock(LaneQueue queue) => !isClosed && !queue.Provider.Regime.IsClosed(clock.GetUtcNow());

    // Takes the next address, or waits for one; looking and lying down are one step, so that none slips between.
    private async Task<LaneItem?> LingerAsync(LaneQueue queue)
    {
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (!MayAsk_NeedsLock(queue))
                return null;
            if (TakeNext_NeedsLock(queue) is { } next)
                return next;
            queue.Idle.Push(idle);
        }

        // That nobody came in time is the rule, and no exception.
        await idle.Task.WaitAsync(Linger, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (gate)
        {
            // An address may have come in the last instant: then this session was popped, and takes it.
            if (idle.Task.IsCompleted)
                return TakeNext_NeedsLock(queue);
            RemoveIdle_NeedsLock(queue, idle);
            return null;
        }
    }

    private static void RemoveIdle_NeedsLock(LaneQueue queue, TaskCompletionSource idle)
    {
        var others = queue.Idle.Where(other => other != idle).Reverse().ToArray();
        queue.Idle.Clear();
        foreach (var other in others)
            queue.Idle.Push(other);
    }

    private void Observe(Regime regime, LaneItem item, ProbeOutcome outcome)
    {
        if (LaneObservation.Apply(regime, item.Question.Address, outcome, clock.GetUtcNow()))
            Tell(isBlock: true);
    }

    // A question waits for its answer while others are told: their defects must not keep it.
    private void Tell(bool isBlock)
    {
        try
        {
            options.Changed(isBlock);
        }
        catch (Exception defect)
        {
            options.Defect(defect);
        }
    }
}
