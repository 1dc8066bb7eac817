using EmailVerify.Core.Batches;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Batches;
using EmailVerify.Grains.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace EmailVerify.Grains.Tests.Batches;

public sealed class BatchTests
{
    [Fact]
    public async Task Run_RowsOfEveryKind_EachGetsItsResult()
    {
        await using var world = await BatchWorld.StartAsync();
        var (good, all) = (Cluster.Domain(), Cluster.Domain("all-"));
        var grain = await world.BeginAsync([$"ada@{good}", $"no.one@{good}", "no address", "", $"any@{all}", $"ada@{good.ToUpperInvariant()}", "a@[192.0.2.1]"]);

        var ended = await world.EndAsync(grain);
        Assert.Equal(new BatchCounts(7, 7, 2, 3, 1, 1, 6, 1, 1, 0), ended.Counts);
        Assert.Equal(BatchStatus.Completed, ended.Status);
        var results = await world.ResultsAsync(grain);
        Assert.Equal<VerdictReason?>(
            [
                VerdictReason.AcceptedEmail, VerdictReason.RejectedEmail, VerdictReason.InvalidEmail, VerdictReason.InvalidEmail, VerdictReason.AcceptAll,
                VerdictReason.AcceptedEmail, VerdictReason.AddressLiteral,
            ],
            results.Select(row => row.Result?.Verdict.Reason));
        Assert.Equal(1, results[5].RepeatOf);
        Assert.Equal(1, world.Sessions.TimesAsked($"ada@{good}"));
    }

    [Fact]
    public async Task Run_ManyChunks_AsksEachAddressOnce()
    {
        await using var world = await BatchWorld.StartAsync(new Fakes { Plan = new Fakes().Plan with { Enforce = false } });
        var domains = Enumerable.Range(0, 50).Select(_ => Cluster.Domain()).ToArray();
        var emails = Enumerable.Range(0, 3_500).Select(at => $"{(at % 4 == 0 ? "no" : "ok")}{at}@{domains[at % domains.Length]}").ToArray();
        var grain = await world.BeginAsync(emails);

        var ended = await world.EndAsync(grain);
        Assert.Equal((3_500, 2_625, 875), (ended.Counts.Done, ended.Counts.Deliverable, ended.Counts.Undeliverable));
        Assert.Equal(3_500, world.Sessions.Asked.Count);
        Assert.Equal(3_500, world.Sessions.Asked.Select(one => one.Address).Distinct(StringComparer.Ordinal).Count());
        var results = await world.ResultsAsync(grain, withEvidence: true);
        Assert.Equal(emails, results.Select(row => row.Input.Email), StringComparer.Ordinal);
        Assert.All(results, row => Assert.Single(row.Result!.Evidence));
    }

    // The first of them was refused before anybody was accepted: nothing told yet that the host accepts what cannot exist.
    [Fact]
    public async Task Run_AHostThatRefusesAtRandom_IsNotBelievedAtTheFirstRefusal()
    {
        await using var world = await BatchWorld.StartAsync();
        var grain = await world.BeginAsync([.. new[] { "no-one", "no-two", "ok-three", "ok-four" }.Select(local => $"{local}@all-random.example")]);

        _ = await world.UntilAsync(grain, batch => batch.Counts.Done >= 2);
        var results = await world.ResultsAsync(grain);
        Assert.DoesNotContain(results, row => row.Result?.Verdict.Status is VerdictStatus.Undeliverable);
        Assert.Equal(2, results.Count(row => row.Result?.Verdict.Reason is VerdictReason.AcceptAll));
    }

    [Fact]
    public async Task Run_ADomainThatRefusesAll_IsBelievedAtOnce()
    {
        await using var world = await BatchWorld.StartAsync();
        var grain = await world.BeginAsync(["no-one@directory.example", "no-two@directory.example"]);

        _ = await world.EndAsync(grain);
        Assert.All(await world.ResultsAsync(grain), row => Assert.Equal(VerdictReason.RejectedEmail, row.Result?.Verdict.Reason));
        Assert.Equal(2, world.Sessions.Asked.Count);
    }

