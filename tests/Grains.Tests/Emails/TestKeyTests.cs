using EmailVerify.Core.Customers;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Emails;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Emails;

public sealed class TestKeyTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    private static readonly string Customer = CustomerIds.InTest(CustomerIds.Default);
    private readonly Cluster cluster = shared.Cluster;

    [Fact]
    public async Task Greylisted_EndsAfterAMinute()
    {
        var began = cluster.Time.Now;
        var address = Cluster.Address("greylisted");
        var pending = (await cluster.Email(address, test: true).VerifyAsync(Question(address)).InTime())!.Verification;
        Assert.Equal((VerdictReason.Greylisted, began + TimeSpan.FromSeconds(60)), (pending.Pending!.Cause, pending.Pending.NextAttemptAt));

        await cluster.Time.UntilAsync(() => cluster.Store.Row(pending.Id)?.Verdict is not null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(70));
        Assert.True(cluster.Time.Now - began >= TimeSpan.FromSeconds(60));
        Assert.Equal((VerdictStatus.Deliverable, VerdictSource.Test), (cluster.Store.Row(pending.Id)!.Verdict!.Status, cluster.Store.Row(pending.Id)!.Verdict!.Source));
        Assert.Equal(0, cluster.Sessions.TimesAsked(address));
    }

    [Fact]
    public async Task Greylisted_WithAShorterSchedule_IsStillAskedAgain()
    {
        await using var sandbox = await Cluster.StartAsync(new Fakes { Settlement = new(new RetrySchedule([TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)]), Freshness.Default, "rules-1") });
        var address = Cluster.Address("greylisted");
        var pending = (await sandbox.Email(address, test: true).VerifyAsync(Question(address)).InTime())!.Verification;

        Assert.Null(pending.Verdict);
        Assert.Equal(sandbox.Time.Now + TimeSpan.FromSeconds(60), sandbox.Store.Ticket(pending.Id)?.DueAt);
    }

    [Fact]
    public async Task Slow_AnswersAfterSevenSeconds()
    {
        var began = cluster.Time.Now;
        var address = Cluster.Address("slow");
        var asking = cluster.Email(address, test: true).VerifyAsync(Question(address) with { Wait = TimeSpan.FromSeconds(20) }).InTime();

        var answer = await cluster.Time.UntilAsync(asking, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(10));
        Assert.Equal(VerdictSource.Test, answer?.Verification.Verdict?.Source);
        Assert.InRange(cluster.Time.Now - began, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task Worlds_NeverServeEachOther()
    {
        var address = Cluster.Address("rejected-email");
        var live = await cluster.VerifyAsync(address, CustomerIds.Default);
        var test = await cluster.Email(address, test: true).VerifyAsync(Question(address)).InTime();
        Assert.Equal(VerdictStatus.Deliverable, live.Verification.Verdict?.Status);
        Assert.Equal((VerdictStatus.Undeliverable, VerdictSource.Test, false), (test!.Verification.Verdict!.Status, test.Verification.Verdict.Source, test.FromCache));

        // Nor when both are read from the store, where they lie side by side.
        var fresh = test.Verification with { Verdict = test.Verification.Verdict with { FreshUntil = cluster.Time.Now.AddDays(1), FoundAt = cluster.Time.Now.AddSeconds(1) } };
        cluster.Store.Put(fresh);
        await cluster.Silos.DeactivateAsync(cluster.Email(address));
        await cluster.Silos.DeactivateAsync(cluster.Email(address, test: true));
        Assert.Equal(live.Verification.Id, (await cluster.VerifyAsync(address, CustomerIds.Default)).Verification.Id);
        Assert.Equal(fresh.Id, (await cluster.Email(address, test: true).VerifyAsync(Question(address)).InTime())?.Verification.Id);
    }

    [Fact]
    public async Task Quota_IsRefusedAtTheDoorAndElseADefect()
    {
        var address = Cluster.Address("insufficient-balance");
        var answer = await cluster.Email(address, test: true).VerifyAsync(Question(address)).InTime();

        Assert.Equal(VerdictReason.TemporaryFailure, answer?.Verification.Pending?.Cause);
    }

    [Fact]
    public void EmailKey_TellsTheWorldsApartAndLooksLikeNoNumber()
    {
        var hash = new AddressHash(0xab);

        Assert.Equal("h-000000000000000000000000000000ab", EmailKey.Of(hash, test: false));
        Assert.Equal("t-000000000000000000000000000000ab", EmailKey.Of(hash, test: true));
        Assert.Equal(EmailKey.Live.Length, EmailKey.Test.Length);
    }

    private static EmailQuestion Question(string address) => Cluster.Question(address, Customer);
}
