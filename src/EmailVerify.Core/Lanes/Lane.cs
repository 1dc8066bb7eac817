using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

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

    /// <summary>The most questions that wait in a lane; more are answered "not before". Each takes about 1 kB with its address and route, so that a full lane holds 20 MB.</summary>
    public const int MaxWaiting = 20_000;

    /// <summary>The most hosts that a lane of small hosts remembers.</summary>
    public const int MaxProviders = 10_000;

    /// <summary>Hosts that could be forgotten are looked for no more often: it takes a look at all of them.</summary>
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Dictionary<string, LaneProvider> providers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RegimeRecord> remembered;
    private readonly CancellationTokenSource closing = new();
    private readonly HashSet<Task> running = [];
    private readonly LaneMeans means;
    private readonly LaneOptions options;
    private readonly TimeProvider clock;
    private readonly LaneCalendar calendar;
    private readonly LastReplies lastReplies = new();
    private long accepted;
    private long refused;
    private long blocked;
    private readonly DateTimeOffset madeAt;

    private int waiting;
    private int open;
    private DateTimeOffset crowdedUntil;
    private DateTimeOffset sweepAt;
    private bool isClosed;
    private bool isInheritedMinuteOver;
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
        means = new LaneMeans(options, sessions, catchAll, decoys, clock);
        this.options = options;
        this.clock = clock;
        madeAt = clock.GetUtcNow();
        this.remembered = remembered.ToDictionary(record => record.Name, StringComparer.Ordinal);
        calendar = new LaneCalendar(clock, Wake);
    }

    private DateTimeOffset? TakenOverAt => options.IsHeir ? madeAt : null;

    /// <summary>Hands a group over. Every question is answered, whatever happens; a lane that closes answers "not before now".</summary>
    public LaneGroup Ask(ImmutableArray<LaneQuestion> questions)
    {
        var group = new LaneGroup(questions);
        lock (gate)
        {
            var now = clock.GetUtcNow();
            group.Items = [.. questions.Select(question => new LaneItem(question, group, now))];
            foreach (var item in group.Items)
                Admit_NeedsLock(item, now);
            if (!isClosed)
                calendar.Set(now);
        }

        return group;
    }

    /// <summary>Takes a group back for which nobody waits any more: what of it was not asked yet never is, and is answered "not before now".</summary>
    public void Withdraw(LaneGroup group)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            group.IsWithdrawn = true;
            foreach (var item in group.Items)
            {
                if (item.Queue is not { } queue)
                    continue;
                queue.Remove(item);
                waiting--;
                item.Defer(now, Obstacle.None);
                queue.Provider.Arrange(queue);
            }
        }
    }

    /// <summary>Gets what an heir must know, of every provider that is not as fresh. At most <see cref="MaxProviders"/>.</summary>
    public ImmutableArray<RegimeRecord> Remember()
    {
        lock (gate)
        {
            // Providers that were not asked since the start are as the earlier activation left them; after the longest rest nothing of that matters.
            var now = clock.GetUtcNow();
            ForgetInheritedMinute_NeedsLock(now);
            var own = providers.Values.Where(provider => provider.Regime.IsNotable(now, isClosed)).Select(provider => provider.Regime.Remember(now, isClosed));
            var inherited = now - madeAt < Regime.LongestRest ? remembered.Values : Enumerable.Empty<RegimeRecord>();
            return [.. own.Concat(inherited).Take(MaxProviders)];
        }
    }

    /// <summary>Gets a figure for gauges: sessions open and questions waiting.</summary>
    public (int Sessions, int Waiting) Look()
    {
        lock (gate)
            return (open, waiting);
    }

    /// <summary>Says how it stands, for people. Of the hosts of a lane of small ones only the most notable are told of.</summary>
    public LaneStanding Stand()
    {
        ProviderStanding[] standings;
        int sessions;
        lock (gate)
        {
            var now = clock.GetUtcNow();
            standings = [.. providers.Values.Select(provider => provider.Stand(now))];
            sessions = open;
        }

        // Sorted without the lock: questions come meanwhile, and there may be thousands of hosts.
        var told = standings.Length <= 1 ? standings : [.. standings.Where(one => one.IsNotable)
            .OrderByDescending(one => one.Regime.Circuit is not Circuit.Closed)
            .ThenByDescending(one => one.WaitingInPerson + one.WaitingOfBatches)
            .ThenBy(one => one.Provider, StringComparer.Ordinal)
            .Take(LaneStanding.MaxProviders)];
        return new LaneStanding(sessions, [.. told], standings.Length - told.Length, lastReplies.Look())
        {
            WaitingInPerson = standings.Sum(one => one.WaitingInPerson),
            WaitingOfBatches = standings.Sum(one => one.WaitingOfBatches),
            Told = new LaneCounts(Interlocked.Read(ref accepted), Interlocked.Read(ref refused), Interlocked.Read(ref blocked)),
        };
    }

    /// <summary>Lets sessions finish the RCPT that is in flight and say QUIT; what waits is answered "not before now". Once, however often it is asked for.</summary>
    public ValueTask DisposeAsync()
    {
        lock (gate)
            return new(closed ??= CloseAsync());
    }

    /// <summary>Takes the next question for a session, or waits for one; looking and lying down are one step, so that none slips between.</summary>
    internal async Task<LaneItem?> NextAsync(LaneSession session)
    {
        Task roused;
        lock (gate)
        {
            SetAsking_NeedsLock(session, null);
            if (TakeNext_NeedsLock(session) is { } next)
                return next;
            if (session.Queue.Provider.MustNotIdle)
                session.Queue.Provider.Leave(session);
            if (!MayAsk_NeedsLock(session) || session.IsWithBackup)
                return null;
            roused = session.LieDown();
            if (!options.Slots.LieDown(session))
                return null;
            session.Queue.Provider.LieDown(session);
        }

        // That nobody came in time is the rule, and no exception.
        await roused.WaitAsync(Linger, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        options.Slots.GetUp(session);
        lock (gate)
        {
            // An address may have come in the last instant: then this session was roused, and takes it.
            session.Queue.Provider.GetUp(session);
            return roused.IsCompleted ? TakeNext_NeedsLock(session) : null;
        }
    }

    /// <summary>Asks a question again that was taken, elsewhere or in another session.</summary>
    internal void AskAgain(LaneProvider provider, LaneItem item)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (isClosed || item.Group.IsWithdrawn)
            {
                item.Defer(now, Obstacle.None);
                return;
            }

            Keep_NeedsLock(provider, item with { Since = now }, wasTaken: true, now);
            calendar.Set(now);
        }
    }

    /// <summary>Takes back a question that was taken and not asked.</summary>
    internal void GiveBack(LaneSession session, LaneItem item)
    {
        var provider = session.Queue.Provider;
        lock (gate)
        {
            var now = clock.GetUtcNow();
            var turn = provider.Regime.NextTurn(now, item.IsInteractive);
            if (!isClosed && provider.Regime.IsClosed(now))
            {
                // Another session met a block while this one opened: it waits as who comes now.
                AskAgain(provider, item);
            }
            else if (turn > Regime.LongestTurn)
            {
                item.Defer(provider.Appoint(item, now, now + turn), Obstacle.Pace);
            }
            else if (isClosed)
            {
                item.Defer(now + turn, Obstacle.None);
            }
            else
            {
                item.Defer(now + AfterDefect, Obstacle.Defect);
            }
        }
    }

    /// <summary>Takes all that wait in a queue, unless another session is at work on it.</summary>
    internal IReadOnlyList<LaneItem> TakeAllUnlessOthersTalk(LaneQueue queue)
    {
        lock (gate)
        {
            var all = new List<LaneItem>();
            while (queue.Sessions == 1 && queue.Take() is { } item)
            {
                waiting--;
                all.Add(item);
            }

            queue.Provider.Arrange(queue);
            return all;
        }
    }

    /// <summary>Notes how a question ended, for <see cref="Stand"/>.</summary>
    internal void Note(LaneProvider provider, LaneItem item, ProbeOutcome outcome)
    {
        if (outcome is ProbeOutcome.Answered { Finding: var finding } && LaneObservation.IsRefused(finding) is { } isRefused)
            _ = isRefused ? Interlocked.Increment(ref refused) : Interlocked.Increment(ref accepted);
        lastReplies.Note(provider.Regime.Name, provider.Setup.Egress, item.Question.Address, outcome);
    }

    /// <summary>A session has ended.</summary>
    internal void Ended(LaneSession session)
    {
        var queue = session.Queue;
        options.Slots.Return();
        lock (gate)
        {
            var now = clock.GetUtcNow();
            SetAsking_NeedsLock(session, null);
            open--;
            queue.Sessions--;
            queue.Provider.Regime.Closed(now);
            foreach (var limit in session.Entered)
                limit.Leave(now);
            queue.Provider.Left(session);
            queue.Provider.Arrange(queue);
            if (isClosed)
                return;
            Serve_NeedsLock(queue.Provider, now);
            calendar.Set(now);
        }
    }

    /// <summary>
    /// A session is open. Where its host turned out to be more than its name tells, its provider here keeps to those limits as well from now on, and knows it before the next session.
    /// A stranger's host in a provider's route says nothing of the provider.
    /// </summary>
    /// <returns>False when there are enough sessions of those that share its limits: it asks nothing.</returns>
    internal bool MayStay(LaneSession session, ISession opened, ProviderPolicy? seen)
    {
        var provider = session.Queue.Provider;
        lock (gate)
        {
            if (seen is not null && string.Equals(PublicSuffixes.Default.OrganisationalDomain(opened.Host), provider.Regime.Name, StringComparison.Ordinal))
                provider.Tighten(seen);
            if (provider.Share is not { } share)
                return true;
            var now = clock.GetUtcNow();
            session.At = share.At(opened.Address, now);
            return share.TryStay(session.Entered, session.At, seen, now, session.IsForPeople);
        }
    }

    /// <summary>Tells of a block. A question waits for its answer while others are told: their defects must not keep it.</summary>
    internal void TellBlocked(string provider)
    {
        _ = Interlocked.Increment(ref blocked);
        try
        {
            options.Blocked(provider);
        }
        catch (Exception defect)
        {
            options.Defect(defect);
        }
    }

    private void ForgetInheritedMinute_NeedsLock(DateTimeOffset now)
    {
        if (isInheritedMinuteOver || now - madeAt < SessionMinute.Length)
            return;
        isInheritedMinuteOver = true;
        foreach (var record in remembered.Values.ToArray())
        {
            if (record.AfterTheMinute(options.SetupOf(record.Name).Policy) is { } left)
                remembered[record.Name] = left;
            else
                _ = remembered.Remove(record.Name);
        }
    }

    private async Task CloseAsync()
    {
        Task[] left;
        lock (gate)
        {
            isClosed = true;
            var now = clock.GetUtcNow();
            foreach (var provider in providers.Values)
            {
                foreach (var queue in provider.Queues.ToArray())
                {
                    while (Take_NeedsLock(queue) is { } item)
                        item.Defer(now, Obstacle.None);
                    while (provider.TryRouse(queue))
                    {
                    }

                    provider.Arrange(queue);
                }
            }

            left = [.. running];
        }

        await calendar.DisposeAsync();
        var all = Task.WhenAll(left);
        if (await Task.WhenAny(all, Task.Delay(options.DrainTime, clock)) != all)
            await closing.CancelAsync();
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        closing.Dispose();
    }

    private void Admit_NeedsLock(LaneItem item, DateTimeOffset now)
    {
        if (isClosed)
            item.Defer(now, Obstacle.None);
        else if (waiting >= MaxWaiting || Provider_NeedsLock(item.Route, now) is not { } provider)
            item.Defer(AfterTheCrowd_NeedsLock(now), Obstacle.Sessions);
        else if (!item.IsInteractive && provider.TooLong(item, now) is { } cause)
            item.Defer(provider.Appoint(item, now, null), cause);
        else
            Keep_NeedsLock(provider, item, wasTaken: false, now);
    }

    // A full lane is emptied within its patience: those who found it full come back one after another at that rate.
    private DateTimeOffset AfterTheCrowd_NeedsLock(DateTimeOffset now)
    {
        var at = now + Patience > crowdedUntil ? now + Patience : crowdedUntil;
        crowdedUntil = at + LaneAppointments.Least;
        return at;
    }

    private void Keep_NeedsLock(LaneProvider provider, LaneItem item, bool wasTaken, DateTimeOffset now)
    {
        var queue = provider.QueueOf(item);
        queue.Add(item, wasTaken);
        waiting++;
        calendar.Note(item);
        _ = provider.TryRouse(queue);
        provider.Arrange(queue);
        if (queue.Place.List is not null)
            Serve_NeedsLock(provider, now);
    }

    private LaneProvider? Provider_NeedsLock(Route.Exchangers route, DateTimeOffset now)
    {
        if (providers.TryGetValue(route.Provider, out var provider))
            return provider;
        if (providers.Count >= MaxProviders && now >= sweepAt)
        {
            sweepAt = now + SweepEvery;
            foreach (var (name, _) in providers.Where(pair => pair.Value.IsUnused && pair.Value.Regime.IsIdle(now)).ToArray())
                _ = providers.Remove(name);
        }

        if (providers.Count >= MaxProviders)
            return null;
        var setup = options.SetupOf(route.Provider);
        _ = remembered.Remove(route.Provider, out var record);

        // Whom data name has a lane to itself; any other name may be one of many for a server.
        var share = options.Enforce && setup.Policy.Exchangers.IsEmpty ? new LaneShare(options.Limits, setup, TakenOverAt) : null;
        provider = new LaneProvider(setup, new Regime(route.Provider, setup.Policy, options.Enforce, now, record, TakenOverAt), share);
        providers.Add(route.Provider, provider);
        return provider;
    }

    // Opens as many sessions as the waiting addresses are worth and the regime allows. What is not even allowed needs no slot.
    private void Serve_NeedsLock(LaneProvider provider, DateTimeOffset now)
    {
        if (provider.BringBack(now) is { } next)
            calendar.Note(provider, next);
        while (!isClosed && provider.NextWanting is { } queue)
        {
            var clearance = provider.MayOpen(now, queue.WantsOneNow);
            if (clearance.IsGranted)
            {
                if (!options.Slots.TryTake(queue.WantsOneNow))
                {
                    WaitForSlot_NeedsLock(provider, queue.WantsOneNow);
                    return;
                }

                Open_NeedsLock(queue, now);
            }
            else if (clearance.NotBefore is not { } until)
            {
                provider.MakeRoom();
                return;
            }
            else if (!TryDefer_NeedsLock(queue, now, until, clearance.Cause))
            {
                calendar.Note(provider, until);
                return;
            }
        }
    }

    // What is too far off for who waits is not waited for.
    private bool TryDefer_NeedsLock(LaneQueue queue, DateTimeOffset now, DateTimeOffset until, Obstacle cause)
    {
        if (until - now <= Patience || (!queue.WantsOneNow && queue.InteractiveWaiting > 0))
            return false;
        while (Take_NeedsLock(queue) is { } item)
            item.Defer(queue.Provider.Appoint(item, now, until), cause);
        queue.Provider.Arrange(queue);
        return true;
    }

    // With a slot that was taken for it. Where others have the place, only this queue waits for it.
    private void Open_NeedsLock(LaneQueue queue, DateTimeOffset now)
    {
        var interactive = queue.WantsOneNow;
        var clearance = queue.Provider.TryOpen(queue, now, interactive, out var entered);
        if (clearance.IsGranted)
        {
            Begin_NeedsLock(queue, entered, interactive);
            return;
        }

        options.Slots.Return();
        if (clearance.NotBefore is { } until && !TryDefer_NeedsLock(queue, now, until, clearance.Cause))
        {
            queue.Provider.PutOff(queue, until, interactive);
            calendar.Note(queue.Provider, until);
        }
    }

    // What waits for one in vain is put off when its patience ends, as all that waits.
    private void WaitForSlot_NeedsLock(LaneProvider provider, bool interactive)
    {
        ref var waits = ref provider.WaitsForSlot(interactive);
        if (waits)
            return;
        waits = true;
        options.Slots.Wait(interactive, () => Given(provider, interactive));
    }

    private void Given(LaneProvider provider, bool interactive)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            provider.WaitsForSlot(interactive) = false;
            if (!isClosed && provider.NextWanting is { } queue)
                Open_NeedsLock(queue, now);
            else
                options.Slots.Return();
            Serve_NeedsLock(provider, now);
            if (!isClosed)
                calendar.Set(now);
        }
    }

    private void Begin_NeedsLock(LaneQueue queue, List<SharedLimit> entered, bool interactive)
    {
        var first = Take_NeedsLock(queue)!;
        var session = new LaneSession(this, means, queue, first) { Entered = entered, IsForPeople = interactive, BeginsAStep = queue.Provider.Regime.HasBegunAStep };
        open++;
        queue.Sessions++;
        SetAsking_NeedsLock(session, first);
        queue.Provider.ArrangeLast(queue);
        var work = Task.Run(() => session.RunAsync(closing.Token));
        _ = running.Add(work);
        _ = work.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Forget(Task work)
    {
        lock (gate)
            _ = running.Remove(work);
        if (work.Exception is { } defect)
            options.Defect(defect);
    }

    private void Wake()
    {
        lock (gate)
        {
            if (isClosed)
                return;
            var now = clock.GetUtcNow();
            calendar.Rang();
            while (calendar.TryTakeOverdue(now, out var item))
            {
                var queue = item.Queue!;
                queue.Remove(item);
                waiting--;
                item.Defer(queue.Provider.Appoint(item, now, null), Obstacle.Sessions);
                queue.Provider.Arrange(queue);
            }

            while (calendar.TryTake(now, out var provider))
                Serve_NeedsLock(provider, now);
            calendar.Set(now);
        }
    }

    private LaneItem? TakeNext_NeedsLock(LaneSession session)
    {
        var queue = session.Queue;
        if (!MayAsk_NeedsLock(session) || queue.IsEmpty)
            return null;
        if (queue.InteractiveWaiting == 0 && queue.Provider.MustMakeRoom)
        {
            queue.Provider.Leave(session);
            return null;
        }

        var item = Take_NeedsLock(queue);
        SetAsking_NeedsLock(session, item);
        queue.Provider.Arrange(queue);
        return item;
    }

    private LaneItem? Take_NeedsLock(LaneQueue queue)
    {
        var item = queue.Take();
        if (item is not null)
            waiting--;
        return item;
    }

    // An objection to us, in whichever session, ends them all: who waits is neither asked into a block nor left to wait beside an idle session.
    private bool MayAsk_NeedsLock(LaneSession session) => !isClosed && !session.IsLeaving && !session.Queue.Provider.Regime.IsClosed(clock.GetUtcNow());

    private static void SetAsking_NeedsLock(LaneSession session, LaneItem? item)
    {
        var isBulk = item is { IsInteractive: false };
        session.Queue.Bulk += (isBulk ? 1 : 0) - (session.IsBulk ? 1 : 0);
        session.IsBulk = isBulk;
    }
}