    // Where decoys are put off nothing is known for as long as the list is long.
    [Fact]
    public async Task Run_ADomainOfWhichNothingGetsKnown_IsNotAskedAboutByEachRefusal()
    {
        var calls = new GrainCalls();
        await using var world = await BatchWorld.StartAsync(GrainCalls.In(new Fakes(), calls));
        var grain = await world.BeginAsync([.. Enumerable.Range(0, 120).Select(at => $"{(at == 0 ? "ok" : "no")}-{at}@grey-directory.example")]);

        _ = await world.UntilAsync(grain, batch => batch.Counts.Undeliverable == 119, TimeSpan.FromMinutes(20));
        Assert.Equal(120, world.Sessions.Asked.Count);
        Assert.InRange(calls.CatchAll, 1, MostCalls(world));
    }

    [Fact]
    public async Task Run_ADomainOfWhichNothingIsKnownUntilItsNextAcceptance_IsAskedAboutAfterIt()
    {
        var calls = new GrainCalls();
        await using var world = await BatchWorld.StartAsync(GrainCalls.In(new Fakes(), calls));
        const string Domain = "grey-random.example";
        string[] emails = [.. new[] { "ok-one", "no-two", "ada.three", "no-four" }.Select(local => $"{local}@{Domain}")];
        var held = Array.ConvertAll(emails, world.Sessions.Hold);
        var grain = await world.BeginAsync(emails);
        held[0].Open();
        held[1].Open();
        await world.Time.UntilAsync(() => calls.CatchAll == 2, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(10));
        world.Sessions.DecoyAnswers[Domain] = Core.Replies.ReplyMeaning.MailboxExists;
        held[2].Open();
        held[3].Open();

        // The first is asked again, since its decoys were put off, and the last, since the third has shown that what cannot exist is accepted.
        var ended = await world.UntilAsync(grain, batch => batch.Counts.Done + batch.Counts.Retrying == 4, step: TimeSpan.FromMilliseconds(50));
        Assert.Equal((1, 1, 2), (ended.Counts.Undeliverable, ended.Counts.Risky, ended.Counts.Retrying));
    }

    [Fact]
    public async Task Run_ARefusalThatWaitsForARowThatCannotBeAsked_IsTakenWithoutIt()
    {
        await using var world = await BatchWorld.StartAsync();
        var (domain, held) = (Cluster.Domain(), $"held@{Cluster.Domain()}");
        _ = world.Sessions.Hold(held);
        var grain = await world.BeginAsync([$"no-one@{domain}", $"boom@{domain}", held]);

        // The rest of the chunk is on its way: it is not its end that lets the refusal go.
        var waiting = await world.UntilAsync(grain, batch => batch.Counts.Undeliverable == 1, TimeSpan.FromSeconds(30));
        Assert.Equal(1, waiting.Counts.Done);
        Assert.Equal((1, 1), (world.Sessions.TimesAsked(held), world.Sessions.TimesAsked($"no-one@{domain}")));
    }

    // A lane that breaks off, and a domain that cannot be asked when a waiting refusal is taken.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_RefusalsThatWaitWhereTheirGroupBreaksOff_AreNotLost(bool domainToo)
    {
        var calls = new GrainCalls();
        await using var world = await BatchWorld.StartAsync(GrainCalls.In(new Fakes(), calls));
        var domain = Cluster.Domain();
        string[] emails = [$"no-one@{domain}", $"no-two@{domain}", $"held@{domain}"];
        var held = world.Sessions.Hold(emails[2]);
        var (lanes, domains) = (0, 0);
        calls.Breaks = call =>
            GrainCalls.IsOfALane(call) && calls.Answers > 0 && world.Sessions.Asked.Count == 3 && Interlocked.Increment(ref lanes) == 1 ? new TimeoutException("The lane is away.")
            : domainToo && GrainCalls.IsCatchAll(call) && Interlocked.Increment(ref domains) <= 1 ? new TimeoutException("The domain is away.")
            : null;
        var grain = await world.BeginAsync(emails);
        await world.Time.UntilAsync(() => lanes >= 1, TimeSpan.FromMilliseconds(250), TimeSpan.FromMinutes(2));
        held.Open();

        var ended = await world.EndAsync(grain, TimeSpan.FromMinutes(10));
        Assert.Equal((3, 1, 2), (ended.Counts.Done, ended.Counts.Deliverable, ended.Counts.Undeliverable));
        Assert.InRange(world.Sessions.TimesAsked(emails[0]), 1, domainToo ? 2 : 1);
    }

