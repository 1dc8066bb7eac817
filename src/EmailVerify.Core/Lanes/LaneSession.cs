using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Lanes;

/// <summary>One session of a lane: it opens for a question, asks it, and then what else waits for the same hosts. Runs on the thread pool and asks its lane what it may do.</summary>
internal sealed class LaneSession
{
    /// <summary>How long a session waits at most for what an heir must know: a store that is away holds up no questions.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(1);

    private readonly Lane lane;
    private readonly LaneMeans means;
    private LaneItem? first;
    private TaskCompletionSource? roused;
    private bool isWithStranger;
    private bool hasObjected;

    public LaneSession(Lane lane, LaneMeans means, LaneQueue queue, LaneItem first)
    {
        (this.lane, this.means, Queue, this.first) = (lane, means, queue, first);
        PlaceAmongIdle = new(this);
        PlaceInQueue = new(this);
        PlaceAmongSlots = new(this);
    }

    public LaneQueue Queue { get; }

    /// <summary>Gets its place among the sessions of its provider that wait for an address. Guarded by the lane, as all that follow.</summary>
    public LinkedListNode<LaneSession> PlaceAmongIdle { get; }

    /// <summary>Gets its place among those of its queue.</summary>
    public LinkedListNode<LaneSession> PlaceInQueue { get; }

    /// <summary>Gets its place among all sessions of the process that wait for an address. Guarded by the slots.</summary>
    public LinkedListNode<LaneSession> PlaceAmongSlots { get; }

    /// <summary>Gets or sets a value indicating whether it asks for a batch at this moment.</summary>
    public bool IsBulk { get; set; }

    /// <summary>Gets or sets a value indicating whether it ends so that another may open.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Gets a value indicating whether it talks to a backup: it is not kept for later, so that who comes then is asked about where its mail should go.</summary>
    public bool IsWithBackup { get; private set; }

    /// <summary>Gets where it is counted beside the regime of its provider. Guarded by the lane.</summary>
    public required List<SharedLimit> Entered { get; init; }

    /// <summary>Gets a value indicating whether it was opened for those who wait in person.</summary>
    public bool IsForPeople { get; init; }

    /// <summary>Gets a value indicating whether an heir would not suppose that it was opened: it is remembered first.</summary>
    public bool BeginsAStep { get; init; }

    /// <summary>Gets or sets the limit of the address that it came to, or null. Set before it asks.</summary>
    public SharedLimit? At { get; set; }

    private Regime Regime => Queue.Provider.Regime;

