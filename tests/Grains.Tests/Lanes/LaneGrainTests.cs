using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Replies;
using EmailVerify.Grains.Egresses;
using EmailVerify.Grains.Lanes;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Lanes;

public sealed class LaneGrainTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Fakes fakes = new();
    private readonly string domain = Cluster.Domain();
    private Cluster cluster = null!;

    private ILaneGrain Lane => cluster.LaneOf("x@" + domain);

    private LaneState[] Written => [.. fakes.Storage.WrittenBy<LaneState>(Lane)];

    public async ValueTask InitializeAsync() => cluster = await Cluster.StartAsync(fakes);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task Activation_WritesItsEpochBeforeItDials()
    {
        fakes.Storage.Fails = _ => true;
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync("ok"));
        Assert.Empty(fakes.Sessions.Opened);

        fakes.Storage.Fails = _ => false;
        _ = await AskAsync("ok");
        await cluster.Silos.DeactivateAsync(Lane);
        _ = await fakes.Time.UntilAsync(AskAsync("ok"), Second, TimeSpan.FromSeconds(10));
        Assert.Equal([1, 2], Written.Select(state => state.Epoch).Distinct());
    }

    [Fact]
    public async Task Remember_ABlock_IsWrittenAtOnce()
    {
        _ = await AskAsync("blockus");
        await FakeTime.SeenAsync(() => Written.Any(state => state.Regimes.Any(regime => regime is { Blocks: 1, ClosedUntil: not null })));

        Assert.Equal(fakes.Time.Now + Regime.FirstRest, Written[^1].Regimes.Single().ClosedUntil);
    }

    [Fact]
    public async Task Remember_ABlockWhoseWriteFailed_IsWrittenByTheTimer()
    {
        _ = await AskAsync("ok");
        await fakes.Time.PassAsync(TimeSpan.FromSeconds(20), Second);
        var failures = 0;
        fakes.Storage.Fails = _ => ++failures <= 1;
        _ = await AskAsync("blockus");
        await FakeTime.SeenAsync(() => failures >= 1);

        await fakes.Time.UntilAsync(() => Written[^1].Regimes.Any(regime => regime.Blocks == 1), Second, TimeSpan.FromSeconds(12));
        Assert.InRange(failures, 2, 3);
    }

    [Fact]
    public async Task Remember_WhatIsNoBlock_IsWrittenAtMostEveryTenSeconds()
    {
        fakes.Sessions.Answers["*@" + domain] = ReplyMeaning.RateLimited;
        _ = await AskAsync("a");
        Assert.Single(Written);

        await fakes.Time.UntilAsync(() => Written.Length == 2, Second, TimeSpan.FromSeconds(11));
        Assert.True(Written[^1].Regimes.Single().Rate < 5);
        await fakes.Time.PassAsync(TimeSpan.FromSeconds(30), Second);
        Assert.InRange(Written.Length, 2, 3);
    }

    // A host that no data name allows twenty in a minute: each of its exchangers here takes a session of its own.
    [Fact]
    public async Task Remember_ManySessions_IsWrittenSoonAndTheHeirCountsThem()
    {
        for (var exchanger = 1; exchanger <= 6; exchanger++)
            Assert.IsType<LaneAnswer.Ended>(await fakes.Time.UntilAsync(AskExchangerAsync(exchanger), Second, TimeSpan.FromSeconds(10)));
        Assert.Equal(6, fakes.Sessions.Opened.Count);
        await fakes.Time.UntilAsync(() => Written[^1].Regimes.Any(regime => regime.SessionSteps.Length == 2), Second, TimeSpan.FromSeconds(2));
        await cluster.Silos.KillSiloAsync(cluster.Silos.Silos[0], TestContext.Current.CancellationToken);
        await cluster.DisposeAsync();

        cluster = await Cluster.StartAsync(fakes);
        for (var exchanger = 1; exchanger <= 10; exchanger++)
            Assert.IsType<LaneAnswer.Ended>(await fakes.Time.UntilAsync(AskExchangerAsync(exchanger), Second, TimeSpan.FromSeconds(10)));
        Assert.Equal(Obstacle.SessionRate, NotBefore(await AskExchangerAsync(11)).Cause);
    }

    [Fact]
    public async Task Heir_HonoursTheRest()
    {
        _ = await AskAsync("blockus");
        var until = fakes.Time.Now + Regime.FirstRest;
        await cluster.Silos.DeactivateAsync(Lane);

        Assert.Equal((until, Obstacle.Block), NotBefore(await AskAsync("ok")));
        await fakes.Time.PassAsync(Regime.FirstRest, Second);
        Assert.IsType<LaneAnswer.Ended>(await AskAsync("ok"));
    }

    [Fact]
    public async Task Heir_OfAnHeirThatWasNotAskedAboutIt_StillHonoursTheRest()
    {
        _ = await AskAsync("blockus");
        var until = fakes.Time.Now + Regime.FirstRest;
        await cluster.Silos.DeactivateAsync(Lane);
        await Lane.RememberAsync().InTime();
        await fakes.Time.PassAsync(TimeSpan.FromSeconds(12), Second);
        await cluster.Silos.DeactivateAsync(Lane);

        Assert.Equal((until, Obstacle.Block), NotBefore(await AskAsync("ok")));
    }

    [Fact]
    public async Task Heir_AfterANamedPause_HonoursIt()
    {
        _ = await AskAsync("slow");
        var until = fakes.Time.Now + TimeSpan.FromMinutes(20);
        await cluster.Silos.DeactivateAsync(Lane);

        Assert.Equal((until, Obstacle.RateLimit), NotBefore(await AskAsync("ok")));
    }

    [Fact]
    public async Task Heir_WhereSessionsWereOpen_WaitsSomeSeconds()
    {
        _ = fakes.Sessions.Hold("hang@" + domain);
        var hanging = AskAsync("hang");
        await FakeTime.SeenAsync(() => fakes.Sessions.TimesAsked("hang@" + domain) == 1);
        await fakes.Time.UntilAsync(() => Written[^1].Regimes.Any(regime => regime.HadSessions), Second, TimeSpan.FromSeconds(12));
        await cluster.Silos.KillSiloAsync(cluster.Silos.Silos[0], TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<Exception>(() => hanging);
        fakes.Sessions.ReleaseAll();
        await cluster.DisposeAsync();

        cluster = await Cluster.StartAsync(fakes);
        var began = fakes.Time.Now;
        Assert.IsType<LaneAnswer.Ended>(await fakes.Time.UntilAsync(AskAsync("ok"), Second, TimeSpan.FromSeconds(10)));
        Assert.True(fakes.Time.Now - began >= Regime.Settle);
    }

    [Fact]
    public async Task Deactivation_OfAnIdleLane_SaysQuit()
    {
        _ = await AskAsync("ok");
        Assert.Empty(fakes.Sessions.Quit);
        await cluster.Silos.DeactivateAsync(Lane);

        Assert.Single(fakes.Sessions.Quit);
    }

    [Fact]
    public async Task Stop_OfTheSilo_SaysQuitAndAnswersWhatWaits()
    {
        var gate = fakes.Sessions.Hold("hang@" + domain);
        var hanging = AskAsync("hang");
        await gate.Reached;
        var waiting = Task.WhenAll(AskAsync("w1"), AskAsync("w2"));
        await Lane.RememberAsync().InTime();
        var stopping = cluster.Silos.StopSiloAsync(cluster.Silos.Silos[0], TestContext.Current.CancellationToken);

        Assert.All(await waiting.InTime(), answer => Assert.Equal((fakes.Time.Now, Obstacle.None), NotBefore(answer)));
        gate.Open();
        Assert.IsType<LaneAnswer.Ended>(await hanging.InTime());
        await stopping.InTime();
        Assert.Equal(fakes.Sessions.Opened.Count, fakes.Sessions.Quit.Count);
    }

    [Fact]
    public async Task Stop_OfTheSilo_CutsASessionThatDoesNotEnd()
    {
        var gate = fakes.Sessions.Hold("hang@" + domain);
        var hanging = AskAsync("hang");
        await gate.Reached;
        var began = fakes.Time.Now;
        var stopping = cluster.Silos.StopSiloAsync(cluster.Silos.Silos[0], TestContext.Current.CancellationToken);
        await fakes.Time.UntilAsync(() => stopping.IsCompleted, Second, TimeSpan.FromSeconds(30));

        // Whether its answer still travels depends on how far the silo has come: the caller asks again in either case.
        _ = await Record.ExceptionAsync(() => hanging.InTime());
        Assert.True(fakes.Time.Now - began >= TimeSpan.FromSeconds(10));
        Assert.Single(fakes.Sessions.Quit);
    }

    [Fact]
    public async Task Collection_LeavesALaneAlone()
    {
        _ = await AskAsync("ok");
        var domains = cluster.Grains.GetGrain<Grains.Domains.IDomainGrain>(domain);
        _ = await domains.KnowAsync().InTime();
        await cluster.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero, TestContext.Current.CancellationToken);
        await cluster.Silos.WaitForDeactivationAsync(domains).InTime();

        _ = await AskAsync("ok2");
        Assert.Single(fakes.Sessions.Opened);
        Assert.Equal(1, Written[^1].Epoch);
    }

    [Fact]
    public async Task Ask_ByOneWhoLeaves_GoesOnForTheOthers()
    {
        var gate = fakes.Sessions.Hold("hang@" + domain);
        using var leaving = new CancellationTokenSource();
        var left = EnumerateAsync(["hang"], leaving.Token);
        await gate.Reached;
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        gate.Open();
        Assert.IsType<LaneAnswer.Ended>(await AskAsync("ok"));
    }

    [Fact]
    public async Task Ask_MoreThanAGroup_IsADefectOfTheCaller() =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => EnumerateAsync([.. Enumerable.Range(0, 51).Select(number => $"a{number}")], TestContext.Current.CancellationToken));

    [Fact]
    public void LaneKey_OfAProviderWithDataAndOfTheMany()
    {
        Assert.Equal("google/eg-1", LaneKey.Of("google", hasData: true, "eg-1"));
        Assert.Matches("^tail-[01][0-9]/eg-1$", LaneKey.Of("d1.example", hasData: false, "eg-1"));
        Assert.Equal("eg-1", LaneKey.EgressOf(LaneKey.Of("d1.example", hasData: false, "eg-1")));
        Assert.Equal(LaneKey.TailShards, Enumerable.Range(0, 500).Select(number => LaneKey.Of($"d{number}.example", hasData: false, "e")).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Directory_WithoutLimits_LiftsThoseOfSessionsToo()
    {
        var free = new LaneDirectory(fakes.Plan with { Enforce = false }, ProviderCatalog.Default, cluster.Service<IEgresses>(), cluster.Grains, fakes.Time.Clock);

        Assert.Equal((int.MaxValue, int.MaxValue), (free.PolicyOf("google").RecipientsPerSession, free.PolicyOf("google").RefusalsPerSession));
        Assert.Throws<InvalidOperationException>(() => free.EgressNamed("eg-9"));
        Assert.False(free.Enforce);
    }

    private static (DateTimeOffset Time, Obstacle Cause) NotBefore(LaneAnswer answer)
    {
        var deferred = Assert.IsType<LaneAnswer.NotBefore>(answer);
        return (deferred.Time, deferred.Cause);
    }

    private async Task<LaneAnswer> AskAsync(string localPart) => Assert.Single(await AskGroupAsync(localPart));

    private async Task<LaneAnswer> AskExchangerAsync(int number) => Assert.Single(await EnumerateAsync($"mx{number}.{domain}", ["ok"], CancellationToken.None).InTime());

    private Task<List<LaneAnswer>> AskGroupAsync(params string[] localParts) => EnumerateAsync(localParts, CancellationToken.None).InTime();

    private Task<List<LaneAnswer>> EnumerateAsync(string[] localParts, CancellationToken cancellationToken) => EnumerateAsync("mx." + domain, localParts, cancellationToken);

    private async Task<List<LaneAnswer>> EnumerateAsync(string host, string[] localParts, CancellationToken cancellationToken)
    {
        var route = new Route.Exchangers([new Exchanger(host, 10, [System.Net.IPAddress.Loopback])], domain);
        var questions = localParts.Select((localPart, number) => new LaneQuestion(number, EmailAddress.Parse($"{localPart}@{domain}"), route, AskDecoys: false, Interactive: true));
        var answers = new List<LaneAnswer>();
        await foreach (var some in Lane.AskAsync(new LaneQuestions([.. questions]), cancellationToken))
            answers.AddRange(some.Answers);
        return answers;
    }
}
