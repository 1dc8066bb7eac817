using System.Collections.Concurrent;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
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

    private readonly ConcurrentDictionary<string, Task<CatchAllBelief>> decoyFindings = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> pausedDomains = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> acceptedAt = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> unknownToRefusals = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> refusedAtOnce = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> greylistsKnownOnly = new(StringComparer.Ordinal);

    private async Task AskLanesAsync(List<ChunkDomain> routed, CancellationToken cancellationToken)
    {
        // Domains of one lane side by side: a group holds questions of one lane, in the order of their domains so that sessions are shared.
        var byLane = new Dictionary<ILaneGrain, List<LaneRow>>();
        foreach (var domain in routed)
        {
            var finding = shop.Lanes.Find(domain.Domain, domain.Route.Provider);
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
            rows.AddRange(domain.Items.Select(one => new LaneRow(one, domain, policy)));
        }

        var groups = byLane.SelectMany(pair => pair.Value.Chunk(LaneGroup.MaxQuestions).Select(rows => AskAsync(pair.Key, rows, cancellationToken)));
        await Task.WhenAll(groups);
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
                    if (TakeSafelyAsync(rows[answer.Number], answer) is { IsCompletedSuccessfully: false } unsettled)
                        late.Add(unsettled);
                }
            }
        }
        catch (Exception failure)
        {
            // What has no answer is asked again, never judged.
            LogBroken(batchId, failure);
        }

        await Task.WhenAll(late);
    }

    // A defect that one answer meets must not cost the others theirs, for they would be asked again.
    private async Task TakeSafelyAsync(LaneRow row, LaneAnswer answer)
    {
        try
        {
            await TakeAsync(row, answer);
        }
        catch (Exception failure)
        {
            // Nothing is concluded: the row is asked again. That a grain or the store could not be asked is not the row's fault.
            if (IsDefect(failure) && failure is not (OrleansException or TimeoutException))
                NoteUnsettled(row.One.Item.Row, failure);
            else
                LogBroken(batchId, failure);
        }
    }

    private Task TakeAsync(LaneRow row, LaneAnswer answer)
    {
        switch (answer)
        {
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
            case LaneAnswer.NotBefore deferred when AttemptOf.NotBefore(deferred) is var result && (!result.IsOurs || row.One.Item.Verification is not null):
                if (Settle(row.One, result) is ItemOutcome.PutOff { DueAt: var due } && deferred.Cause is not Obstacle.Defect)
                    outcomes.AddWait(row.Domain.Route.Provider, due);
                break;
            case LaneAnswer.NotBefore(_, var time, _):
                // Our own limits say nothing about the address, and cost no try.
                var soonest = shop.Clock.GetUtcNow() + SoonestReturn;
                var until = time > soonest ? time : soonest;
                outcomes.Add(new ItemOutcome.PutOff(row.One.Item, until, null, null));
                outcomes.AddWait(row.Domain.Route.Provider, until);
                break;
        }

        return Task.CompletedTask;
    }

    // Most answers need no more than was known when the chunk began.
    private bool NeedsMore(LaneRow row, LaneAnswer.Ended ended)
    {
        if (AttemptOf.DependsOnDecoys(ended, row.One.Address, row.Domain.Route, row.Policy))
        {
            if (row.Domain.CatchAll.State is not CatchAllState.Unknown)
                return IsOfBackup(row, ended);
            _ = acceptedAt.TryAdd(row.Domain.Domain, true);
            return true;
        }

        switch (AttemptOf.TellsOfStrangers(ended))
        {
            case false when AttemptOf.MayBeDoubted(ended, row.Domain.Route, row.Policy):
                if (number >= 0)
                    _ = refusedAtOnce.TryAdd(row.Domain.Domain, true);

                // Where other rows of the domain are asked about, one of them may have shown meanwhile that it accepts what cannot exist. Who has accepted nobody yet was asked about no decoy.
                return IsOfBackup(row, ended)
                    || (row.Domain.CatchAll.State is CatchAllState.Unknown && row.Domain.Items.Count > 1
                        && (acceptedAt.ContainsKey(row.Domain.Domain) || !unknownToRefusals.ContainsKey(row.Domain.Domain)));
            case true:
                return number >= 0 && !row.Domain.GreylistsKnownOnly;
            default:
                return false;
        }
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

        var found = await FindingAsync(AttemptOf.CatchAllNameOf(ended, row.One.Address, row.Domain.Route, row.Policy));
        if (found.State is CatchAllState.Unknown)
            _ = unknownToRefusals.TryAdd(row.Domain.Domain, true);
        Take(row, ended, found, row.Domain.GreylistsKnownOnly);
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

    // One question for a domain, however many of its rows wait for it. "Not known yet" may change with the next session's decoys.
    private async ValueTask<CatchAllBelief> FindingAsync(string name)
    {
        if (shop.Decoys.TryGet(name, out var kept))
            return kept;
        var finding = decoyFindings.GetOrAdd(name, AskDomainAsync);
        try
        {
            return await finding;
        }
        finally
        {
            _ = decoyFindings.TryRemove(KeyValuePair.Create(name, finding));
        }
    }

    private async Task<CatchAllBelief> AskDomainAsync(string name)
    {
        var found = await shop.DomainGrains[name].CatchAllAsync(DecoyWait);
        if (found.State is not CatchAllState.Unknown)
            shop.Decoys.Keep(name, found);
        return found;
    }

    /// <summary>A row on its way to a lane.</summary>
    private sealed record LaneRow(ChunkItem One, ChunkDomain Domain, ProviderPolicy Policy)
    {
        public LaneQuestion ToQuestion(int at) => new(
            at, One.Address, Domain.Route, Domain.CatchAll.State is CatchAllState.Unknown && !Policy.BelievesWithoutDecoy(One.Address.Domain), Interactive: false);
    }
}
