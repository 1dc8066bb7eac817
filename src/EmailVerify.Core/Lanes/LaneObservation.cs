using System.Collections.Immutable;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Lanes;

/// <summary>What an outcome teaches a regime. Stage and wording decide whether an objection is to us or about one recipient.</summary>
public static class LaneObservation
{
    /// <summary>Applies an outcome.</summary>
    /// <returns>Whether it was taken for a block.</returns>
    public static bool Apply(Regime regime, EmailAddress recipient, ProbeOutcome outcome, DateTimeOffset now) => outcome switch
    {
        ProbeOutcome.Answered(_, var reply, var finding, var decoys) => OfAnswer(regime, recipient, reply, finding, now) | OfDecoys(regime, recipient, decoys, now),
        ProbeOutcome.Refused(_, var reply, var finding) => OfRefusal(regime, reply, finding, now),

        // Cut after RCPT without a word is how harvest protection ends a session (IronPort; Postfix' hard error limit).
        ProbeOutcome.Lost({ Stage: SmtpStage.Rcpt or SmtpStage.Mail }, LossCause.Cut) => regime.PerhapsBlocked(Mark(recipient), now),
        _ => false,
    };

    /// <summary>Says whether an outcome is an objection to us, whoever says it.</summary>
    public static bool IsObjection(ProbeOutcome outcome) => outcome is ProbeOutcome.Answered { Finding: { IsOfRecipient: false, Meaning: ReplyMeaning.RateLimited or ReplyMeaning.PolicyBlocked or ReplyMeaning.SenderRejected } }
        or ProbeOutcome.Refused { Finding.Meaning: ReplyMeaning.RateLimited or ReplyMeaning.PolicyBlocked or ReplyMeaning.SenderRejected };

    /// <summary>Applies the end of a session, though no address was answered by it.</summary>
    /// <returns>Whether it was taken for a block.</returns>
    public static bool OfParting(Regime regime, SessionEnding ending, DateTimeOffset now)
    {
        // After refusals it is our list that is objected to, with or without a word: slower. If it is us, the next session is told so at its first question.
        if (ending is { Cause: SessionEnd.ErrorLimit, Finding: var objection, Reply: var reply })
            regime.RateLimited(now, objection?.RetryAfter, objection is null || reply is null ? null : regime.PauseAfter(objection, reply));
        else if (ending.Finding is { Meaning: ReplyMeaning.RateLimited } finding)
            return OfRefusal(regime, ending.Reply, finding, now);
        return false;
    }

    private static bool OfAnswer(Regime regime, EmailAddress recipient, SmtpReply reply, ReplyFinding finding, DateTimeOffset now)
    {
        Count(regime, finding);
        switch (finding.Meaning)
        {
            case ReplyMeaning.RateLimited when !finding.IsOfRecipient:
                regime.RateLimited(now, finding.RetryAfter, regime.PauseAfter(finding, reply));
                return false;
            case ReplyMeaning.PolicyBlocked or ReplyMeaning.SenderRejected when finding.NamesUs:
                regime.Blocked(now, regime.PauseAfter(finding, reply));
                return true;
            case ReplyMeaning.PolicyBlocked or ReplyMeaning.SenderRejected:
                return regime.PerhapsBlocked(Mark(recipient), now, regime.PauseAfter(finding, reply));
            case ReplyMeaning.Greylisted or ReplyMeaning.TemporaryFailure:
                return false;
            default:
                regime.Welcomed(now);
                return false;
        }
    }

    // What decoys are told welcomes nobody, but an objection to us is one.
    private static bool OfDecoys(Regime regime, EmailAddress recipient, ImmutableArray<DecoyAnswer> decoys, DateTimeOffset now)
    {
        var isBlock = false;
        foreach (var decoy in decoys)
        {
            if (decoy.Finding.Meaning is ReplyMeaning.RateLimited or ReplyMeaning.PolicyBlocked or ReplyMeaning.SenderRejected)
                isBlock |= OfAnswer(regime, recipient, decoy.Reply, decoy.Finding, now);
            else
                Count(regime, decoy.Finding);
        }

        return isBlock;
    }

    private static bool OfRefusal(Regime regime, SmtpReply? reply, ReplyFinding finding, DateTimeOffset now)
    {
        switch (finding.Meaning)
        {
            case ReplyMeaning.RateLimited:
                regime.RateLimited(now, finding.RetryAfter, reply is null ? null : regime.PauseAfter(finding, reply));
                return false;
            case ReplyMeaning.PolicyBlocked or ReplyMeaning.SenderRejected:
                regime.Blocked(now, reply is null ? null : regime.PauseAfter(finding, reply));
                return true;
            default:
                return false;
        }
    }

    // What a server counts as a recipient that should not have been asked for. What is about us or the server is neither.
    private static void Count(Regime regime, ReplyFinding finding)
    {
        if (IsRefused(finding) is { } isRefused)
            regime.Counted(isRefused);
    }

    /// <summary>Says whether a recipient was refused, or taken; null where the answer is about neither.</summary>
    internal static bool? IsRefused(ReplyFinding finding) => finding.Meaning switch
    {
        ReplyMeaning.MailboxExists or ReplyMeaning.MailboxFull => false,
        ReplyMeaning.NoSuchMailbox or ReplyMeaning.MailboxDisabled or ReplyMeaning.RelayOrDomainRejected or ReplyMeaning.AddressSyntaxRejected => true,
        _ => null,
    };

    private static UInt128 Mark(EmailAddress recipient) => NameHash.Of(recipient.LocalPart, recipient.Domain);
}
