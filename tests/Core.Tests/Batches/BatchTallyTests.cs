using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Batches;

public sealed class BatchTallyTests
{
    [Fact]
    public void ToSummary_AddsUpByReasonProviderAndDomain()
    {
        var tally = new BatchTally();
        tally.Add(VerdictStatus.Deliverable, VerdictReason.AcceptedEmail, "google", "a.example", 3);
        tally.Add(VerdictStatus.Undeliverable, VerdictReason.RejectedEmail, "google", "b.example", 1);
        tally.Add(VerdictStatus.Risky, VerdictReason.AcceptAll, "c.example", "c.example", 2);
        tally.Add(VerdictStatus.Unknown, VerdictReason.AddressLiteral, null, null, 5);

        var summary = tally.ToSummary();
        Assert.Equal(
            [KeyValuePair.Create(VerdictReason.AddressLiteral, 5L), KeyValuePair.Create(VerdictReason.AcceptedEmail, 3L), KeyValuePair.Create(VerdictReason.AcceptAll, 2L), KeyValuePair.Create(VerdictReason.RejectedEmail, 1L)],
            summary.Reasons);
        Assert.Equal([new SummaryGroup("google", 3, 1, 0, 0), new SummaryGroup("c.example", 0, 0, 2, 0)], summary.Providers);
        Assert.Equal(["a.example", "c.example", "b.example"], summary.Domains.Select(group => group.Name), StringComparer.Ordinal);
    }

    [Fact]
    public void ToSummary_OfMany_NamesTheLargest()
    {
        var tally = new BatchTally();
        for (var number = 1; number <= 50; number++)
            tally.Add(VerdictStatus.Deliverable, VerdictReason.AcceptedEmail, $"p{number}", $"d{number}.example", number);

        var summary = tally.ToSummary();
        Assert.Equal((BatchTally.MaxNamed, 50, 31), (summary.Domains.Length, summary.Domains[0].Done, summary.Domains[^1].Done));
    }
}
