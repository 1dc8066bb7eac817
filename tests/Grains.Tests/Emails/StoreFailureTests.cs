using EmailVerify.Core;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Emails;

public sealed class StoreFailureTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    private readonly Cluster cluster = shared.Cluster;

    [Fact]
    public async Task Verify_WhoseVerdictCannotBeStored_TellsNobodyAndWorksNextTime()
    {
        var address = Cluster.Address("ok");
        cluster.Store.Fails = "save cus_a deliverable";
        var smtp = cluster.Sessions.Hold(address);

        // The grain is there, so that its calls come in order; the last of these says that the callers before it stand at the gate.
        _ = await cluster.Email(address).WaitAsync("cus_a", "ver_nobody", TimeSpan.Zero).InTime();
        var callers = Enumerable.Range(0, 5).Select(_ => cluster.VerifyAsync(address)).ToArray();
        await smtp.Reached;
        _ = await cluster.Email(address).WaitAsync("cus_a", "ver_nobody", TimeSpan.Zero).InTime();
        smtp.Open();
        foreach (var caller in callers)
            await Assert.ThrowsAsync<StorageUnavailableException>(() => caller);
        Assert.Empty(cluster.Store.RowsOf(address));

        cluster.Store.Fails = null;
        Assert.Equal(VerdictReason.AcceptedEmail, (await cluster.VerifyAsync(address)).Verification.Verdict?.Reason);
        Assert.Equal(2, cluster.Sessions.TimesAsked(address));
    }

    [Fact]
    public async Task Verify_WhereOneCustomersRowCannotBeStored_TellsTheOther()
    {
        var address = Cluster.Address("ok");
        cluster.Store.Fails = "save cus_bad deliverable";
        var smtp = cluster.Sessions.Hold(address);
        var bad = cluster.VerifyAsync(address, "cus_bad");
        await smtp.Reached;
        var good = cluster.VerifyAsync(address, "cus_good");
        smtp.Open();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => bad);
        Assert.Equal(VerdictReason.AcceptedEmail, (await good).Verification.Verdict?.Reason);
    }

    [Fact]
    public async Task Verify_WhereTheStoreCannotBeRead_HearsOfItAndWorksNextTime()
    {
        var address = Cluster.Address("ok");
        cluster.Store.Fails = "recall";
        await Assert.ThrowsAsync<StorageUnavailableException>(() => cluster.VerifyAsync(address));

        cluster.Store.Fails = null;
        Assert.NotNull((await cluster.VerifyAsync(address)).Verification.Verdict);
    }

    [Fact]
    public async Task Verify_FromTheCacheWhereTheOwnRowCannotBeStored_HearsOfItAndWorksNextTime()
    {
        var address = Cluster.Address("ok");
        _ = await cluster.VerifyAsync(address);
        cluster.Store.Fails = "save cus_b deliverable";
        await Assert.ThrowsAsync<StorageUnavailableException>(() => cluster.VerifyAsync(address, "cus_b"));

        cluster.Store.Fails = null;
        Assert.True((await cluster.VerifyAsync(address, "cus_b")).FromCache);
    }

    [Fact]
    public async Task Verify_WhatWasAcceptedAndCannotBeStored_StaysPendingAndIsStoredWhenItCanBe()
    {
        var address = Cluster.Address("ok");
        var smtp = cluster.Sessions.Hold(address);
        var accepted = (await cluster.Email(address).VerifyAsync(Cluster.Question(address) with { Wait = TimeSpan.Zero }).InTime())!.Verification;
        cluster.Store.Fails = "save cus_a deliverable";
        smtp.Open();
        await FakeTime.SeenAsync(() => cluster.Store.Count("save cus_a deliverable") > 0);

        Assert.Equal(accepted, (await cluster.Email(address).VerifyAsync(Cluster.Question(address) with { Wait = TimeSpan.Zero }).InTime())!.Verification);
        Assert.NotNull(cluster.Store.Ticket(accepted.Id));
        cluster.Store.Fails = null;
        await cluster.Time.UntilAsync(() => cluster.Store.Row(accepted.Id)?.Verdict is not null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        Assert.Null(cluster.Store.Ticket(accepted.Id));
        Assert.Equal(1, cluster.Sessions.TimesAsked(address));
    }

    [Fact]
    public async Task Verify_WhereTheProberFails_IsAskedAgainSoonAtNoCost()
    {
        var address = Cluster.Address("ok");
        cluster.Store.Fails = "domain " + address[3..];
        var pending = (await cluster.VerifyAsync(address)).Verification;
        Assert.Equal((VerdictReason.TemporaryFailure, 0), (pending.Pending!.Cause, pending.Attempts));
        Assert.Equal(cluster.Time.Now + TimeSpan.FromSeconds(10), pending.Pending.NextAttemptAt);

        cluster.Store.Fails = null;
        await cluster.Time.UntilAsync(() => cluster.Store.Row(pending.Id)?.Verdict is not null, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(15));
        Assert.Equal(1, cluster.Store.Row(pending.Id)?.Attempts);
    }
}
