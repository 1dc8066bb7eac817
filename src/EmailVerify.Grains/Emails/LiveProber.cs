using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Domains;
using EmailVerify.Grains.Lanes;

namespace EmailVerify.Grains.Emails;

/// <summary>Asks about one address, interactively: route, lane, decoys' finding, judgement.</summary>
internal sealed class LiveProber(IGrainFactory grains, LaneDirectory lanes) : IEmailProber
{
    /// <summary>How long to wait for decoys that another session has on their way.</summary>
    private static readonly TimeSpan DecoyWait = TimeSpan.FromSeconds(20);

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
                ? new AttemptResult.Deferred(rested, VerdictReason.NoEgress)
                : new AttemptResult.Judged(Judge.Final(VerdictReason.NoEgress), VerdictSource.Dns) { Provider = route.Provider };
        }

        // :: Step 3: the question.
        var policy = lanes.PolicyOf(route.Provider);
        var tellsTheTruth = policy.BelievesWithoutDecoy(address.Domain);
        var question = new LaneQuestion(0, address, route, known.CatchAll is CatchAllState.Unknown && !tellsTheTruth, Interactive: attempts == 0);
        var answer = default(LaneAnswer);
        await foreach (var some in lane.AskAsync(new LaneQuestions([question]), CancellationToken.None))
            answer = some.Answers[^1];

        // :: Step 4: what does it mean?
        return answer switch
        {
            LaneAnswer.Ended ended => await JudgeAsync(domain, address, route, ended, policy),
            LaneAnswer.NotBefore deferred => new AttemptResult.Deferred(deferred.Time, CauseOf(deferred.Cause)) { IsOurs = IsOurs(deferred.Cause) },
            _ => throw new InvalidOperationException("A lane ended an enumeration without an answer."),
        };
    }

    private async Task<AttemptResult> JudgeAsync(IDomainGrain domain, EmailAddress address, Route.Exchangers route, LaneAnswer.Ended ended, ProviderPolicy policy)
    {
        var tellsTheTruth = policy.BelievesWithoutDecoy(address.Domain);
        var state = CatchAllState.Unknown;
        if (ended.Outcome is ProbeOutcome.Answered { Finding.Meaning: ReplyMeaning.MailboxExists } accepted && !tellsTheTruth)
        {
            // A backup that takes everything for a primary that is down proves nothing: what the primary does with decoys is not its own.
            state = await domain.CatchAllAsync(DecoyWait);
            if (state is CatchAllState.RefusesDecoys && accepted.Decoys.IsEmpty && !policy.TellsTheTruth && IsBackup(route, accepted.Trace.Exchanger))
                state = CatchAllState.Unknown;
        }

        if (ended.Outcome is ProbeOutcome.Answered { Finding: { Meaning: ReplyMeaning.RateLimited, IsOfRecipient: false, RetryAfter: { } named } })
            await domain.PauseAsync(ended.Outcome.Trace.At + named);
        bool? acceptAll = state switch
        {
            CatchAllState.RefusesDecoys => false,
            CatchAllState.AcceptsDecoys or CatchAllState.AnswersBothWays => true,
            _ => null,
        };
        var judgement = Judge.Of(ended.Outcome, state, tellsTheTruth, AddressFlags.Of(address).Disposable, route.IsWhole);
        return new AttemptResult.Judged(judgement, VerdictSource.Live)
        {
            Provider = route.Provider,
            AcceptAll = acceptAll,
            Evidence = EvidenceOf.Attempt(ended, lanes.EgressNamed(ended.Outcome.Trace.Egress), address),
        };
    }

    private static bool IsBackup(Route.Exchangers route, string? exchanger) =>
        route.InOrder.FirstOrDefault(one => string.Equals(one.Host, exchanger, StringComparison.Ordinal)) is { } asked && asked.Preference > route.InOrder[0].Preference;

    // A defect costs a try: it would likely meet the address again, and must end.
    private static bool IsOurs(Obstacle obstacle) => obstacle is not (Obstacle.Block or Obstacle.RateLimit or Obstacle.Defect);

    private static VerdictReason CauseOf(Obstacle obstacle) => obstacle switch
    {
        Obstacle.Block => VerdictReason.BlockedByPolicy,
        Obstacle.None or Obstacle.Defect => VerdictReason.TemporaryFailure,
        Obstacle.Sessions or Obstacle.SessionRate or Obstacle.Pace or Obstacle.RateLimit => VerdictReason.RateLimited,
        _ => throw new ArgumentOutOfRangeException(nameof(obstacle), obstacle, "Not an obstacle."),
    };
}
