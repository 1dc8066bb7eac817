using System.Collections.Immutable;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Verdicts;

/// <summary>What was judged before, under rules of old.</summary>
internal static class JudgedBefore
{
    public static readonly DateTimeOffset FoundAt = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    public static Evidence Seen(int code, string text, ReplyMeaning meaning, string rule = "generic/then") => new(
        FoundAt, SmtpStage.Rcpt, ["mx1.b.example"], "mx1.b.example", "192.0.2.25", "eg-1", null, new ReplyEvidence(code, null, text), meaning, rule, null, [], TimeSpan.Zero);

    public static Verification Verified(VerdictReason reason, params ImmutableArray<Evidence> evidence)
    {
        var final = Judge.Final(reason);
        return new Verification
        {
            Id = "ver_1",
            CustomerId = "cus_a",
            AddressHash = new AddressHash(7),
            Email = "jane@target.example",
            CreatedAt = FoundAt,
            Attempts = evidence.Length,
            Evidence = evidence,
            Verdict = new Verdict(final.Status, reason, final.Score, null, null, null, "b.example", "mx1.b.example", FoundAt, FoundAt.AddDays(14), VerdictSource.Live, "old"),
        };
    }
}
