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
    public static bool DependsOnDecoys(LaneAnswer.Ended ended, EmailAddress address, Route.Exchangers route, ProviderPolicy policy) =>
        ended.Outcome is ProbeOutcome.Answered { Finding.Meaning: ReplyMeaning.MailboxExists } && !AtHost(ended, route, policy).BelievesWithoutDecoy(address.Domain);

    /// <summary>
    /// Gets until when the answer asks that its domain be left alone, or null. A host that stands in a provider's route and is none of its own speaks for the domain alone: its objections
    /// do not silence the provider, so they silence the domain.
    /// </summary>
    public static DateTimeOffset? PauseOf(LaneAnswer.Ended ended, Route.Exchangers route, ProviderPolicy policy) => ended.Outcome switch
    {
        ProbeOutcome.Answered { Finding: { Meaning: ReplyMeaning.RateLimited, IsOfRecipient: false, RetryAfter: { } named } } => ended.Outcome.Trace.At + named,
        ProbeOutcome.Answered { Finding: { IsOfRecipient: false } said } when IsOfStranger(ended, route, policy) => StrangersPause(said) is { } pause ? ended.Outcome.Trace.At + pause : null,
        ProbeOutcome.Refused { Finding: var said } when IsOfStranger(ended, route, policy) => StrangersPause(said) is { } pause ? ended.Outcome.Trace.At + pause : null,
        _ => null,
    };

    /// <summary>Says whether what decoys showed may make us doubt: the target was refused as no such mailbox.</summary>
    public static bool MayBeDoubted(LaneAnswer.Ended ended, Route.Exchangers route, ProviderPolicy policy) =>
        ended.Outcome is ProbeOutcome.Answered { Reply.IsPermanent: true, Finding.Meaning: ReplyMeaning.NoSuchMailbox } && !AtHost(ended, route, policy).TellsTheTruth;

    /// <summary>Says whether an answer to the first question about a mailbox tells how strangers are put off: true for a deferral, false for a refusal at once, null for anything else.</summary>
    public static bool? TellsOfStrangers(LaneAnswer.Ended ended) => ended.Outcome is not ProbeOutcome.Answered answered ? null : answered.Finding.Meaning switch
    {
        ReplyMeaning.Greylisted => true,
        ReplyMeaning.NoSuchMailbox when answered.Reply.IsPermanent => false,
        _ => null,
    };

    /// <summary>Gets the name that knowledge of the exchangers goes by that answered.</summary>
    public static string CatchAllNameOf(LaneAnswer.Ended ended, EmailAddress address, Route.Exchangers route, ProviderPolicy policy) =>
        CatchAllName.Of(address.Domain, route, ended.Outcome.Trace.Exchanger, policy);

    /// <summary>Judges an answer.</summary>
    /// <param name="ended">The answer.</param>
    /// <param name="address">About whom.</param>
    /// <param name="route">Where its mail goes.</param>
    /// <param name="policy">What the provider's data say.</param>
    /// <param name="decoys">What decoys have shown by <see cref="CatchAllNameOf"/>, where <see cref="DependsOnDecoys"/> or <see cref="MayBeDoubted"/>.</param>
    /// <param name="egress">Who asked.</param>
    /// <param name="greylistsKnownOnly">Whether the domain is known to greylist only mailboxes that it has.</param>
    public static AttemptResult.Judged Ended(
        LaneAnswer.Ended ended, EmailAddress address, Route.Exchangers route, ProviderPolicy policy, CatchAllBelief decoys, Egress egress, bool greylistsKnownOnly = false)
    {
        var atHost = AtHost(ended, route, policy);
        var depends = DependsOnDecoys(ended, address, route, policy);
        var doubts = MayBeDoubted(ended, route, policy);
        var believed = depends || doubts ? decoys : CatchAllBelief.None;
        var signs = SignsOf(ended, believed, depends || doubts, greylistsKnownOnly);
        var judgement = Judge.Of(ended.Outcome, new Circumstances
        {
            CatchAll = believed,
            NeedsNoDecoy = atHost.BelievesWithoutDecoy(address.Domain),
            TellsTheTruth = atHost.TellsTheTruth,

            // Only who is accepted can be a throw-away mailbox.
            IsDisposable = ended.Outcome is ProbeOutcome.Answered { Reply.IsPositive: true } && ThrowAwayMailboxes.AreAt(address, route),
            AllAsked = route.IsWhole,
            Shape = Decoys.ShapeLike(address.LocalPart),
            Signs = signs,
        });
        return new AttemptResult.Judged(WithUsualPause(judgement, ended.Outcome, policy), VerdictSource.Live)
        {
            Provider = route.Provider,
            AcceptAll = depends && !ended.Outcome.Signs.HasFlag(Signs.BackupExchanger) ? AcceptAllBy(believed) : depends && believed.State is CatchAllState.RefusesDecoys ? false : null,
            Evidence = EvidenceOf.Attempt(ended, egress, address, route.IsWhole, signs, depends ? believed.Chance : null),
        };
    }

    private static ProviderPolicy AtHost(LaneAnswer.Ended ended, Route.Exchangers route, ProviderPolicy policy) => policy.At(route.Find(ended.Outcome.Trace.Exchanger));

    private static bool IsOfStranger(LaneAnswer.Ended ended, Route.Exchangers route, ProviderPolicy policy) => policy.IsStranger(route.Find(ended.Outcome.Trace.Exchanger));

    private static TimeSpan? StrangersPause(ReplyFinding said) => said.Meaning switch
    {
        ReplyMeaning.RateLimited => said.RetryAfter ?? Regime.Breath,
        ReplyMeaning.PolicyBlocked or ReplyMeaning.SenderRejected => said.RetryAfter ?? Regime.FirstRest,
        _ => null,
    };

    private static bool? AcceptAllBy(CatchAllBelief believed) => believed.State switch
    {
        CatchAllState.RefusesDecoys => false,
        CatchAllState.AcceptsDecoys or CatchAllState.AnswersBothWays => true,
        _ => null,
    };

    private static Signs SignsOf(LaneAnswer.Ended ended, CatchAllBelief believed, bool asksDecoys, bool greylistsKnownOnly)
    {
        var signs = Signs.None;
        if (asksDecoys && believed.State is CatchAllState.AnswersBothWays)
            signs |= believed.OnlyShape is null ? Signs.AnswersAtRandom : Signs.PartialCatchAll;
        if (greylistsKnownOnly && ended.Outcome is ProbeOutcome.Answered { Finding.Meaning: ReplyMeaning.Greylisted })
            signs |= Signs.KnownOnlyGreylisting;
        return signs;
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
