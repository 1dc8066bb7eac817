using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Emails;

public sealed class SingleFlightTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    private readonly Cluster cluster = shared.Cluster;

    [Fact]
    public async Task Verify_ByAHundredAtOnce_AsksOnceAndStoresOneRow()
    {
        var address = Cluster.Address("ok");
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => cluster.VerifyAsync(address)));

        Assert.Equal(1, cluster.Sessions.TimesAsked(address));
        Assert.All(answers, answer => Assert.Equal(VerdictReason.AcceptedEmail, answer.Verification.Verdict?.Reason));
        Assert.Single(answers.Select(answer => answer.Verification.Id).Distinct(StringComparer.Ordinal));
        Assert.Single(cluster.Store.RowsOf(address));
    }

    [Fact]
    public async Task Verify_ByThreeCustomers_AsksOnceAndTellsEachWhenItsOwnRowIsStored()
    {
        var address = Cluster.Address("ok");
        var smtp = cluster.Sessions.Hold(address);
        var commit = cluster.Store.Hold("save cus_held deliverable");
        var held = cluster.VerifyAsync(address, "cus_held");
        await smtp.Reached;
        var others = new[] { cluster.VerifyAsync(address, "cus_b"), cluster.VerifyAsync(address, "cus_c") };
        smtp.Open();
        var told = await Task.WhenAll(others).InTime();
        await commit.Reached;

        Assert.False(held.IsCompleted);
        Assert.Equal(2, cluster.Store.RowsOf(address).Length);
        commit.Open();
        string[] ids = [(await held).Verification.Id, .. told.Select(answer => answer.Verification.Id)];
        Assert.Equal(ids.Order(StringComparer.Ordinal), cluster.Store.RowsOf(address).Select(row => row.Id), StringComparer.Ordinal);
        Assert.Equal(1, cluster.Sessions.TimesAsked(address));
        Assert.All(cluster.Store.RowsOf(address), row => Assert.Null(cluster.Store.Ticket(row.Id)));
    }

    [Fact]
    public async Task Verify_ByOneWhoComesWhileAnUnknownIsStored_GetsAnAttemptOfItsOwn()
    {
        var address = Cluster.Address("odd");
        cluster.Sessions.Answers[address] = ReplyMeaning.Other;
        var commit = cluster.Store.Hold("save cus_first unknown");
        var first = cluster.VerifyAsync(address, "cus_first");
        await commit.Reached;
        var second = cluster.VerifyAsync(address, "cus_second");
        commit.Open();

        Assert.Equal(VerdictStatus.Unknown, (await first).Verification.Verdict?.Status);
        Assert.Equal(VerdictStatus.Unknown, (await second).Verification.Verdict?.Status);
        Assert.Equal(2, cluster.Sessions.TimesAsked(address));
    }

    [Fact]
    public async Task Verify_WherePutOffForAnother_CostsThatOneNoTry()
    {
        var address = Cluster.Address("later");
        var first = await cluster.VerifyAsync(address, "cus_put");
        _ = await cluster.VerifyAsync(address, "cus_x");
        _ = await cluster.VerifyAsync(address, "cus_y");

        Assert.Equal(1, cluster.Store.Row(first.Verification.Id)?.Attempts);
        Assert.Equal(first.Verification.Pending!.NextAttemptAt, cluster.Store.Ticket(first.Verification.Id)?.DueAt);
        Assert.Equal(3, cluster.Sessions.TimesAsked(address));

        // A verdict ends it at once, whoever's question found it.
        cluster.Sessions.Answers[address] = ReplyMeaning.MailboxExists;
        _ = await cluster.VerifyAsync(address, "cus_z");
        await FakeTime.SeenAsync(() => cluster.Store.Row(first.Verification.Id)?.Verdict is not null);
        Assert.Null(cluster.Store.Ticket(first.Verification.Id));
    }

    [Fact]
    public async Task Verify_WhatIsPutOff_AnswersItsCustomerAtOnce()
    {
        var address = Cluster.Address("later");
        var first = await cluster.VerifyAsync(address);
        var second = await cluster.VerifyAsync(address);

        Assert.Equal(first.Verification.Id, second.Verification.Id);
        Assert.Equal(VerdictReason.Greylisted, second.Verification.Pending?.Cause);
        Assert.Equal(1, cluster.Sessions.TimesAsked(address));
    }

    [Fact]
    public async Task Verify_AgainWhileFresh_IsServedFromTheCache()
    {
        var address = Cluster.Address("no");
        var first = await cluster.VerifyAsync(address);
        var second = await cluster.VerifyAsync(address);

        Assert.False(first.FromCache);
        Assert.True(second.FromCache);
        Assert.Equal(first.Verification.Id, second.Verification.Id);
        Assert.Equal(VerdictReason.RejectedEmail, second.Verification.Verdict?.Reason);
        Assert.Equal(1, cluster.Sessions.TimesAsked(address));
    }

    [Fact]
    public async Task Verify_WithAMaxAge_AsksAnewWhatIsAsOld()
    {
        var address = Cluster.Address("ok");
        _ = await cluster.VerifyAsync(address);
        cluster.Time.Clock.Advance(TimeSpan.FromMinutes(5));
        var email = cluster.Email(address);

        Assert.True((await email.VerifyAsync(Cluster.Question(address) with { MaxAge = TimeSpan.FromMinutes(6) }).InTime())?.FromCache);
        Assert.False((await email.VerifyAsync(Cluster.Question(address) with { MaxAge = TimeSpan.FromMinutes(5) }).InTime())?.FromCache);
        Assert.False((await email.VerifyAsync(Cluster.Question(address) with { MaxAge = TimeSpan.Zero }).InTime())?.FromCache);
        Assert.Equal(3, cluster.Store.RowsOf(address).Length);
    }

    [Fact]
    public async Task Verify_WhatAnotherCustomerFound_GetsARowOfItsOwnOnce()
    {
        var address = Cluster.Address("ok");
        var found = await cluster.VerifyAsync(address, "cus_a");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.VerifyAsync(address, "cus_b")));

        var own = Assert.Single(cluster.Store.RowsOf(address), row => row.CustomerId is "cus_b");
        Assert.All(answers, answer => Assert.Equal((own.Id, true), (answer.Verification.Id, answer.FromCache)));
        Assert.Equal(("cus_b", found.Verification.Verdict), (own.CustomerId, own.Verdict));
        Assert.Equal(1, cluster.Sessions.TimesAsked(address));
    }

    [Fact]
    public async Task Verify_ByMoreCustomersThanAreKept_StaysBoundedAndRight()
    {
        var address = Cluster.Address("ok");
        var first = await cluster.VerifyAsync(address, "cus_00");
        for (var number = 1; number < 20; number++)
            Assert.Equal(first.Verification.Verdict, (await cluster.VerifyAsync(address, $"cus_{number:00}")).Verification.Verdict);

        Assert.Equal(20, cluster.Store.RowsOf(address).Length);
        Assert.Equal(1, cluster.Sessions.TimesAsked(address));
    }

    [Fact]
    public async Task Verify_AfterTheGrainWasCollected_FindsTheStoredVerdict()
    {
        var address = Cluster.Address("ok");
        var first = await cluster.VerifyAsync(address);
        await cluster.Silos.DeactivateAsync(cluster.Email(address));

        var again = await cluster.VerifyAsync(address);
        Assert.Equal((first.Verification.Id, true), (again.Verification.Id, again.FromCache));
    }

    [Fact]
    public async Task Verify_WhatIsPutOffAfterTheGrainWasCollected_IsNotAskedBeforeItsTime()
    {
        var address = Cluster.Address("later");
        var first = await cluster.VerifyAsync(address);
        await cluster.Silos.DeactivateAsync(cluster.Email(address));

        var again = await cluster.VerifyAsync(address);
        Assert.Equal((first.Verification.Id, VerdictReason.Greylisted), (again.Verification.Id, again.Verification.Pending?.Cause));
        Assert.Equal(1, cluster.Sessions.TimesAsked(address));
        Assert.Single(cluster.Store.RowsOf(address));

        // Who waits for it is told by the grain that goes on.
        cluster.Sessions.Answers[address] = ReplyMeaning.MailboxExists;
        await cluster.Silos.DeactivateAsync(cluster.Email(address));
        var waiting = cluster.Email(address).WaitAsync("cus_a", first.Verification.Id, TimeSpan.FromHours(1)).InTime();
        await cluster.Email(address).RetryAsync(cluster.Store.Ticket(first.Verification.Id)!);
        Assert.Equal(VerdictReason.AcceptedEmail, (await waiting)?.Verification.Verdict?.Reason);
    }

    [Fact]
    public async Task Verify_WhatAnEarlierActivationEnded_IsNotPendingForEver()
    {
        var address = Cluster.Address("ok");
        var verdict = (await cluster.VerifyAsync(address)).Verification;
        var accepted = verdict with { Id = verdict.Id + "n", Verdict = null, Pending = new Pending(cluster.Time.Now, null, cluster.Time.Now.AddMinutes(3), cluster.Time.Now.AddHours(1)) };
        cluster.Store.Put(accepted);
        await cluster.Silos.DeactivateAsync(cluster.Email(address));
        var question = Cluster.Question(address) with { MaxAge = TimeSpan.Zero };
        Assert.Null((await cluster.Email(address).VerifyAsync(question).InTime())?.Verification.Verdict);

        cluster.Store.Put(verdict with { Id = accepted.Id });
        Assert.NotNull((await cluster.Email(address).WaitAsync("cus_a", accepted.Id, TimeSpan.Zero).InTime())?.Verification.Verdict);
        Assert.NotNull((await cluster.Email(address).VerifyAsync(question).InTime())?.Verification.Verdict);
    }

    [Theory]
    [InlineData("x@[192.0.2.1]", VerdictReason.AddressLiteral, VerdictSource.Syntax)]
    public async Task Verify_WhatNeedsNoServer_AsksNone(string address, VerdictReason reason, VerdictSource source)
    {
        var answer = await cluster.VerifyAsync(address);

        Assert.Equal((reason, source), (answer.Verification.Verdict!.Reason, answer.Verification.Verdict.Source));
        Assert.Equal(0, cluster.Sessions.TimesAsked(address));
    }

    [Fact]
    public async Task Verify_ADomainThatDoesNotExist_IsTheDnsVerdict()
    {
        var address = Cluster.Address("ok");
        cluster.Dns.Outcomes[address[3..]] = DnsOutcome.NxDomain;

        var verdict = (await cluster.VerifyAsync(address)).Verification.Verdict!;
        Assert.Equal((VerdictReason.InvalidDomain, VerdictSource.Dns), (verdict.Reason, verdict.Source));
    }

    [Theory]
    [InlineData("", false, VerdictReason.AcceptedEmail)]
    [InlineData("all-", true, VerdictReason.AcceptAll)]
    public async Task Verify_WithItsDecoys_SaysWhetherTheDomainAcceptsAll(string prefix, bool acceptAll, VerdictReason reason)
    {
        var answer = await cluster.VerifyAsync(Cluster.Address("ok", prefix));

        Assert.Equal((reason, acceptAll), (answer.Verification.Verdict!.Reason, answer.Verification.Verdict.AcceptAll));
        Assert.NotEmpty(Assert.Single(answer.Verification.Evidence).Decoys);
    }

    [Fact]
    public async Task Verify_WhereABackupTakesEverything_IsNotJudgedByWhatThePrimaryDoesWithDecoys()
    {
        var domain = Cluster.Domain("two-open-");
        Assert.Equal(VerdictReason.AcceptedEmail, (await cluster.VerifyAsync("ok1@" + domain)).Verification.Verdict?.Reason);
        cluster.Sessions.Down["mx." + domain] = true;
        await cluster.Time.UntilAsync(() => cluster.Sessions.Quit.Contains("mx." + domain, StringComparer.Ordinal), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(10));

        Assert.Equal(VerdictReason.AcceptAll, (await cluster.VerifyAsync("ok2@" + domain)).Verification.Pending?.Cause);
        Assert.Equal(CatchAllState.AcceptsDecoys, cluster.Store.Domain($"{domain}/backup.{domain}")?.CatchAll.State);

        // The primary is back, and what the backup does is nothing that is known of it.
        cluster.Sessions.Down.Clear();
        await cluster.Time.UntilAsync(() => cluster.Sessions.Quit.Contains("backup." + domain, StringComparer.Ordinal), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(10));
        Assert.Equal(VerdictReason.AcceptedEmail, (await cluster.VerifyAsync("ok3@" + domain)).Verification.Verdict?.Reason);
        Assert.Equal(CatchAllState.RefusesDecoys, cluster.Store.Domain(domain)?.CatchAll.State);
    }

    [Fact]
    public async Task Verify_WhereABackupKnowsItsMailboxes_IsJudgedByWhatItDoesWithDecoys()
    {
        var domain = Cluster.Domain("two-");
        cluster.Sessions.Down["mx." + domain] = true;

        var found = (await cluster.VerifyAsync("ok1@" + domain)).Verification;
        Assert.Equal((VerdictReason.AcceptedEmail, Signs.BackupExchanger), (found.Verdict?.Reason, found.Evidence[0].Signs & Signs.BackupExchanger));
        Assert.Null(cluster.Store.Domain(domain)?.CatchAll is { Samples: > 0 } samples ? samples : null);
    }

    [Fact]
    public async Task Verify_ARefusalWhereDecoysAreAccepted_IsAskedAgainBeforeItIsBelieved()
    {
        var domain = Cluster.Domain("all-");
        Assert.Equal(VerdictReason.AcceptAll, (await cluster.VerifyAsync("ok1@" + domain)).Verification.Verdict?.Reason);

        var doubted = (await cluster.VerifyAsync("no2@" + domain)).Verification;
        Assert.Equal((null, VerdictReason.AcceptAll), (doubted.Verdict, doubted.Pending?.Cause));
        Assert.True(doubted.Evidence[0].Signs.HasFlag(Signs.RefusalDoubted));
    }

    [Fact]
    public async Task Verify_GreylistedWhereAnotherWasRefusedAtOnce_NamesIt()
    {
        var domain = Cluster.Domain();
        Assert.Equal(VerdictReason.RejectedEmail, (await cluster.VerifyAsync("no1@" + domain)).Verification.Verdict?.Reason);

        var putOff = (await cluster.VerifyAsync("later2@" + domain)).Verification;
        Assert.Equal((VerdictReason.Greylisted, Signs.KnownOnlyGreylisting), (putOff.Pending?.Cause, putOff.Evidence[0].Signs));
    }

    [Fact]
    public async Task Verify_AnOlderVerdict_HasALowerScore()
    {
        var address = Cluster.Address("ok");
        var found = (await cluster.VerifyAsync(address)).Verification.Verdict!;
        cluster.Time.Clock.Advance(TimeSpan.FromDays(13.9));

        var served = await cluster.VerifyAsync(address);
        Assert.True(served.FromCache);
        Assert.Equal(found with { Score = found.Score - 1 }, served.Verification.Verdict);
        Assert.Equal(found.Score, Assert.Single(cluster.Store.RowsOf(address)).Verdict!.Score);
    }

    [Fact]
    public async Task Verify_WhereAnotherSessionHasTheDecoys_WaitsForItsFinding()
    {
        var domain = Cluster.Domain();
        var decoy = cluster.Sessions.Hold("decoy@" + domain);
        var first = cluster.VerifyAsync("ok1@" + domain);
        await decoy.Reached;
        var others = Task.WhenAll(Enumerable.Range(2, 6).Select(number => cluster.VerifyAsync($"ok{number}@{domain}")));
        await cluster.Time.UntilAsync(() => cluster.Sessions.Asked.Count(one => one.Address.EndsWith(domain, StringComparison.Ordinal)) >= 2, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3));
        decoy.Open();

        VerdictReason?[] reasons = [(await first).Verification.Verdict?.Reason, .. (await cluster.Time.UntilAsync(others, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(4))).Select(answer => answer.Verification.Verdict?.Reason)];
        Assert.All(reasons, reason => Assert.Equal(VerdictReason.AcceptedEmail, reason));
        Assert.Single(cluster.Sessions.Decoys, asked => asked.Equals(domain, StringComparison.Ordinal));
    }
}
