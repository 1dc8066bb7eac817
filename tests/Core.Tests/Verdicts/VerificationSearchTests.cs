using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Verdicts;

public sealed class VerificationSearchTests
{
    private static readonly VerificationSearch All = new(null, null, null, null, null, null, null, 10);

    [Fact]
    public void Reasons_OfEachStatus_AreAllThereAreAndNoneTwice() => Assert.Equal(
        Enum.GetValues<VerdictReason>(), Enum.GetValues<VerdictStatus>().SelectMany(status => (All with { Status = status }).Reasons).Order());

    [Theory]
    [InlineData(null, null, false, 21, true)]
    [InlineData(VerdictStatus.Deliverable, null, false, 1, false)]
    [InlineData(null, VerdictReason.NullMx, false, 1, false)]
    [InlineData(VerdictStatus.Undeliverable, VerdictReason.NullMx, false, 1, false)]
    [InlineData(VerdictStatus.Risky, VerdictReason.NullMx, false, 0, false)]
    [InlineData(null, null, true, 0, true)]
    [InlineData(null, VerdictReason.NullMx, true, 0, false)]
    [InlineData(VerdictStatus.Risky, null, true, 0, false)]
    public void Reasons_OfASearch_AreThoseThatMatchAll(VerdictStatus? status, VerdictReason? reason, bool isPending, int reasons, bool includesPending)
    {
        var search = All with { Status = status, Reason = reason, IsPending = isPending };
        Assert.Equal((reasons, includesPending), (search.Reasons.Length, search.IncludesPending));
    }

    [Fact]
    public void EndId_OfABoundAndACursor_IsTheLesser()
    {
        var time = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        var bound = Id.FirstAt("ver", time);
        Assert.Equal(bound, (All with { To = time }).EndId);
        Assert.Equal(bound, (All with { To = time, Before = Id.FirstAt("ver", time.AddDays(1)) }).EndId);
        Assert.Equal(Id.FirstAt("ver", time.AddDays(-1)), (All with { To = time, Before = Id.FirstAt("ver", time.AddDays(-1)) }).EndId);
    }
}
