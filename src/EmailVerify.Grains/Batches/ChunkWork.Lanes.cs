using System.Collections.Concurrent;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Lanes;

namespace EmailVerify.Grains.Batches;

/// <content>What mail servers say about a chunk's rows.</content>
internal sealed partial class ChunkWork
{
    /// <summary>How long to wait for decoys that a session has on their way.</summary>
    private static readonly TimeSpan DecoyWait = TimeSpan.FromSeconds(20);

    /// <summary>The soonest that a row comes back which our own limits kept from being asked.</summary>
    private static readonly TimeSpan SoonestReturn = TimeSpan.FromSeconds(1);

    /// <summary>How long "not known yet" holds for refusals, unless another row of the domain is accepted: a session of another silo may know better by then.</summary>
    private static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string Name, DecoyShape? Shape), Task<CatchAllBelief>> decoyFindings = new();
    private readonly ConcurrentDictionary<string, int> acceptances = new(StringComparer.Ordinal);

    /// <summary>The names of which a grain knew nothing, and after how many acceptances: decoys are sent after one, so that until the next no more is known.</summary>
    private readonly Kept<int> unknownAfter = new(UnknownFor, shop.Clock);
    private readonly ConcurrentDictionary<string, bool> pausedDomains = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> refusedAtOnce = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> greylistsKnownOnly = new(StringComparer.Ordinal);

    private async Task AskLanesAsync(List<ChunkDomain> routed, CancellationToken cancellationToken)
    {
        // A chunk is handed out again, soon: no row of it need be written for that.
        if (!shop.Lanes.IsReady)
        {
            (wasTakenBack, isUnready) = (true, true);
            return;
        }

        // Domains of one lane side by side: a group holds questions of one lane, in the order of their domains so that sessions are shared.
        var byLane = new Dictionary<ILaneGrain, List<LaneRow>>();
        foreach (var domain in routed)
        {
            var finding = shop.Lanes.Find(domain.Domain, domain.Route.Provider);
            if (finding is { NotBefore: { } again, IsAway: true })
            {
                // The other egresses have their rows, for which these make room.
                var deferred = new AttemptResult.Deferred(again, VerdictReason.NoEgress) { IsOurs = true };
                domain.Items.ForEach(one => PutOff(one, deferred));
                continue;
            }

            if (finding is { Lane: null, NotBefore: not null })
            {
                // Every egress rests: the rows wait where they are.
                stall = Stall.NoEgress;
                continue;
            }

            if (finding.Lane is not { } lane)
            {
                domain.Items.ForEach(one => Settle(one, new AttemptResult.Judged(Judge.Final(VerdictReason.NoEgress), VerdictSource.Dns) { Provider = domain.Route.Provider }));
                continue;
            }

            if (!byLane.TryGetValue(lane, out var rows))
                byLane.Add(lane, rows = []);
            var policy = shop.Lanes.PolicyOf(domain.Route.Provider);
            var refusals = domain.Items.Count > 1 && domain.CatchAll.State is CatchAllState.Unknown ? new PendingRefusals<LaneRow>(domain.Items.Count) : null;
            rows.AddRange(domain.Items.Select(one => new LaneRow(one, domain, policy, refusals)));
            domain.Items.ForEach(one => outcomes.Rows.Routed(one.Item, domain.Route.Provider));
        }

        outcomes.TellRows();

        var groups = byLane.SelectMany(pair => pair.Value.Chunk(LaneGroup.MaxQuestions).Select(rows => AskAsync(pair.Key, rows, cancellationToken)));
        await Task.WhenAll(groups);

        // Where a group broke off, not every row was answered.
        await Task.WhenAll(byLane.Values.SelectMany(static rows => rows).Select(static row => row.Refusals).OfType<PendingRefusals<LaneRow>>().Distinct().SelectMany(static refusals => refusals.AtEnd())
            .Select(pending => TakeSafelyAsync(pending.Row, pending.Refusal, wasPending: true)));
    }

    private async Task AskAsync(ILaneGrain lane, LaneRow[] rows, CancellationToken cancellationToken)
    {
        var held = holding.Token;
        if (MustStop || cancellationToken.IsCancellationRequested)
            return;
        var late = new List<Task>();
        try
        {
            // Read to its end whatever comes: a reader that lags would have it aborted. Who is held takes back what was not asked yet.
            var group = new LaneQuestions([.. rows.Select(static (row, at) => row.ToQuestion(at))]) { Id = Guid.CreateVersion7(shop.Clock.GetUtcNow()) };
            using var withdrawing = held.Register(() => lane.WithdrawAsync(group.Id).AsTask().Ignore());
            await foreach (var some in lane.AskAsync(group, CancellationToken.None))
            {
                foreach (var answer in some.Answers)
                {
                    wasAnswered |= answer is LaneAnswer.Ended;
                    var row = rows[answer.Number];
                    Start(row, answer, wasPending: false);
                    if (row.Refusals is null)
                        continue;
                    foreach (var (refused, refusal) in row.Refusals.AfterAnswer(accepted: answer is LaneAnswer.Ended { Outcome: ProbeOutcome.Answered { Reply.IsPositive: true } }))
                        Start(refused, refusal, wasPending: true);
                }
            }
        }
        catch (Exception failure)
        {
            // What has no answer is asked again, never judged.
            NoteBroken(failure);
        }

        await Task.WhenAll(late);

        void Start(LaneRow row, LaneAnswer answer, bool wasPending)
        {
            if (TakeSafelyAsync(row, answer, wasPending) is { IsCompletedSuccessfully: false } unsettled)
                late.Add(unsettled);
        }
    }

    // A defect that one answer meets must not cost the others theirs, for they would be asked again.
    private async Task TakeSafelyAsync(LaneRow row, LaneAnswer answer, bool wasPending)
    {
        try
        {
            await (wasPending && answer is LaneAnswer.Ended refusal ? TakeWithMoreAsync(row, refusal) : TakeAsync(row, answer));
        }
        catch (Exception failure)
        {
            // Nothing is concluded: the row is asked again. That a grain or the store could not be asked is not the row's fault.
            if (IsDefect(failure) && !Unreachable.Is(failure))
                NoteUnsettled(row.One.Item.Row, failure);
            else
                NoteBroken(failure);
        }
    }

    private Task TakeAsync(LaneRow row, LaneAnswer answer)
    {
        switch (answer)
        {
            case LaneAnswer.Ended ended when IsPending(row, ended):
                break;
            case LaneAnswer.Ended ended when NeedsMore(row, ended):
                return TakeWithMoreAsync(row, ended);
            case LaneAnswer.Ended ended:
                Take(row, ended, row.Domain.CatchAll, row.Domain.GreylistsKnownOnly);
                break;

            // The lane closes with its silo, or the row was taken back: it waits where it was. What was leased would wait for the end of its lease.
            case LaneAnswer.NotBefore { Cause: Obstacle.None }:
                wasTakenBack = true;
                if (number < 0)
                    outcomes.Add(new ItemOutcome.PutOff(row.One.Item, shop.Clock.GetUtcNow() + SoonestReturn, null, null));
                break;
            case LaneAnswer.NotBefore deferred:
                if (PutOff(row.One, AttemptOf.NotBefore(deferred)) is ItemOutcome.PutOff { DueAt: var due } && deferred.Cause is not Obstacle.Defect)
                    outcomes.AddWait(row.Domain.Route.Provider, due);
                break;
        }

        return Task.CompletedTask;
    }

    // What stands in the way by ourselves says nothing about the address, and costs no try: where nothing was asked yet there is nothing to keep but the row.
    private ItemOutcome? PutOff(ChunkItem one, AttemptResult.Deferred deferred)
    {
        if (!deferred.IsOurs || one.Item.Verification is not null)
            return Settle(one, deferred);
        var soonest = shop.Clock.GetUtcNow() + SoonestReturn;
        var outcome = new ItemOutcome.PutOff(one.Item, deferred.NotBefore > soonest ? deferred.NotBefore : soonest, null, null);
        outcomes.Add(outcome);
        return outcome;
    }

    // Whether it waits until more is known of its domain.
    private bool IsPending(LaneRow row, LaneAnswer.Ended ended)
    {
        if (!AttemptOf.MayBeDoubted(ended, row.Domain.Route, row.Policy))
            return false;
        if (number >= 0)
            _ = refusedAtOnce.TryAdd(row.Domain.Domain, true);
        return row.Refusals?.TryAdd(row, ended) is true;
    }

    // Most answers need no more than was known when the chunk began.
    private bool NeedsMore(LaneRow row, LaneAnswer.Ended ended)
    {
        if (AttemptOf.DependsOnDecoys(ended, row.One.Address, row.Domain.Route, row.Policy))
            return row.Domain.CatchAll.LeavesOpen(row.Shape) || IsOfBackup(row, ended);
        if (AttemptOf.MayBeDoubted(ended, row.Domain.Route, row.Policy))
            return row.Refusals is not null || IsOfBackup(row, ended);
        return AttemptOf.TellsOfStrangers(ended) is true && number >= 0 && !row.Domain.GreylistsKnownOnly;
    }

    private static bool IsOfBackup(LaneRow row, LaneAnswer.Ended ended) => CatchAllName.IsOfBackup(row.Domain.Route, ended.Outcome.Trace.Exchanger, row.Policy);

    private void Take(LaneRow row, LaneAnswer.Ended ended, CatchAllBelief decoys, bool greylistsKnownOnly)
    {
        if (AttemptOf.PauseOf(ended, row.Domain.Route, row.Policy) is { } until && pausedDomains.TryAdd(row.Domain.Domain, true))
            shop.DomainGrains[row.Domain.Domain].PauseAsync(until).AsTask().Ignore();
        Settle(row.One, AttemptOf.Ended(ended, row.One.Address, row.Domain.Route, row.Policy, decoys, shop.Lanes.EgressNamed(ended.Outcome.Trace.Egress), greylistsKnownOnly));
    }

    private async Task TakeWithMoreAsync(LaneRow row, LaneAnswer.Ended ended)
    {
        if (AttemptOf.TellsOfStrangers(ended) is true)
        {
            Take(row, ended, CatchAllBelief.None, await GreylistsKnownOnlyAsync(row.Domain.Domain));
            return;
        }

        // Only an acceptance needs decoys of its own form.
        DecoyShape? shape = AttemptOf.DependsOnDecoys(ended, row.One.Address, row.Domain.Route, row.Policy) ? row.Shape : null;
        var name = AttemptOf.CatchAllNameOf(ended, row.One.Address, row.Domain.Route, row.Policy);
        if (shape is not null)
            _ = acceptances.AddOrUpdate(name, 1, static (_, before) => before + 1);
        Take(row, ended, await FindingAsync(name, shape), row.Domain.GreylistsKnownOnly);
    }

    // Once a chunk for each domain that greylists, and once more when it has refused a mailbox at once.
    private async ValueTask<bool> GreylistsKnownOnlyAsync(string domain)
    {
        var hasRefused = refusedAtOnce.ContainsKey(domain);
        if (greylistsKnownOnly.TryGetValue(domain, out var known) && (known || !hasRefused))
            return known;
        if (hasRefused)
            _ = await shop.DomainGrains[domain].StrangerAsync(wasGreylisted: false);
        return greylistsKnownOnly[domain] = await shop.DomainGrains[domain].StrangerAsync(wasGreylisted: true);
    }

    // One question for a domain and form, however many of its rows wait for it. "Not known yet" may change with the next session's decoys, so with the next acceptance.
    private async ValueTask<CatchAllBelief> FindingAsync(string name, DecoyShape? shape)
    {
        if (shop.Decoys.TryGet(name, out var kept) && !(shape is { } accepted && kept.LeavesOpen(accepted)))
            return kept;
        if (shape is null && unknownAfter.TryGet(name, out var before) && before == acceptances.GetValueOrDefault(name))
            return CatchAllBelief.None;
        var finding = decoyFindings.GetOrAdd((name, shape), AskDomainAsync);
        try
        {
            return await finding;
        }
        finally
        {
            _ = decoyFindings.TryRemove(KeyValuePair.Create((name, shape), finding));
        }
    }

    private async Task<CatchAllBelief> AskDomainAsync((string Name, DecoyShape? Shape) asked)
    {
        var domain = shop.DomainGrains[asked.Name];
        var before = acceptances.GetValueOrDefault(asked.Name);
        var found = asked.Shape is { } accepted ? await domain.CatchAllAsync(accepted, interactive: false, DecoyWait) : await domain.CatchAllAsync(DecoyWait);
        if (found.State is CatchAllState.Unknown)
            unknownAfter.Keep(asked.Name, before);
        else
            shop.Decoys.Keep(asked.Name, found);
        return found;
    }

    /// <summary>A row on its way to a lane.</summary>
    private sealed record LaneRow(ChunkItem One, ChunkDomain Domain, ProviderPolicy Policy, PendingRefusals<LaneRow>? Refusals)
    {
        public DecoyShape Shape => Decoys.ShapeLike(One.Address.LocalPart);

        public LaneQuestion ToQuestion(int at) => new(
            at, One.Address, Domain.Route, Domain.CatchAll.LeavesOpen(Shape) && !Policy.BelievesWithoutDecoy(One.Address.Domain), Interactive: false);
    }
}
