using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Verdicts;

/// <summary>
/// From fact to status and reason: the closed table. Two rules stand above every row: a refusal of us never becomes a word about the mailbox,
/// and <c>undeliverable</c> needs evidence about this mailbox or its domain.
/// </summary>
public static class Judge
{
    /// <summary>The catch-all chance of a domain that refused one decoy a moment ago.</summary>
    private static readonly double RefusesOnce = CatchAllFinding.None.With([new DecoyObservation(DecoyShape.Digits, ReplyMeaning.NoSuchMailbox)], DateTimeOffset.UnixEpoch).ChanceAt(DateTimeOffset.UnixEpoch);

    /// <summary>Judges a route. Null when there are exchangers to ask.</summary>
    public static Judgement? Of(Route route) => route switch
    {
        Route.Exchangers => null,
        Route.NullMx => Final(VerdictReason.NullMx),
        Route.NoSuchDomain or Route.NoMail or Route.Unroutable => Final(VerdictReason.InvalidDomain),
        Route.Forbidden => Final(VerdictReason.NoConnect),
        Route.Unresolved => Final(VerdictReason.DnsError),
        _ => throw new ArgumentOutOfRangeException(nameof(route), route, "Not a route."),
    };

    /// <summary>Judges how a probe ended.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="at">What is known beside.</param>
    public static Judgement Of(ProbeOutcome outcome, in Circumstances at) => outcome switch
    {
        ProbeOutcome.Smtputf8Missing when !at.AllAsked => Again(VerdictReason.TemporaryFailure),
        ProbeOutcome.Answered(_, { IsPermanent: true }, { Meaning: ReplyMeaning.RelayOrDomainRejected }, _) when !at.AllAsked => Again(VerdictReason.TemporaryFailure),
        ProbeOutcome.Answered(_, var reply, var finding, _) => OfAnswer(reply, finding, outcome.Signs | at.Signs, at),
        ProbeOutcome.Refused(_, var reply, var finding) => OfRefusal(reply, finding, Signs.None),
        ProbeOutcome.Lost(_, var cause) => OfLoss(cause),
        ProbeOutcome.Smtputf8Missing => Final(VerdictReason.Smtputf8Unsupported),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome."),
    };

    /// <summary>Gets the status that a reason has.</summary>
    public static VerdictStatus StatusOf(VerdictReason reason) => reason switch
    {
        VerdictReason.AcceptedEmail => VerdictStatus.Deliverable,
        VerdictReason.AcceptAll or VerdictReason.MailboxFull or VerdictReason.Disposable => VerdictStatus.Risky,
        VerdictReason.RejectedEmail or VerdictReason.Smtputf8Unsupported or VerdictReason.MailboxDisabled
            or VerdictReason.InvalidDomain or VerdictReason.NullMx or VerdictReason.InvalidEmail => VerdictStatus.Undeliverable,
        VerdictReason.Greylisted or VerdictReason.NoConnect or VerdictReason.DnsError or VerdictReason.Timeout or VerdictReason.AddressLiteral
            or VerdictReason.UnexpectedReply or VerdictReason.BlockedByPolicy or VerdictReason.RateLimited or VerdictReason.TemporaryFailure
            or VerdictReason.NoEgress or VerdictReason.ProviderUnverifiable => VerdictStatus.Unknown,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason."),
    };

    /// <summary>Gives the verdict on a reason where no more is known: its status and the chance in percent that mail is accepted.</summary>
    public static Judgement.Final Final(VerdictReason reason) => reason switch
    {
        VerdictReason.AcceptedEmail => Accepted(reason, RefusesOnce, default),
        VerdictReason.AcceptAll => Accepted(reason, 1, default),
        VerdictReason.Disposable => Accepted(reason, RefusesOnce, new Circumstances { IsDisposable = true }),
        _ => Final(reason, Signs.None),
    };

    private static Judgement.Final Final(VerdictReason reason, Signs signs) => new(StatusOf(reason), reason, Score.Default.Of(reason, signs));

    private static Judgement OfAnswer(SmtpReply reply, ReplyFinding finding, Signs signs, in Circumstances at) => finding.Meaning switch
    {
        // RFC 5321 3.5.3: 252 means "cannot verify, but will take the mail".
        _ when reply.Code == 252 => Accepted(VerdictReason.AcceptAll, 1, at, signs),
        ReplyMeaning.MailboxExists => OfAcceptance(signs, at),

        // "Not now" is not yet "no", whatever the words: hosts say so while mailboxes are moved. Said to the last try, it is.
        ReplyMeaning.NoSuchMailbox when reply.IsTransient => new Judgement.Again(VerdictReason.TemporaryFailure, finding.RetryAfter, Final(VerdictReason.RejectedEmail)),
        ReplyMeaning.MailboxDisabled when reply.IsTransient => new Judgement.Again(VerdictReason.TemporaryFailure, finding.RetryAfter, Final(VerdictReason.MailboxDisabled)),

        // Who accepts what cannot exist and refuses this one contradicts himself: three refusals of ten are no directory.
        ReplyMeaning.NoSuchMailbox when Doubt.RefusalsNeeded(at.CatchAll, at.Shape) is > 1 and var needed =>
            new Judgement.Again(VerdictReason.AcceptAll, null, Final(VerdictReason.AcceptAll)) { BelievedAfter = needed },
        ReplyMeaning.NoSuchMailbox => Final(VerdictReason.RejectedEmail),
        ReplyMeaning.MailboxDisabled => Final(VerdictReason.MailboxDisabled),
        ReplyMeaning.MailboxFull => Final(VerdictReason.MailboxFull),

        // The lane asks the other exchangers first; what arrives here was said by every one that was asked.
        ReplyMeaning.RelayOrDomainRejected when reply.IsPermanent => Final(VerdictReason.InvalidDomain),
        ReplyMeaning.RelayOrDomainRejected => Again(VerdictReason.TemporaryFailure, finding),
        _ => OfRefusal(reply, finding, signs),
    };