    /// <summary>Begins to wait for an address.</summary>
    public Task LieDown() => (roused = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Ends the waiting.</summary>
    public void Rouse() => roused?.TrySetResult();

    /// <summary>Opens for its first question and talks until nothing is left or it may not go on.</summary>
    public async Task RunAsync(CancellationToken closing)
    {
        try
        {
            await TalkAsync(closing);
        }
        finally
        {
            lane.Ended(this);
        }
    }

    // What was answered is not kept: a session outlives its first question by thousands of others.
    private async Task TalkAsync(CancellationToken closing)
    {
        var item = first;
        first = null;
        ISession? session = null;
        try
        {
            if (BeginsAStep)
                await means.Options.StepBegun().WaitAsync(LongestStep, means.Clock, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var opening = await means.Sessions.OpenAsync(item!.Route.InOrder, Queue.Provider.Setup, closing);
            if (opening is SessionOpening.Failed(var outcome))
            {
                var unasked = item;
                item = null;
                NotOpened(unasked, outcome);
                return;
            }

            var ready = (SessionOpening.Ready)opening;
            session = ready.Session;
            if (!lane.MayStay(this, session, ready.Seen))
            {
                var early = item;
                item = null;
                lane.AskAgain(Queue.Provider, early);
                return;
            }

            IsWithBackup = CatchAllName.IsOfBackup(item.Question.Route, session.Host, Queue.Provider.Setup.Policy);
            var permits = new LanePermits(means, Regime, Queue.Provider.Setup.Policy, Queue.Manners);
            isWithStranger = IsStranger(item.Question.Route, session.Host);
            while (item is not null)
            {
                var now = means.Clock.GetUtcNow();
                if (Regime.IsClosed(now) || Regime.NextTurn(now, item.IsInteractive) > Regime.LongestTurn)
                    return;
                var answer = await permits.AskAsync(session, item.Question, closing);
                var asked = item;
                item = null;
                Conclude(asked, answer, permits.IsSpoilt ? Signs.AcceptedAfterErrors : session.Ending is { Cause: SessionEnd.ErrorLimit } ? Signs.ErrorLimitMet : Signs.None);
                item = session.Ending is null && !permits.IsSpoilt && !hasObjected && permits.Refusals < Queue.Manners.MostErrors ? await lane.NextAsync(this) : null;
            }
        }
        finally
        {
            // What was taken and not asked goes back: its turn is too far off, the lane closes, or by a defect.
            if (item is not null)
                lane.GiveBack(this, item);
            if (session is not null)
                await session.QuitAsync();
            if (!isWithStranger && session?.Ending is { } ending && LaneObservation.OfParting(Regime, ending, means.Clock.GetUtcNow()))
                lane.TellBlocked(Regime.Name);
        }
    }

    // A host that cannot be reached, or turns everybody away, does so for all who wait for it; one that refuses us is asked no more than the regime now allows.
    private void NotOpened(LaneItem unasked, ProbeOutcome outcome)
    {
        Observe(unasked, outcome);
        End(unasked, outcome);
        if (outcome is not ProbeOutcome.Refused || !Regime.IsClosed(means.Clock.GetUtcNow()))
        {
            foreach (var other in lane.TakeAllUnlessOthersTalk(Queue))
                End(other, outcome);
        }
    }

    private void Conclude(LaneItem item, ProbeOutcome? outcome, Signs ofSession)
    {
        // The session ended before it was answered: another one asks it.
        if (outcome is null)
        {
            lane.AskAgain(Queue.Provider, ofSession is Signs.None ? item : item with { Signs = item.Signs | ofSession });
            return;
        }

        Observe(item, outcome);

        // Another exchanger may serve the domain, or offer SMTPUTF8: it is asked once before we conclude. "Not now" is no "not here".
        var saysNotHere = outcome is ProbeOutcome.Smtputf8Missing or ProbeOutcome.Answered { Reply.IsPermanent: true, Finding.Meaning: ReplyMeaning.RelayOrDomainRejected };
        var rest = saysNotHere ? item.Route.InOrder.RemoveAll(exchanger => string.Equals(exchanger.Host, outcome.Trace.Exchanger, StringComparison.Ordinal)) : [];
        if (rest.IsEmpty)
        {
            // Those that serve the domain lack SMTPUTF8 where one said so: it was not asked whether the mailbox is there.
            End(item, saysNotHere && item.Smtputf8Missing is { } missing ? missing : outcome);
            return;
        }

        lane.AskAgain(Queue.Provider, item with
        {
            Route = item.Route with { InOrder = rest },
            Smtputf8Missing = outcome as ProbeOutcome.Smtputf8Missing ?? item.Smtputf8Missing,
        });
    }

    private void End(LaneItem item, ProbeOutcome outcome) => item.End(outcome, Queue.NamesOf(item.Question.Route));

    private bool IsStranger(Route.Exchangers route, string? host) => Queue.Provider.Setup.Policy.IsStranger(route.Find(host));

    // What a stranger's host in a provider's route says is not charged to the provider: the session ends, and the domain is left alone by who asked.
    private void Observe(LaneItem item, ProbeOutcome outcome)
    {
        lane.Note(Queue.Provider, item, outcome);
        if (outcome.Trace.Exchanger is { } host && IsStranger(item.Question.Route, host))
        {
            hasObjected |= LaneObservation.IsObjection(outcome);
            return;
        }

        var now = means.Clock.GetUtcNow();

        // Who shares the address is told of answers too: between them, one odd reply and another are no block. Where no session came to be, only an objection says something.
        if (outcome is ProbeOutcome.Answered)
            At?.Hear(item.Question.Address, outcome, now);
        else if (LaneObservation.IsObjection(outcome) && outcome.Trace.Address is { } address)
            Queue.Provider.Share?.At(address, now)?.Hear(item.Question.Address, outcome, now);
        if (LaneObservation.Apply(Regime, item.Question.Address, outcome, now))
            lane.TellBlocked(Regime.Name);
    }
}
