using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Emails;

public sealed class RereadTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    private readonly Cluster cluster = shared.Cluster;

    [Fact]
    public async Task Reread_OfAVerdictJudgedAgain_IsServedFromThenOn()
    {
        var address = Cluster.Address("ok");
        var told = (await cluster.VerifyAsync(address, "cus_a")).Verification;
        var judged = told with { Verdict = told.Verdict! with { Status = VerdictStatus.Risky, Reason = VerdictReason.AcceptAll, Rules = "newer" } };
        Assert.True(await cluster.Store.JudgeAsync(judged, told.Verdict!.Rules));
        Assert.Equal(VerdictReason.AcceptedEmail, (await cluster.VerifyAsync(address, "cus_a")).Verification.Verdict?.Reason);

        await cluster.Email(address).RereadAsync("cus_a", told.Id).InTime();

        var again = await cluster.VerifyAsync(address, "cus_a");
        Assert.Equal((told.Id, VerdictReason.AcceptAll, true), (again.Verification.Id, again.Verification.Verdict?.Reason, again.FromCache));
        Assert.Equal(1, cluster.Sessions.TimesAsked(address));
    }

    [Fact]
    public async Task Reread_OfAVerdictThatIsUnknownNow_HasTheNextQuestionAsked()
    {
        var address = Cluster.Address("ok");
        var told = (await cluster.VerifyAsync(address, "cus_a")).Verification;
        var judged = told with { Verdict = told.Verdict! with { Status = VerdictStatus.Unknown, Reason = VerdictReason.BlockedByPolicy, FreshUntil = told.Verdict.FoundAt } };
        Assert.True(await cluster.Store.JudgeAsync(judged, told.Verdict!.Rules));

        await cluster.Email(address).RereadAsync("cus_a", told.Id).InTime();

        Assert.NotEqual(told.Id, (await cluster.VerifyAsync(address, "cus_a")).Verification.Id, StringComparer.Ordinal);
        Assert.Equal(2, cluster.Sessions.TimesAsked(address));
    }

    [Fact]
    public async Task Reread_OfAnOlderVerification_DoesNotHideTheNewest()
    {
        var address = Cluster.Address("ok");
        var older = (await cluster.VerifyAsync(address, "cus_a")).Verification;
        var newer = older with { Id = "ver_newer", Verdict = older.Verdict! with { FoundAt = older.Verdict.FoundAt.AddSeconds(1) } };
        await cluster.Store.SaveAsync(newer, null);
        await cluster.Email(address).RereadAsync("cus_a", newer.Id).InTime();
        Assert.True(await cluster.Store.JudgeAsync(older with { Verdict = older.Verdict with { Reason = VerdictReason.AcceptAll } }, older.Verdict.Rules));

        await cluster.Email(address).RereadAsync("cus_a", older.Id).InTime();

        Assert.Equal("ver_newer", (await cluster.VerifyAsync(address, "cus_a")).Verification.Id);
    }
}
