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
    /// <param name="domain">What is known of the domain's catch-all.</param>
    /// <param name="tellsTheTruth">Whether the provider's data say that a 2xx for this domain may be believed without a decoy.</param>
    /// <param name="disposable">Whether the domain gives out throw-away mailboxes.</param>
    /// <param name="allAsked">Whether every exchanger of the domain could be asked: only then is "not here" and "no SMTPUTF8" a word about the domain.</param>
    public static Judgement Of(ProbeOutcome outcome, CatchAllState domain, bool tellsTheTruth, bool disposable, bool allAsked = true) => outcome switch
    {
        ProbeOutcome.Smtputf8Missing when !allAsked => Again(VerdictReason.TemporaryFailure),
        ProbeOutcome.Answered(_, { IsPermanent: true }, { Meaning: ReplyMeaning.RelayOrDomainRejected }, _) when !allAsked => Again(VerdictReason.TemporaryFailure),
        ProbeOutcome.Answered(_, var reply, var finding, _) => OfAnswer(reply, finding, domain, tellsTheTruth, disposable),
        ProbeOutcome.Refused(_, var reply, var finding) => OfRefusal(reply, finding),
        ProbeOutcome.Lost(_, var cause) => OfLoss(cause),
        ProbeOutcome.Smtputf8Missing => Final(VerdictReason.Smtputf8Unsupported),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome."),
    };

    /// <summary>Gives the verdict on a reason: its status and the chance in percent that mail is accepted.</summary>
    /// <remarks>
    /// The chances are priors until feedback calibrates them: a refusal in words leaves 1 % for misread words, an acceptance beside a refused decoy 3 % for late bounces,
    /// accept-all hosts bounce about half; whatever nobody told us is an even chance, a little better where a host put us off that usually does so only for mailboxes it has.
    /// </remarks>
    public static Judgement.Final Final(VerdictReason reason) => reason switch
    {
        VerdictReason.AcceptedEmail => new(VerdictStatus.Deliverable, reason, 97),
        VerdictReason.AcceptAll => new(VerdictStatus.Risky, reason, 55),
        VerdictReason.MailboxFull => new(VerdictStatus.Risky, reason, 25),
        VerdictReason.Disposable => new(VerdictStatus.Risky, reason, 60),
        VerdictReason.RejectedEmail or VerdictReason.Smtputf8Unsupported => new(VerdictStatus.Undeliverable, reason, 1),
        VerdictReason.MailboxDisabled => new(VerdictStatus.Undeliverable, reason, 2),
        VerdictReason.InvalidDomain or VerdictReason.NullMx or VerdictReason.InvalidEmail => new(VerdictStatus.Undeliverable, reason, 0),
        VerdictReason.Greylisted => new(VerdictStatus.Unknown, reason, 60),
        VerdictReason.NoConnect => new(VerdictStatus.Unknown, reason, 20),
        VerdictReason.DnsError or VerdictReason.Timeout or VerdictReason.AddressLiteral => new(VerdictStatus.Unknown, reason, 30),
        VerdictReason.UnexpectedReply or VerdictReason.BlockedByPolicy or VerdictReason.RateLimited or VerdictReason.TemporaryFailure
            or VerdictReason.NoEgress or VerdictReason.ProviderUnverifiable => new(VerdictStatus.Unknown, reason, 50),
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason."),
    };

    private static Judgement OfAnswer(SmtpReply reply, ReplyFinding finding, CatchAllState domain, bool tellsTheTruth, bool disposable) => finding.Meaning switch
    {
        // RFC 5321 3.5.3: 252 means "cannot verify, but will take the mail".
        _ when reply.Code == 252 => Final(VerdictReason.AcceptAll),
        ReplyMeaning.MailboxExists => domain switch
        {
            CatchAllState.RefusesDecoys => Accepted(disposable),
            CatchAllState.AcceptsDecoys or CatchAllState.AnswersBothWays => Final(VerdictReason.AcceptAll),
            CatchAllState.Unknown when tellsTheTruth => Accepted(disposable),
            CatchAllState.Unknown => new Judgement.Again(VerdictReason.AcceptAll, null, Final(VerdictReason.AcceptAll)),
            _ => throw new ArgumentOutOfRangeException(nameof(domain), domain, "Not a state."),
        },

        // "Not now" is not yet "no", whatever the words: hosts say so while mailboxes are moved. Said to the last try, it is.
        ReplyMeaning.NoSuchMailbox when reply.IsTransient => new Judgement.Again(VerdictReason.TemporaryFailure, finding.RetryAfter, Final(VerdictReason.RejectedEmail)),
        ReplyMeaning.MailboxDisabled when reply.IsTransient => new Judgement.Again(VerdictReason.TemporaryFailure, finding.RetryAfter, Final(VerdictReason.MailboxDisabled)),
        ReplyMeaning.NoSuchMailbox => Final(VerdictReason.RejectedEmail),
        ReplyMeaning.MailboxDisabled => Final(VerdictReason.MailboxDisabled),
        ReplyMeaning.MailboxFull => Final(VerdictReason.MailboxFull),

        // The lane asks the other exchangers first; what arrives here was said by every one that was asked.
        ReplyMeaning.RelayOrDomainRejected when reply.IsPermanent => Final(VerdictReason.InvalidDomain),
        ReplyMeaning.RelayOrDomainRejected => Again(VerdictReason.TemporaryFailure, finding),
        _ => OfRefusal(reply, finding),
    };

    // About us, the sender or the server, wherever it was said.
    private static Judgement OfRefusal(SmtpReply reply, ReplyFinding finding) => finding.Meaning switch
    {
        ReplyMeaning.Greylisted => Again(VerdictReason.Greylisted, finding),
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
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, "Not a cause."),
    };

    private static Judgement.Final Accepted(bool disposable) => Final(disposable ? VerdictReason.Disposable : VerdictReason.AcceptedEmail);

    private static Judgement.Again Again(VerdictReason cause, ReplyFinding? finding = null) => new(cause, finding?.RetryAfter, Final(cause));
}
