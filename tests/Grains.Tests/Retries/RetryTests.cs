using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Lanes;
using EmailVerify.Grains.Retries;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Retries;

public sealed class RetryTests : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);
    private readonly Fakes fakes = new() { Settlement = new(new RetrySchedule([TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3)]), Freshness.Default, "rules-1") };
    private readonly Fakes several = new()
    {
        Settlement = new(new RetrySchedule([TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3)]), Freshness.Default, "rules-1"),
        Plan = new LanePlan([.. Enumerable.Range(1, 3).Select(number => new Egress($"eg-{number}", null, $"mail-{number}.example.org", $"probe-{number}@example.org"))], TlsMode.Opportunistic, new ProbeTimeouts(), Enforce: true),
    };

    private Cluster cluster = null!;

    public async ValueTask InitializeAsync() => cluster = await Cluster.StartAsync(fakes);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task Retry_OfWhatWasPutOff_ComesAtItsTimeAndEndsAsUnknownAfterTheLastTry()
    {
        var address = Cluster.Address("later");
        var began = fakes.Time.Now;
        var pending = (await cluster.VerifyAsync(address)).Verification;
        Assert.Equal(began + TimeSpan.FromMinutes(1), pending.Pending?.NextAttemptAt);

        await fakes.Time.UntilAsync(() => fakes.Store.Row(pending.Id)?.Verdict is not null, Step, TimeSpan.FromMinutes(5));
        var ended = fakes.Store.Row(pending.Id)!;
        Assert.Equal((VerdictStatus.Unknown, VerdictReason.Greylisted, 3), (ended.Verdict!.Status, ended.Verdict.Reason, ended.Attempts));
        Assert.Null(fakes.Store.Ticket(pending.Id));
        var asked = fakes.Sessions.Asked.Select(one => one.At - began).ToArray();
        Assert.Equal(3, asked.Length);
        Assert.InRange(asked[1], TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(70));
        Assert.InRange(asked[2], asked[1] + TimeSpan.FromMinutes(3), asked[1] + TimeSpan.FromSeconds(190));
        Assert.Equal([true, true, false], ended.Evidence.Select(one => one.RetryAt is not null));
    }

    // Its row was made due, as a neighbour's death makes all that is in work, and was taken before the attempt that was under way put it off.
    [Fact]
    public async Task Retry_OfWhatWasPutOffSince_WaitsForItsTime()
    {
        var address = Cluster.Address("later");
        var pending = (await cluster.VerifyAsync(address)).Verification;
        var ticket = fakes.Store.Ticket(pending.Id)!;
        await cluster.Email(address).RetryAsync(ticket with { DueAt = ticket.DueAt - TimeSpan.FromSeconds(50) });
        await cluster.Email(address).RetryAsync(ticket with { DueAt = ticket.DueAt - TimeSpan.FromSeconds(50) });
        Assert.Equal(1, fakes.Sessions.TimesAsked(address));

        await cluster.Email(address).RetryAsync(ticket);
        await FakeTime.SeenAsync(() => fakes.Sessions.TimesAsked(address) == 2);
    }

    [Fact]
    public async Task Retry_OfWhatWasPutOff_ComesFromTheSameEgressAndSenderForTheSameRecipient()
    {
        // Greylisting knows a stranger by these three: another of them begins its wait anew.
        await using var many = await Cluster.StartAsync(several);
        var addresses = Enumerable.Range(0, 12).Select(_ => Cluster.Address("later")).ToArray();
        var pending = await Task.WhenAll(addresses.Select(async address => (await many.VerifyAsync(address)).Verification));

        await several.Time.UntilAsync(() => pending.All(one => several.Store.Row(one.Id)?.Verdict is not null), Step, TimeSpan.FromMinutes(6));
        var asked = several.Sessions.AskedBy.ToLookup(one => one.Address, one => one.Egress, StringComparer.Ordinal);
        Assert.All(addresses, address => Assert.Equal((3, 1), (asked[address].Count(), asked[address].Distinct().Count())));
        Assert.True(several.Sessions.AskedBy.Select(one => one.Egress.Name).Distinct(StringComparer.Ordinal).Count() > 1);
    }

    [Fact]
    public async Task Retry_WhenTheServerTakesIt_EndsWithItsVerdict()
    {
        var address = Cluster.Address("later");
        var pending = (await cluster.VerifyAsync(address)).Verification;
        fakes.Sessions.Answers[address] = ReplyMeaning.MailboxExists;

        await fakes.Time.UntilAsync(() => fakes.Store.Row(pending.Id)?.Verdict is not null, Step, TimeSpan.FromMinutes(2));
        Assert.Equal(VerdictReason.AcceptedEmail, fakes.Store.Row(pending.Id)?.Verdict?.Reason);
        Assert.Equal(2, fakes.Store.Row(pending.Id)?.Attempts);
    }

    [Fact]
    public async Task Retry_OfWhatTheLaneDidNotAsk_CostsNoTry()
    {
        var domain = Cluster.Domain();
        _ = await cluster.VerifyAsync("blockus@" + domain);
        var pending = (await cluster.VerifyAsync("ok@" + domain)).Verification;
        Assert.Equal((VerdictReason.BlockedByPolicy, 0), (pending.Pending!.Cause, pending.Attempts));

        await fakes.Time.UntilAsync(() => fakes.Store.Row(pending.Id)?.Verdict is not null, Step, TimeSpan.FromMinutes(3));
        Assert.Equal((VerdictReason.AcceptedEmail, 1), (fakes.Store.Row(pending.Id)!.Verdict!.Reason, fakes.Store.Row(pending.Id)!.Attempts));
    }

    [Fact]
    public async Task Retry_AfterADefectInASession_CostsNoTry()
    {
        var address = Cluster.Address("boom");
        var pending = (await cluster.VerifyAsync(address)).Verification;
        Assert.Equal((VerdictReason.TemporaryFailure, 0), (pending.Pending!.Cause, pending.Attempts));

        fakes.Sessions.Answers[address] = ReplyMeaning.NoSuchMailbox;
        await fakes.Time.UntilAsync(() => fakes.Store.Row(pending.Id)?.Verdict is not null, Step, TimeSpan.FromSeconds(80));
        Assert.Equal(VerdictReason.RejectedEmail, fakes.Store.Row(pending.Id)?.Verdict?.Reason);
    }

    [Fact]
    public async Task Retry_OfADomainThatNamedAPause_WaitsForItWhoeverAsks()
    {
        var domain = Cluster.Domain();
        _ = await cluster.VerifyAsync("slow@" + domain);
        var pausedUntil = fakes.Time.Now + TimeSpan.FromMinutes(20);
        var next = (await cluster.VerifyAsync("ok@" + domain)).Verification;

        // The schedule ends before the pause: it ends as what it is.
        Assert.Equal((VerdictReason.RateLimited, 0), (next.Verdict!.Reason, next.Attempts));
        Assert.Equal(pausedUntil, fakes.Store.Domain(domain)?.PausedUntil);
    }

    [Fact]
    public async Task Retry_WhileTheFlightStillRuns_AsksNoSecondTime()
    {
        var address = Cluster.Address("ok");
        var smtp = fakes.Sessions.Hold(address);
        var accepted = (await cluster.Email(address).VerifyAsync(Cluster.Question(address) with { Wait = TimeSpan.Zero }).InTime())!.Verification;
        await fakes.Time.UntilAsync(() => fakes.Store.Leases >= 2, Step, TimeSpan.FromMinutes(6));
        Assert.Equal(1, fakes.Sessions.TimesAsked(address));

        smtp.Open();
        await FakeTime.SeenAsync(() => fakes.Store.Row(accepted.Id)?.Verdict is not null);
        Assert.Null(fakes.Store.Ticket(accepted.Id));
    }

    [Fact]
    public async Task Retry_AfterTheGrainWasCollected_ReadsTheRow()
    {
        var address = Cluster.Address("later");
        var pending = (await cluster.VerifyAsync(address)).Verification;
        await cluster.Silos.DeactivateAsync(cluster.Email(address));
        fakes.Sessions.Answers[address] = ReplyMeaning.NoSuchMailbox;

        // The same customer asks anew meanwhile: both end by one attempt's answer.
        await fakes.Time.UntilAsync(() => fakes.Store.Row(pending.Id)?.Verdict is not null, Step, TimeSpan.FromMinutes(2));
        Assert.Equal((2, VerdictReason.RejectedEmail), (fakes.Store.Row(pending.Id)!.Attempts, fakes.Store.Row(pending.Id)!.Verdict!.Reason));
    }

    [Fact]
    public async Task Retry_OfAnOlderQuestionOfTheSameCustomer_IsNotStarvedByANewerOne()
    {
        var address = Cluster.Address("later");
        var older = (await cluster.VerifyAsync(address)).Verification;
        await cluster.Silos.DeactivateAsync(cluster.Email(address));
        var newer = older with { Id = older.Id + "n", CreatedAt = older.CreatedAt.AddSeconds(1) };
        fakes.Store.Put(newer, fakes.Store.Ticket(older.Id)! with { VerificationId = newer.Id });

        await fakes.Time.UntilAsync(() => fakes.Store.Row(older.Id)?.Verdict is not null && fakes.Store.Row(newer.Id)?.Verdict is not null, Step, TimeSpan.FromMinutes(5));
        Assert.Equal(3, fakes.Store.Row(older.Id)?.Attempts);
        Assert.Equal(3, fakes.Store.Row(newer.Id)?.Attempts);
    }

    [Fact]
    public async Task Retry_AfterARestart_FinishesWhatIsDue()
    {
        var address = Cluster.Address("ok");
        _ = fakes.Sessions.Hold(address);
        var accepted = (await cluster.Email(address).VerifyAsync(Cluster.Question(address) with { Wait = TimeSpan.Zero }).InTime())!.Verification;
        await cluster.Silos.KillSiloAsync(cluster.Silos.Silos[0], TestContext.Current.CancellationToken);
        await cluster.DisposeAsync();
        Assert.Null(fakes.Store.Row(accepted.Id)?.Verdict);

        fakes.Time.Clock.Advance(Settlement.ProbeDeadline);
        cluster = await Cluster.StartAsync(fakes);
        await fakes.Time.UntilAsync(() => fakes.Store.Row(accepted.Id)?.Verdict is not null, Step, TimeSpan.FromSeconds(30));
        Assert.Null(fakes.Store.Ticket(accepted.Id));
    }

    [Fact]
    public async Task Work_WhereTheStoreFails_BacksOffAndGoesOn()
    {
        var address = Cluster.Address("later");
        var pending = (await cluster.VerifyAsync(address)).Verification;
        var line = $"take {pending.AddressHash.Shard(RetryTicket.Shards)}";
        fakes.Store.Fails = line;
        var before = fakes.Store.Count(line);
        await fakes.Time.PassAsync(TimeSpan.FromSeconds(90), Step);

        // From the time that it is due every five seconds.
        Assert.InRange(fakes.Store.Count(line) - before, 3, 8);
        fakes.Store.Fails = null;
        await fakes.Time.UntilAsync(() => fakes.Sessions.TimesAsked(address) == 2, Step, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Work_WhereAGrainCannotReadTheStore_IsToldAgainInTheSameLease()
    {
        var address = Cluster.Address("later");
        var pending = (await cluster.VerifyAsync(address)).Verification;
        await cluster.Silos.DeactivateAsync(cluster.Email(address));
        fakes.Store.Fails = "recall";
        await fakes.Time.UntilAsync(() => fakes.Store.Count("recall") >= 3, Step, TimeSpan.FromMinutes(2));
        fakes.Store.Fails = null;

        Assert.Equal(1, fakes.Sessions.TimesAsked(address));
        await fakes.Time.UntilAsync(() => fakes.Sessions.TimesAsked(address) == 2, Step, TimeSpan.FromSeconds(20));
        Assert.Equal(1, fakes.Store.Leases);
        Assert.NotNull(fakes.Store.Ticket(pending.Id));
    }

    [Fact]
    public async Task Work_ByMoreRowsThanOneTake_GoesOnAtOnce()
    {
        var address = Cluster.Address("ok");
        var hash = Cluster.HashOf(address);
        var now = fakes.Time.Now;
        for (var number = 0; number < 230; number++)
        {
            var verification = new Verification { Id = $"ver_{number:000}", CustomerId = "cus_a", AddressHash = hash, Email = address, CreatedAt = now, Pending = new Pending(now, null, now, now.AddHours(1)) };
            fakes.Store.Put(verification, new RetryTicket(verification.Id, "cus_a", hash, now, null, 0));
        }

        await cluster.Grains.GetGrain<IRetryGrain>(RetryKey.Of(hash.Shard(RetryTicket.Shards))).WakeAsync(now).InTime();
        await fakes.Time.UntilAsync(() => fakes.Store.RowsOf(address).All(row => row.Verdict is not null), TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(20));
        Assert.InRange(fakes.Sessions.TimesAsked(address), 1, 5);
    }

    [Fact]
    public async Task Work_ByWhatFellDueInAnOutage_BeginsAHundredASecond()
    {
        const int number = 5;
        var domain = Cluster.Domain();
        var shard = cluster.Grains.GetGrain<IRetryGrain>(RetryKey.Of(number));
        await FakeTime.SeenAsync(() => fakes.Store.Count($"next {number}") > 0);
        var now = fakes.Time.Now;
        var addresses = Enumerable.Range(0, 20_000).Select(local => $"ok{local}@{domain}").Where(address => Cluster.HashOf(address).Shard(RetryTicket.Shards) == number);
        foreach (var address in addresses.Take(450))
        {
            var hash = Cluster.HashOf(address);
            var verification = new Verification { Id = $"ver_{address}", CustomerId = "cus_a", AddressHash = hash, Email = address, CreatedAt = now, Pending = new Pending(now, null, now, now.AddHours(1)) };
            fakes.Store.Put(verification, new RetryTicket(verification.Id, "cus_a", hash, now, null, 0));
        }

        for (var second = 1; second <= 4; second++)
        {
            await shard.WakeAsync(now).InTime();
            await fakes.Time.UntilAsync(() => fakes.Store.Leases >= second * 100, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(3));
            Assert.Equal(second * 100, fakes.Store.Leases);
            Assert.True(fakes.Time.Now - now >= TimeSpan.FromSeconds(second - 1));
        }
    }

    [Fact]
    public async Task Reminder_LooksAtTheTable()
    {
        var shard = cluster.Grains.GetGrain<IRetryGrain>(RetryKey.Of(3));
        await fakes.Time.UntilAsync(() => fakes.Store.Count("next 3") > 0, TimeSpan.FromMilliseconds(10), Step);
        var before = fakes.Store.Count("take 3");
        await shard.AsReference<IRemindable>().ReceiveReminder("wake", default, TestContext.Current.CancellationToken);

        await fakes.Time.UntilAsync(() => fakes.Store.Count("take 3") > before, TimeSpan.FromMilliseconds(10), Step);
    }

    [Fact]
    public async Task Retry_OfWhatHasAVerdict_AsksNothing()
    {
        var address = Cluster.Address("no");
        var done = (await cluster.VerifyAsync(address)).Verification;
        await cluster.Email(address).RetryAsync(new RetryTicket(done.Id, "cus_a", done.AddressHash, fakes.Time.Now, null, 1)).InTime();

        Assert.Equal(1, fakes.Sessions.TimesAsked(address));
    }

    // The frontend took the grain for unreachable, which had heard the question all the same.
    [Fact]
    public async Task Retry_OfWhatWasAcceptedInTheGrainsPlace_HasTheVerdictFoundSince()
    {
        var address = Cluster.Address("no");
        Assert.Null(await cluster.Email(address).WaitAsync("cus_a", "ver_none", TimeSpan.Zero));
        var accepted = Accept(address);
        var found = (await cluster.VerifyAsync(address, "cus_other")).Verification;
        Assert.Null(fakes.Store.Row(accepted.VerificationId)!.Verdict);

        await cluster.Email(address).RetryAsync(accepted).InTime();
        await FakeTime.SeenAsync(() => fakes.Store.Row(accepted.VerificationId)!.Verdict is not null);
        var told = fakes.Store.Row(accepted.VerificationId)!;
        Assert.Equal((found.Verdict, found.Attempts, 1), (told.Verdict, told.Attempts, told.Evidence.Length));
        Assert.Null(fakes.Store.Ticket(accepted.VerificationId));
        Assert.Equal(1, fakes.Sessions.TimesAsked(address));
    }

    [Fact]
    public async Task Retry_OfWhatWasAcceptedInTheGrainsPlace_IsAskedWhereNothingWasFoundSince()
    {
        var address = Cluster.Address("no");
        _ = await cluster.VerifyAsync(address, "cus_other");
        await fakes.Time.PassAsync(Step, Step);
        var accepted = Accept(address);
        await cluster.Email(address).RetryAsync(accepted).InTime();
        await FakeTime.SeenAsync(() => fakes.Store.Row(accepted.VerificationId)!.Verdict is not null);
        Assert.Equal(2, fakes.Sessions.TimesAsked(address));
    }

    private RetryTicket Accept(string address)
    {
        var (accepted, ticket) = fakes.Settlement.Accept(Cluster.Question(address).Begin(Cluster.HashOf(address), fakes.Time.Clock), fakes.Time.Now, isBegun: false);
        fakes.Store.Put(accepted);
        return ticket;
    }

    [Fact]
    public async Task Verify_WithoutAnEgress_SaysSo()
    {
        await using var mute = await Cluster.StartAsync(new Fakes { Plan = new([], TlsMode.Opportunistic, new ProbeTimeouts(), Enforce: true) });
        var answer = await mute.VerifyAsync(Cluster.Address("ok"));

        Assert.Equal((VerdictReason.NoEgress, 0), (answer.Verification.Verdict!.Reason, answer.Verification.Attempts));
    }

    [Fact]
    public void RetryKey_OfEveryShard_IsReadBack()
    {
        Assert.Equal(RetryTicket.Shards, RetryKey.All.Count());
        Assert.Equal(Enumerable.Range(0, RetryTicket.Shards), RetryKey.All.Select(RetryKey.ShardOf));
        Assert.Equal("shard-07", RetryKey.Of(7));
    }
}
