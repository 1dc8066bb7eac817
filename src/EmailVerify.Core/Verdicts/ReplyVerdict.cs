using System.Collections.Immutable;
using System.Net;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Verdicts;

/// <summary>What the verdict would be, were one reply all that is known: nothing of the domain, no decoy, every exchanger asked.</summary>
public static class ReplyVerdict
{
    private static readonly ProbeTrace Nowhere = new(DateTimeOffset.UnixEpoch, SmtpStage.Rcpt, null, (IPAddress?)null, string.Empty, null, TimeSpan.Zero);

    /// <summary>Judges a reply. One that came before RCPT is a refusal of us; where the stage is not known it is taken for the answer to RCPT.</summary>
    public static Judgement Of(SmtpStage stage, SmtpReply reply, ReplyFinding finding) =>
        Judge.Of(OutcomeOf(Nowhere with { Stage = stage }, reply, finding, []), new Circumstances());

    /// <summary>Says how a probe ended in which a reply was the last.</summary>
    internal static ProbeOutcome OutcomeOf(ProbeTrace trace, SmtpReply reply, ReplyFinding finding, ImmutableArray<DecoyAnswer> decoys) =>
        trace.Stage is SmtpStage.Connect or SmtpStage.Ehlo or SmtpStage.Starttls or SmtpStage.Mail
            ? new ProbeOutcome.Refused(trace, reply, finding)
            : new ProbeOutcome.Answered(trace, reply, finding, decoys);
}