    // Each form of local part has its own decoy: a third question about a domain would be a third refusal.
    [Fact]
    public async Task Run_RowsOfBothForms_AreComparedWithADecoyEach()
    {
        var calls = new GrainCalls();
        await using var world = await BatchWorld.StartAsync(GrainCalls.In(new Fakes(), calls));
        var grain = await world.BeginAsync([.. new[] { "one", "ada.one", "two", "ada.two", "no-three" }.Select(local => $"{local}@directory.example")]);

        _ = await world.EndAsync(grain);
        Assert.Equal([4, 1], (await world.ResultsAsync(grain)).GroupBy(row => row.Result?.Verdict.Reason).Select(group => group.Count()).OrderDescending());
        Assert.Equal(2, world.Sessions.Decoys.Count + world.Sessions.Asked.Count - 5);
        Assert.NotEmpty(calls.Interactive);
        Assert.DoesNotContain(true, calls.Interactive);
    }

    [Fact]
    public async Task Run_PutOffByGreylisting_ComesBackAndEnds()
    {
        await using var world = await BatchWorld.StartAsync();
        var later = $"later@{Cluster.Domain()}";
        var grain = await world.BeginAsync([later, $"ada@{Cluster.Domain()}"]);

        var waiting = await world.UntilAsync(grain, batch => batch.Counts is { Done: 1, Retrying: 1 });
        Assert.Equal(BatchStatus.Running, waiting.Status);
        world.Sessions.Answers[later] = Core.Replies.ReplyMeaning.MailboxExists;
        var ended = await world.EndAsync(grain, TimeSpan.FromMinutes(20), TimeSpan.FromSeconds(5));
        Assert.Equal((2, 2, 0), (ended.Counts.Done, ended.Counts.Deliverable, ended.Counts.Retrying));
        var result = (await world.ResultsAsync(grain, withEvidence: true))[0].Result!;
        Assert.Equal(2, result.Attempts);
        Assert.Equal(2, result.Evidence.Length);
    }

    [Fact]
    public async Task Run_PutOffRowsThatTakeLongerThanTheirLease_AreAskedOnce()
    {
        HeldDomains? domains = null;
        await using var world = await BatchWorld.StartAsync(new Fakes
        {
            Also = silo =>
            {
                domains = new HeldDomains((IDomainStore)silo.Services.Last(one => one.ServiceType == typeof(IDomainStore)).ImplementationInstance!);
                _ = silo.Services.AddSingleton<IDomainStore>(domains);
            },
        });
        var later = $"later@{Cluster.Domain()}";
        var grain = await world.BeginAsync([later]);
        _ = await world.UntilAsync(grain, batch => batch.Counts is { Retrying: 1 });
        world.Sessions.Answers[later] = Core.Replies.ReplyMeaning.MailboxExists;
        var gate = domains!.Hold();
        await world.Time.UntilAsync(() => domains.Looks > 0, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
        await world.Time.PassAsync(TimeSpan.FromMinutes(7), TimeSpan.FromSeconds(5));
        gate.Open();

        Assert.Equal(1, (await world.EndAsync(grain)).Counts.Deliverable);
        Assert.Equal((1, 2), (domains.Looks, world.Sessions.TimesAsked(later)));
    }

    [Fact]
    public async Task Run_VerdictThatIsKnown_IsNotAskedForAgainUnlessWished()
    {
        await using var world = await BatchWorld.StartAsync();
        var ada = $"ada@{Cluster.Domain()}";
        var first = await world.BeginAsync([ada]);
        _ = await world.EndAsync(first);
        var second = await world.BeginAsync([ada]);
        _ = await world.EndAsync(second);
        var others = await world.BeginAsync([ada], customer: "cus_b");
        _ = await world.EndAsync(others);

        Assert.Equal(1, world.Sessions.TimesAsked(ada));
        var (found, cached, copied) = ((await world.ResultsAsync(first))[0].Result!, (await world.ResultsAsync(second))[0].Result!, (await world.ResultsAsync(others))[0].Result!);
        Assert.Equal((VerdictSource.Cache, found.VerificationId), (cached.Verdict.Source, cached.VerificationId));
        Assert.NotEqual(found.VerificationId, copied.VerificationId, StringComparer.Ordinal);

        var anew = await world.BeginAsync([ada], batch => batch with { MaxAge = TimeSpan.Zero });
        _ = await world.EndAsync(anew);
        Assert.Equal(2, world.Sessions.TimesAsked(ada));
    }

    [Fact]
    public async Task Steer_PausedAndResumed_AsksNothingBetween()
    {
        await using var world = await BatchWorld.StartAsync();
        var held = $"held@{Cluster.Domain()}";
        var gate = world.Sessions.Hold(held);
        var grain = await world.BeginAsync([held, .. Enumerable.Range(0, 5).Select(_ => $"ada@{Cluster.Domain()}")]);
        await FakeTime.SeenAsync(() => world.Sessions.TimesAsked(held) == 1);

        var paused = Assert.IsType<BatchSteering>(await grain.SteerAsync(BatchCommand.Pause, "coffee", []));
        Assert.Equal((BatchStatus.Paused, new BatchPause(BatchPauser.Customer, "coffee"), true), (paused.Batch.Status, paused.Batch.Pause, paused.IsAllowed));
        gate.Open();

        // What was asked is heard out and kept.
        var heard = await world.UntilAsync(grain, batch => batch.Counts.Done == 6);
        Assert.Equal(BatchStatus.Completed, heard.Status);
    }

    [Fact]
    public async Task Steer_Resume_GoesOnWhereItWas()
    {
        await using var world = await BatchWorld.StartAsync();
        var grain = await world.BeginAsync(
            [.. Enumerable.Range(0, 20).Select(_ => $"ada@{Cluster.Domain()}")],
            batch => batch with { Status = BatchStatus.Paused, Pause = new BatchPause(BatchPauser.Customer, null) });
        await world.Time.PassAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));
        Assert.Empty(world.Sessions.Asked);