    private static Judgement OfAcceptance(Signs signs, in Circumstances at) => at.CatchAll.State switch
    {
        // Decoys of the other form were refused. One of this form would tell whether the host takes all of it; where none is answered by the next try, the other's word stands.
        CatchAllState.RefusesDecoys when at.CatchAll.LeavesOpen(at.Shape) => new Judgement.Again(VerdictReason.AcceptAll, null, AcceptedMailbox(at.CatchAll.Chance, at, signs)) { EnoughAfter = Doubt.AcceptancesUntried },
        CatchAllState.RefusesDecoys => AcceptedMailbox(at.CatchAll.Chance, at, signs),

        // A backup that takes everything for exchangers that are down: they are asked when they are back.
        CatchAllState.AcceptsDecoys or CatchAllState.AnswersBothWays when signs.HasFlag(Signs.BackupExchanger) => AcceptedForNow(1, at, signs),
        CatchAllState.AcceptsDecoys or CatchAllState.AnswersBothWays => Accepted(VerdictReason.AcceptAll, at.CatchAll.Chance, at, signs),
        CatchAllState.Unknown when at.NeedsNoDecoy => AcceptedMailbox(Score.Default.WhereNoDecoyIsNeeded, at, signs),
        CatchAllState.Unknown => AcceptedForNow(signs.HasFlag(Signs.BackupExchanger) ? 1 : at.CatchAll.Chance, at, signs),
        _ => throw new ArgumentOutOfRangeException(nameof(at), at.CatchAll.State, "Not a state."),
    };

    private static Judgement.Again AcceptedForNow(double chance, in Circumstances at, Signs signs) =>
        new(VerdictReason.AcceptAll, null, Accepted(VerdictReason.AcceptAll, chance, at, signs));

    private static Judgement.Final AcceptedMailbox(double chance, in Circumstances at, Signs signs) =>
        Accepted(at.IsDisposable ? VerdictReason.Disposable : VerdictReason.AcceptedEmail, chance, at, signs);

    // A domain's throw-away mailboxes cost its score once: accept-all has no reason of its own for them.
    private static Judgement.Final Accepted(VerdictReason reason, double chance, in Circumstances at, Signs signs = Signs.None) =>
        new(StatusOf(reason), reason, Score.Default.Of(new Acceptance(chance, at.TellsTheTruth, at.IsDisposable, signs)));

    // About us, the sender or the server, wherever it was said.
    private static Judgement OfRefusal(SmtpReply reply, ReplyFinding finding, Signs signs) => finding.Meaning switch
    {
        ReplyMeaning.Greylisted => new Judgement.Again(VerdictReason.Greylisted, finding.RetryAfter, Final(VerdictReason.Greylisted, signs)),
        ReplyMeaning.RateLimited => Again(VerdictReason.RateLimited, finding),
        ReplyMeaning.TemporaryFailure => Again(VerdictReason.TemporaryFailure, finding),
        ReplyMeaning.PolicyBlocked or ReplyMeaning.SenderRejected or ReplyMeaning.MessageContentRejected => reply.IsTransient
            ? Again(VerdictReason.BlockedByPolicy, finding)
            : Final(VerdictReason.BlockedByPolicy),

        // Words about a mailbox before anyone asked about one, and words that nobody could place.
        ReplyMeaning.Other or ReplyMeaning.AddressSyntaxRejected or ReplyMeaning.RelayOrDomainRejected or ReplyMeaning.MailboxExists
            or ReplyMeaning.NoSuchMailbox or ReplyMeaning.MailboxDisabled or ReplyMeaning.MailboxFull => reply.IsTransient
            ? Again(VerdictReason.UnexpectedReply, finding)
            : Final(VerdictReason.UnexpectedReply),
        _ => throw new ArgumentOutOfRangeException(nameof(finding), finding.Meaning, "Not a meaning."),
    };

    private static Judgement OfLoss(LossCause cause) => cause switch
    {
        LossCause.NoConnect => Again(VerdictReason.NoConnect),
        LossCause.Silence or LossCause.Cut => Again(VerdictReason.Timeout),
        LossCause.TlsFailed => Again(VerdictReason.TemporaryFailure),
        LossCause.Nonsense => Final(VerdictReason.UnexpectedReply),

        // Ours to mend, and nothing about the domain.
        LossCause.ProxyFailed => Again(VerdictReason.NoEgress),
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, "Not a cause."),
    };

    private static Judgement.Again Again(VerdictReason cause, ReplyFinding? finding = null) => new(cause, finding?.RetryAfter, Final(cause));
}
