using EmailVerify.Core;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Emails;

public sealed class AcceptTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    private readonly Cluster cluster = shared.Cluster;

    [Fact]
    public async Task Accept_AtTheEndOfTheWait_IsStoredWithItsTicketBeforeTheAnswer()
    {
        var address = Cluster.Address("ok");
        var smtp = cluster.Sessions.Hold(address);
        var commit = cluster.Store.Hold("save cus_1 pending");
        var asking = cluster.Email(address).VerifyAsync(Now(address, "cus_1")).InTime();
        await commit.Reached;
        Assert.False(asking.IsCompleted);
        commit.Open();
        var accepted = (await asking)!.Verification;

        Assert.Null(accepted.Verdict);
        Assert.Equal(accepted, cluster.Store.Row(accepted.Id));
        Assert.Equal(cluster.Time.Now + Settlement.ProbeDeadline, cluster.Store.Ticket(accepted.Id)?.DueAt);
        Assert.Equal(cluster.Time.Now + Settlement.ProbeDeadline, accepted.Pending?.NextAttemptAt);

        // The verdict that comes later removes the row of retries, and those who wait hear of it.
        var waiting = cluster.Email(address).WaitAsync("cus_1", accepted.Id, TimeSpan.FromSeconds(5)).InTime();
        smtp.Open();
        Assert.Equal(VerdictReason.AcceptedEmail, (await waiting)?.Verification.Verdict?.Reason);
        Assert.Null(cluster.Store.Ticket(accepted.Id));
        Assert.NotNull(cluster.Store.Row(accepted.Id)?.Verdict);
    }

    // On a silo that was cut off an activation went on, and told its verdict before this one had its own.
    [Fact]
    public async Task Accept_WhereAnotherActivationWasFirst_EndsWithWhatThatTold()
    {
        var address = Cluster.Address("ok");
        var smtp = cluster.Sessions.Hold(address);
        var accepted = (await cluster.Email(address).VerifyAsync(Now(address, "cus_first")).InTime())!.Verification;
        var another = (await cluster.VerifyAsync(Cluster.Address("ok"))).Verification;
        var first = accepted with { Pending = null, Verdict = another.Verdict! with { Reason = VerdictReason.MailboxFull, Status = VerdictStatus.Risky } };
        Assert.True(await cluster.Store.SaveAsync(first, null));

        var waiting = cluster.Email(address).WaitAsync("cus_first", accepted.Id, TimeSpan.FromSeconds(5)).InTime();
        smtp.Open();
        Assert.Equal(first, (await waiting)?.Verification);
        Assert.Equal(first, cluster.Store.Row(accepted.Id));
        Assert.Equal(first, (await cluster.VerifyAsync(address, "cus_first")).Verification);
    }

    [Fact]
    public async Task Accept_InMidCommitWhenTheFlightEnds_DoesNotOverwriteTheVerdict()
    {
        var address = Cluster.Address("ok");
        var smtp = cluster.Sessions.Hold(address);
        var commit = cluster.Store.Hold("save cus_2 pending");
        var other = cluster.VerifyAsync(address, "cus_other");
        await smtp.Reached;
        var asking = cluster.Email(address).VerifyAsync(Now(address, "cus_2")).InTime();
        await commit.Reached;
        smtp.Open();
        _ = await other;
        Assert.Equal(0, cluster.Store.Count("save cus_2 deliverable"));
        commit.Open();

        var id = (await asking)!.Verification.Id;
        await FakeTime.SeenAsync(() => cluster.Store.Row(id)?.Verdict is not null);
        Assert.Null(cluster.Store.Ticket(id));
        Assert.Equal(VerdictReason.AcceptedEmail, (await cluster.Email(address).WaitAsync("cus_2", id, TimeSpan.Zero).InTime())?.Verification.Verdict?.Reason);
        Assert.Equal(1, cluster.Store.Count("save cus_2 pending"));
    }

    [Fact]
    public async Task Accept_WhileTheVerdictIsCommitted_IsAnsweredWithTheVerdict()
    {
        var address = Cluster.Address("ok");
        var commit = cluster.Store.Hold("save cus_3 deliverable");
        var asking = cluster.VerifyAsync(address, "cus_3");
        await commit.Reached;
        var late = cluster.Email(address).VerifyAsync(Now(address, "cus_3")).InTime();

        // Another call of the grain has had its turn by then: the late one stands at the commit.
        _ = await cluster.Email(address).WaitAsync("cus_3", "ver_nobody", TimeSpan.Zero).InTime();
        Assert.False(late.IsCompleted);
        commit.Open();

        var answer = (await late)!.Verification;
        Assert.Equal(VerdictReason.AcceptedEmail, answer.Verdict?.Reason);
        Assert.Equal((await asking).Verification.Id, answer.Id);
        Assert.Null(cluster.Store.Ticket(answer.Id));
        Assert.Equal(0, cluster.Store.Count("save cus_3 pending"));
    }

    [Fact]
    public async Task Accept_WhileTheVerdictCannotBeCommitted_HearsWhy()
    {
        var address = Cluster.Address("ok");
        var commit = cluster.Store.Hold("save cus_4 deliverable");
        cluster.Store.Fails = "save cus_4 deliverable";
        var asking = cluster.VerifyAsync(address, "cus_4");
        await commit.Reached;
        var late = cluster.Email(address).VerifyAsync(Now(address, "cus_4")).InTime();
        _ = await cluster.Email(address).WaitAsync("cus_4", "ver_nobody", TimeSpan.Zero).InTime();
        commit.Open();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => asking);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => late);
        Assert.Empty(cluster.Store.RowsOf(address));
    }

    [Fact]
    public async Task Accept_ThatCannotBeStored_IsToldAndTheFlightGoesOn()
    {
        var address = Cluster.Address("ok");
        var smtp = cluster.Sessions.Hold(address);
        cluster.Store.Fails = "save cus_5 pending";

        await Assert.ThrowsAsync<StorageUnavailableException>(() => cluster.Email(address).VerifyAsync(Now(address, "cus_5")).InTime());
        var asking = cluster.VerifyAsync(address, "cus_5");
        smtp.Open();
        Assert.Equal(VerdictReason.AcceptedEmail, (await asking).Verification.Verdict?.Reason);
        Assert.Equal(1, cluster.Sessions.TimesAsked(address));
    }

    [Fact]
    public async Task Verify_WithoutAcceptAtTheEndOfTheWait_SaysNothingAndGoesOn()
    {
        var address = Cluster.Address("ok");
        var smtp = cluster.Sessions.Hold(address);

        Assert.Null(await cluster.Email(address).VerifyAsync(Now(address, "cus_6") with { Accept = false }).InTime());
        smtp.Open();
        Assert.Equal(VerdictReason.AcceptedEmail, (await cluster.VerifyAsync(address, "cus_6")).Verification.Verdict?.Reason);
        Assert.Equal(1, cluster.Sessions.TimesAsked(address));
        Assert.Equal(0, cluster.Store.Count("save cus_6 pending"));
    }

    [Fact]
    public async Task Verify_ForAWhile_EndsWithTheWait()
    {
        var address = Cluster.Address("ok");
        _ = cluster.Sessions.Hold(address);
        var began = cluster.Time.Now;
        var asking = cluster.Email(address).VerifyAsync(Cluster.Question(address, "cus_7") with { Wait = TimeSpan.FromSeconds(2) }).InTime();

        var answer = await cluster.Time.UntilAsync(asking, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(3));
        Assert.NotNull(answer?.Verification.Pending);
        Assert.True(cluster.Time.Now - began >= TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Wait_KnowsOnlyWhatIsTheCustomers()
    {
        var address = Cluster.Address("ok");
        _ = cluster.Sessions.Hold(address);
        var accepted = (await cluster.Email(address).VerifyAsync(Now(address, "cus_8")).InTime())!.Verification;

        Assert.Null(await cluster.Email(address).WaitAsync("cus_9", accepted.Id, TimeSpan.Zero).InTime());
        Assert.Null(await cluster.Email(address).WaitAsync("cus_8", "ver_other", TimeSpan.Zero).InTime());
        var waiting = cluster.Email(address).WaitAsync("cus_8", accepted.Id, TimeSpan.FromSeconds(1)).InTime();
        Assert.Equal(accepted, (await cluster.Time.UntilAsync(waiting, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(2)))?.Verification);
    }

    private static Grains.Emails.EmailQuestion Now(string address, string customer) => Cluster.Question(address, customer) with { Wait = TimeSpan.Zero };
}
