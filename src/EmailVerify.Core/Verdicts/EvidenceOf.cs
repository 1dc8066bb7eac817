using System.Collections.Immutable;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Verdicts;

/// <summary>Makes evidence of what was seen: masked, bounded, fit to be kept and shown.</summary>
public static class EvidenceOf
{
    /// <summary>What stands for the rule where the address needs SMTPUTF8 and the host does not offer it.</summary>
    internal const string Smtputf8Missing = "smtputf8_missing";

    /// <summary>Makes the evidence of one attempt.</summary>
    /// <param name="ended">The lane's answer.</param>
    /// <param name="egress">Who asked.</param>
    /// <param name="recipient">About whom.</param>
    /// <param name="isRouteWhole">Whether every exchanger of the domain could be asked.</param>
    /// <param name="signs">What was noticed about the domain, beside what the outcome itself says.</param>
    /// <param name="catchAllChance">The chance that the domain accepts any local part, where the verdict rests on it.</param>
    public static Evidence Attempt(LaneAnswer.Ended ended, Egress egress, EmailAddress recipient, bool isRouteWhole = true, Signs signs = Signs.None, double? catchAllChance = null)
    {
        var trace = ended.Outcome.Trace;
        var mask = new ReplyMask(recipient.Canonical, egress.MailFrom, egress.HeloName, egress.Address?.ToString());
        var (reply, finding, decoys) = ended.Outcome switch
        {
            ProbeOutcome.Answered(_, var answer, var meaning, var asked) => (answer, meaning, asked),
            ProbeOutcome.Refused(_, var refusal, var meaning) => (refusal, meaning, []),
            _ => (null, null, ImmutableArray<DecoyAnswer>.Empty),
        };
        var cause = ended.Outcome switch
        {
            ProbeOutcome.Lost(_, var loss) => Words.Of(loss),
            ProbeOutcome.Smtputf8Missing => Smtputf8Missing,
            _ => null,
        };
        return new Evidence(
            trace.At,
            trace.Stage,
            ended.Route,
            trace.Exchanger,
            trace.Address?.ToString(),
            trace.Egress,
            trace.Tls,
            reply is null ? null : mask.Apply(reply),
            finding?.Meaning,
            finding?.Rule ?? cause,
            RetryAt: null,
            [.. decoys.Select(decoy => new DecoyEvidence(mask.Apply(decoy.Reply), decoy.Finding.Meaning))],
            trace.Duration)
        {
            IsRouteWhole = isRouteWhole,
            ReadAs = trace.ReadAs,
            Signs = ended.Outcome.Signs | signs,
            CatchAllChance = catchAllChance,
        };
    }
}
