using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Domains;
using EmailVerify.Grains.Lanes;

namespace EmailVerify.Grains.Emails;

/// <summary>Asks about one address, interactively: route, lane, decoys' finding, judgement.</summary>
internal sealed class LiveProber(IGrainFactory grains, LaneDirectory lanes) : IEmailProber
{
    /// <summary>How long to wait for decoys that another session has on their way.</summary>
    private static readonly TimeSpan DecoyWait = TimeSpan.FromSeconds(20);

    /// <summary>How long a refusal waits for them: it is believed where nobody knows better.</summary>
    private static readonly TimeSpan DoubtWait = TimeSpan.FromSeconds(5);

    private readonly GrainReferences<IDomainGrain> domains = new(grains);

    public async Task<AttemptResult> AskAsync(EmailAddress address, int attempts)
    {
        if (address.IsLiteral)
            return new AttemptResult.Judged(Judge.Final(VerdictReason.AddressLiteral), VerdictSource.Syntax);

        // :: Step 1: where does its mail go?
        var domain = domains[address.Domain];
        var known = await domain.KnowAsync();
        if (Judge.Of(known.Route) is { } judged)
            return new AttemptResult.Judged(judged, VerdictSource.Dns);
        var route = (Route.Exchangers)known.Route;
        if (known.PausedUntil is { } paused)
            return new AttemptResult.Deferred(paused, VerdictReason.RateLimited);

        // :: Step 2: who asks?
        var finding = lanes.Find(address.Domain, route.Provider);
        if (finding.Lane is not { } lane)
        {
            return finding.NotBefore is { } rested
                ? new AttemptResult.Deferred(rested, VerdictReason.NoEgress) { IsOurs = finding.IsAway }
                : new AttemptResult.Judged(Judge.Final(VerdictReason.NoEgress), VerdictSource.Dns) { Provider = route.Provider };
        }

        // :: Step 3: the question.
        var policy = lanes.PolicyOf(route.Provider);
        var asksDecoys = known.CatchAll.LeavesOpen(Decoys.ShapeLike(address.LocalPart)) && !policy.BelievesWithoutDecoy(address.Domain);
        var question = new LaneQuestion(0, address, route, asksDecoys, Interactive: attempts == 0);
        var answer = default(LaneAnswer);
        await foreach (var some in lane.AskAsync(new LaneQuestions([question]), CancellationToken.None))
            answer = some.Answers[^1];

        // :: Step 4: what does it mean?
        return answer switch
        {
            LaneAnswer.Ended ended => await JudgeAsync(address, known, ended, policy, isFirst: attempts == 0),
            LaneAnswer.NotBefore deferred => AttemptOf.NotBefore(deferred),
            _ => throw new InvalidOperationException("A lane ended an enumeration without an answer."),
        };
    }

    private async Task<AttemptResult> JudgeAsync(EmailAddress address, DomainAnswer known, LaneAnswer.Ended ended, ProviderPolicy policy, bool isFirst)
    {
        var route = (Route.Exchangers)known.Route;
        var domain = domains[address.Domain];
        if (AttemptOf.PauseOf(ended, route, policy) is { } until)
            await domain.PauseAsync(until);

        // A refusal asks for decoys too: who accepts what cannot exist is not believed when he refuses.
        var depends = AttemptOf.DependsOnDecoys(ended, address, route, policy);
        var decoys = CatchAllBelief.None;
        if (depends || AttemptOf.MayBeDoubted(ended, route, policy))
        {
            var shape = Decoys.ShapeLike(address.LocalPart);
            var isKnown = !known.CatchAll.LeavesOpen(shape) && !CatchAllName.IsOfBackup(route, ended.Outcome.Trace.Exchanger, policy);
            var asked = domains[AttemptOf.CatchAllNameOf(ended, address, route, policy)];
            decoys = isKnown ? known.CatchAll : depends ? await asked.CatchAllAsync(shape, interactive: isFirst, DecoyWait) : await asked.CatchAllAsync(DoubtWait);
        }

        // Only the first question about a mailbox is a stranger's, and nobody waits for what is only noted.
        var knownOnly = known.GreylistsKnownOnly;
        switch (isFirst ? AttemptOf.TellsOfStrangers(ended) : null)
        {
            case true:
                knownOnly = await domain.StrangerAsync(wasGreylisted: true);
                break;
            case false:
                domain.StrangerAsync(wasGreylisted: false).AsTask().Ignore();
                break;
        }

        return AttemptOf.Ended(ended, address, route, policy, decoys, lanes.EgressNamed(ended.Outcome.Trace.Egress), knownOnly);
    }
}
