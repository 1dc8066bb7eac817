using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Verdicts;

/// <summary>Makes an attempt's result of a lane's answer. Pure; what decoys showed is fetched by the caller, where it matters.</summary>
public static class AttemptOf
{
    /// <summary>Says whether what decoys showed about the domain decides: the target was accepted, and the provider's word alone is not believed.</summary>
    public static bool DependsOnDecoys(LaneAnswer.Ended ended, EmailAddress address, ProviderPolicy policy) =>
        ended.Outcome is ProbeOutcome.Answered { Finding.Meaning: ReplyMeaning.MailboxExists } && !policy.BelievesWithoutDecoy(address.Domain);

    /// <summary>Gets until when the answer asks that its domain be left alone, or null.</summary>
    public static DateTimeOffset? PauseOf(LaneAnswer.Ended ended) =>
        ended.Outcome is ProbeOutcome.Answered { Finding: { Meaning: ReplyMeaning.RateLimited, IsOfRecipient: false, RetryAfter: { } named } } ? ended.Outcome.Trace.At + named : null;

    /// <summary>Judges an answer.</summary>
    /// <param name="ended">The answer.</param>
    /// <param name="address">About whom.</param>
    /// <param name="route">Where its mail goes.</param>
    /// <param name="policy">What the provider's data say.</param>
    /// <param name="decoys">What decoys have shown, where <see cref="DependsOnDecoys"/>.</param>
    /// <param name="egress">Who asked.</param>
    public static AttemptResult.Judged Ended(LaneAnswer.Ended ended, EmailAddress address, Route.Exchangers route, ProviderPolicy policy, CatchAllState decoys, Egress egress)
    {
        // A backup that takes everything for a primary that is down proves nothing: what the primary does with decoys is not its own.
        var state = !DependsOnDecoys(ended, address, policy) ? CatchAllState.Unknown
            : decoys is CatchAllState.RefusesDecoys && ended.Outcome is ProbeOutcome.Answered { Decoys.IsEmpty: true } && !policy.TellsTheTruth && IsBackup(route, ended.Outcome.Trace.Exchanger) ? CatchAllState.Unknown
            : decoys;
        bool? acceptAll = state switch
        {
            CatchAllState.RefusesDecoys => false,
            CatchAllState.AcceptsDecoys or CatchAllState.AnswersBothWays => true,
            _ => null,
        };
        var judgement = Judge.Of(ended.Outcome, state, policy.BelievesWithoutDecoy(address.Domain), AddressFlags.Of(address).Disposable || DisposableExchangers.Serve(route, address), route.IsWhole);
        return new AttemptResult.Judged(WithUsualPause(judgement, ended.Outcome, policy), VerdictSource.Live)
        {
            Provider = route.Provider,
            AcceptAll = acceptAll,
            Evidence = EvidenceOf.Attempt(ended, egress, address, route.IsWhole),
        };
    }

    /// <summary>What it means that nothing was asked.</summary>
    public static AttemptResult.Deferred NotBefore(LaneAnswer.NotBefore deferred) => new(deferred.Time, CauseOf(deferred.Cause)) { IsOurs = IsOurs(deferred.Cause) };

    // What the reply does not say the provider's data may: how long such a reply holds there.
    private static Judgement WithUsualPause(Judgement judgement, ProbeOutcome outcome, ProviderPolicy policy) => (judgement, outcome) switch
    {
        (Judgement.Again { Named: null } again, ProbeOutcome.Answered(_, var reply, var finding, _)) => again with { Usual = policy.PauseAfter(finding.Meaning, reply.Text) },
        (Judgement.Again { Named: null } again, ProbeOutcome.Refused(_, var reply, var finding)) => again with { Usual = policy.PauseAfter(finding.Meaning, reply.Text) },
        _ => judgement,
    };

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