        var resumed = Assert.IsType<BatchSteering>(await grain.SteerAsync(BatchCommand.Resume, null, []));
        Assert.True(resumed.IsAllowed);
        Assert.Equal(20, (await world.EndAsync(grain)).Counts.Deliverable);
    }

    [Fact]
    public async Task Steer_Cancelled_TakesNoMoreResults()
    {
        await using var world = await BatchWorld.StartAsync();
        var held = $"held@{Cluster.Domain()}";
        var gate = world.Sessions.Hold(held);
        var grain = await world.BeginAsync([held]);
        await FakeTime.SeenAsync(() => world.Sessions.TimesAsked(held) == 1);

        var cancelled = Assert.IsType<BatchSteering>(await grain.SteerAsync(BatchCommand.Cancel, null, []));
        Assert.Equal(BatchStatus.Cancelled, cancelled.Batch.Status);
        gate.Open();
        await world.Time.PassAsync(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(250));
        Assert.Equal((BatchStatus.Cancelled, 0), ((await world.FindAsync(grain)).Status, (await world.FindAsync(grain)).Counts.Done));
        Assert.False(Assert.IsType<BatchSteering>(await grain.SteerAsync(BatchCommand.Pause, null, [])).IsAllowed);
    }

    [Fact]
    public async Task Steer_Retry_AsksUnknownsOnceMoreAsANewRound()
    {
        await using var world = await BatchWorld.StartAsync();
        var dead = Cluster.Domain();
        var (lost, ada) = ($"bea@{dead}", $"ada@{Cluster.Domain()}");
        world.Cluster.Dns.Outcomes[dead] = DnsOutcome.Failure;
        var grain = await world.BeginAsync([lost, ada, $"bea@{dead.ToUpperInvariant()}"]);
        var first = await world.EndAsync(grain);
        Assert.Equal((3, 1, 2, 1), (first.Counts.Done, first.Counts.Deliverable, first.Counts.Unknown, first.Round));

        world.Cluster.Dns.Outcomes[dead] = DnsOutcome.Answer;
        var again = Assert.IsType<BatchSteering>(await grain.SteerAsync(BatchCommand.Retry, null, []));
        Assert.Equal((2, 1, 0, BatchStatus.Running), (again.Batch.Round, again.Batch.Counts.Done, again.Batch.Counts.Unknown, again.Batch.Status));
        Assert.False((await world.ResultsAsync(grain))[0].Result!.IsFinal);
        var second = await world.EndAsync(grain);
        Assert.Equal((3, 3, 0), (second.Counts.Done, second.Counts.Deliverable, second.Counts.Unknown));
        Assert.Equal(1, world.Sessions.TimesAsked(ada));
    }

    [Fact]
    public async Task Steer_RetryOfOtherReasons_EndsAtOnce()
    {
        await using var world = await BatchWorld.StartAsync();
        var dead = Cluster.Domain();
        world.Cluster.Dns.Outcomes[dead] = DnsOutcome.Failure;
        var grain = await world.BeginAsync([$"bea@{dead}"]);
        _ = await world.EndAsync(grain);

        var again = Assert.IsType<BatchSteering>(await grain.SteerAsync(BatchCommand.Retry, null, [VerdictReason.Greylisted]));
        Assert.Equal((2, BatchStatus.Completed, 1), (again.Batch.Round, again.Batch.Status, again.Batch.Counts.Unknown));
    }

    [Fact]
    public async Task Run_ResolverThatIsDead_PausesAndGoesOnByItself()
    {
        await using var world = await BatchWorld.StartAsync();
        var domains = Enumerable.Range(0, 12).Select(_ => Cluster.Domain()).ToArray();
        foreach (var domain in domains)
            world.Cluster.Dns.Outcomes[domain] = DnsOutcome.Timeout;
        var grain = await world.BeginAsync([.. domains.Select(domain => $"ada@{domain}")]);

        var stalled = await world.UntilAsync(grain, batch => batch.Status is BatchStatus.Paused);
        Assert.Equal((new BatchPause(BatchPauser.System, "resolver_unavailable"), 0), (stalled.Pause, stalled.Counts.Done));
        foreach (var domain in domains)
            world.Cluster.Dns.Outcomes[domain] = DnsOutcome.Answer;
        Assert.Equal(12, (await world.EndAsync(grain, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1))).Counts.Deliverable);
    }

    [Fact]
    public async Task Run_ResolverThatDiesBeforeWhatWasPutOffIsDue_IsNeverTheAnswer()
    {
        await using var world = await BatchWorld.StartAsync(new Fakes { Settlement = Settlement(TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30)) });
        string[] later = [.. Enumerable.Range(0, 12).Select(_ => $"later@{Cluster.Domain()}")];
        var grain = await world.BeginAsync(later);
        _ = await world.UntilAsync(grain, batch => batch.Counts is { Retrying: 12 });
        SetResolver(DnsOutcome.Timeout);
        _ = await world.UntilAsync(grain, batch => batch.Status is BatchStatus.Paused, TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(5));

        // Some sixty workers find nothing but silence.
        await world.Time.PassAsync(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(5));
        Assert.Equal((BatchStatus.Paused, 0), ((await world.FindAsync(grain)).Status, (await world.FindAsync(grain)).Counts.Done));
        foreach (var email in later)
            world.Sessions.Answers[email] = Core.Replies.ReplyMeaning.MailboxExists;
        SetResolver(DnsOutcome.Answer);
        Assert.Equal(12, (await world.EndAsync(grain, TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(5))).Counts.Deliverable);

        void SetResolver(DnsOutcome outcome)
        {
            foreach (var email in later)
                world.Cluster.Dns.Outcomes[email["later@".Length..]] = outcome;
        }
    }

    [Fact]
    public async Task Run_AGrainThatCannotBeAskedForAWhile_CostsWhatWasPutOffNoTry()
    {
        await using var world = await BatchWorld.StartAsync(new Fakes { Settlement = Settlement(TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30)) });
        var domain = Cluster.Domain();
        var grain = await world.BeginAsync([$"later@{domain}"]);
        _ = await world.UntilAsync(grain, batch => batch.Counts is { Retrying: 1 });
        world.Cluster.Dns.Broken[domain] = true;
        await world.Time.PassAsync(TimeSpan.FromMinutes(17), TimeSpan.FromSeconds(5));
        Assert.InRange(world.Cluster.Dns.TimesAsked(domain), 2, 4);

        world.Cluster.Dns.Broken.Clear();
        world.Sessions.Answers[$"later@{domain}"] = Core.Replies.ReplyMeaning.MailboxExists;
        var ended = await world.EndAsync(grain, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(5));
        Assert.Equal((1, 2), (ended.Counts.Deliverable, Assert.Single(await world.ResultsAsync(grain)).Result?.Attempts));
    }

    [Fact]
    public async Task Run_AGrainThatCanNeverBeAsked_EndsItsRowsAndNoOthers()
    {
        await using var world = await BatchWorld.StartAsync(new Fakes { Settlement = Settlement(TimeSpan.FromMinutes(15), TimeSpan.FromHours(4)) });
        var (broken, other) = (Cluster.Domain(), Cluster.Domain());
        var grain = await world.BeginAsync([$"later@{broken}", $"later@{other}"]);
        _ = await world.UntilAsync(grain, batch => batch.Counts is { Retrying: 2 });
        world.Cluster.Dns.Broken[broken] = true;
        await world.Time.PassAsync(TimeSpan.FromMinutes(20), TimeSpan.FromSeconds(5));
        world.Sessions.Answers[$"later@{other}"] = Core.Replies.ReplyMeaning.MailboxExists;

        var ended = await world.EndAsync(grain, TimeSpan.FromHours(10), TimeSpan.FromSeconds(20));
        Assert.Equal((BatchStatus.Completed, 1, 1), (ended.Status, ended.Counts.Deliverable, ended.Counts.Unknown));
        Assert.Equal(VerdictReason.TemporaryFailure, (await world.ResultsAsync(grain))[0].Result?.Verdict.Reason);
    }

    [Fact]
    public async Task Run_ARowOfWhichNothingCanBeStored_FailsTheBatchAndIsNotAskedForEver()
    {
        var poison = $"later@{Cluster.Domain()}";
        await using var world = await BatchWorld.StartAsync(Refusing(one => string.Equals(one.Item.Email, poison, StringComparison.Ordinal)));
        var grain = await world.BeginAsync([poison, $"ada@{Cluster.Domain()}"]);

        var failed = await world.EndAsync(grain, TimeSpan.FromHours(3), TimeSpan.FromSeconds(5));
        Assert.Equal((BatchStatus.Failed, 1, 1), (failed.Status, failed.Counts.Done, failed.Counts.Deliverable));
        Assert.InRange(world.Sessions.TimesAsked(poison), 3, 3 + BatchDefects.MaxTries);
    }

    [Fact]
    public async Task Run_ARowWhoseResultCannotBeStored_EndsAsUnknownAndHoldsUpNobody()
    {
        var poison = $"poison@{Cluster.Domain()}";
        await using var world = await BatchWorld.StartAsync(Refusing(one => one.Verdict.Status is VerdictStatus.Deliverable && string.Equals(one.Item.Email, poison, StringComparison.Ordinal)));
        string[] good = [.. Enumerable.Range(0, 1_200).Select(at => $"ok{at}@{Cluster.Domain()}")];
        var grain = await world.BeginAsync([.. good[..3], poison, .. good[3..]]);

        var waiting = await world.UntilAsync(grain, batch => batch.Counts.Done == 1_200, TimeSpan.FromSeconds(30));
        Assert.Equal(BatchStatus.Running, waiting.Status);
        Assert.All(good, email => Assert.Equal(1, world.Sessions.TimesAsked(email)));
        var ended = await world.EndAsync(grain, TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(1));
        Assert.Equal((BatchStatus.Completed, 1_200, 1, 0), (ended.Status, ended.Counts.Deliverable, ended.Counts.Unknown, ended.Counts.Retrying));
        Assert.Equal(VerdictReason.TemporaryFailure, (await world.ResultsAsync(grain))[3].Result?.Verdict.Reason);
        Assert.InRange(world.Sessions.TimesAsked(poison), 1, 8);
    }

    [Fact]
    public async Task Run_AChunkThatCannotBeRead_FailsTheBatchWhenTheRestIsDoneAndARetryGoesOn()
    {
        var isBroken = true;
        await using var world = await BatchWorld.StartAsync(FaultyStore.In(
            new Fakes(), (method, arguments) => isBroken && method is nameof(IBatchStore.LoadAsync) && ((ChunkClaim)arguments[1]!).Number == 0));
        var domain = Cluster.Domain();
        var grain = await world.BeginAsync([.. Enumerable.Range(0, 1_000).Select(_ => string.Empty), $"ada@{domain}", $"bea@{domain}"]);

        _ = await world.UntilAsync(grain, batch => batch.Counts.Done == 2, TimeSpan.FromSeconds(30));
        var failed = await world.EndAsync(grain, TimeSpan.FromHours(1), TimeSpan.FromSeconds(5));
        Assert.Equal((BatchStatus.Failed, 2, 0), (failed.Status, failed.Counts.Done, failed.Counts.Undeliverable));
        Assert.InRange(failed.FinishedAt!.Value - failed.StartedAt!.Value, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(40));

        isBroken = false;
        Assert.True(Assert.IsType<BatchSteering>(await grain.SteerAsync(BatchCommand.Retry, null, [])).IsAllowed);
        var ended = await world.EndAsync(grain);
        Assert.Equal((BatchStatus.Completed, 1_002, 1), (ended.Status, ended.Counts.Done, world.Sessions.TimesAsked($"ada@{domain}")));
    }

    [Fact]
    public async Task Look_WhereAProvidersLimitsMakeTheEnd_NamesItAndWhenItsLastRowsComeBack()
    {
        await using var world = await BatchWorld.StartAsync();
        var slow = Cluster.Domain();
        var grain = await world.BeginAsync([.. Enumerable.Range(0, 900).Select(at => $"ok{at}@{slow}"), $"ada@{Cluster.Domain()}"]);
        _ = await world.UntilAsync(grain, batch => batch.Counts is { Retrying: > 400, Done: > 0 });

        var view = Assert.IsType<BatchView>(await grain.LookAsync());
        Assert.Equal(slow, view.LimitedBy);
        Assert.InRange(Assert.NotNull(view.EtaAt) - world.Time.Now, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10));
        _ = await world.EndAsync(grain, TimeSpan.FromMinutes(20), TimeSpan.FromSeconds(1));
        Assert.Equal((null, null), ((await grain.LookAsync())!.LimitedBy, (await grain.LookAsync())!.EtaAt));
    }

    [Fact]
    public async Task Erase_ABatch_LeavesItsCountsOnly()
    {
        await using var world = await BatchWorld.StartAsync();
        var grain = await world.BeginAsync([$"ada@{Cluster.Domain()}"]);
        _ = await world.EndAsync(grain);
        await grain.EraseAsync();
        await FakeTime.SeenAsync(() => world.ResultsAsync(grain).GetAwaiter().GetResult().IsEmpty);

        var left = await world.FindAsync(grain);
        Assert.Equal((1, BatchStatus.Completed), (left.Counts.Deliverable, left.Status));
        Assert.NotNull(left.ErasedAt);
    }

    [Fact]
    public async Task Run_UnderATestKey_AsksNobody()
    {
        await using var world = await BatchWorld.StartAsync();
        var grain = await world.BeginAsync(["rejected-email@example.com", "ada@example.com", "accept-all@example.com"], customer: Core.Customers.CustomerIds.InTest("cus_a"));

        var ended = await world.EndAsync(grain);
        Assert.Equal((1, 1, 1), (ended.Counts.Deliverable, ended.Counts.Undeliverable, ended.Counts.Risky));
        Assert.Empty(world.Sessions.Asked);
    }

    // One for each acceptance, one for the refusals behind it, and one more each five seconds.
    private static int MostCalls(BatchWorld world) => 3 + (int)((world.Sessions.Asked.Last().At - world.Sessions.Asked.First().At) / TimeSpan.FromSeconds(5));

    // A store that does not take some results.
    private static Fakes Refusing(Func<ItemOutcome.Done, bool> refuses) => FaultyStore.In(
        new Fakes { Settlement = Settlement(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40)) },
        (method, arguments) => method is nameof(IBatchStore.FlushAsync) && ((BatchFlush)arguments[0]!).Outcomes.OfType<ItemOutcome.Done>().Any(refuses));

    private static Settlement Settlement(params TimeSpan[] steps) => new(new RetrySchedule([.. steps]), Freshness.Default, "rules-1");
}
