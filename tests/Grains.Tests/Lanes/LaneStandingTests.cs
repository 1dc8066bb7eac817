using EmailVerify.Core.Lanes;
using EmailVerify.Grains.Lanes;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Lanes;

public sealed class LaneStandingTests : IAsyncLifetime
{
    private readonly Fakes fakes = new();
    private readonly string domain = Cluster.Domain();
    private Cluster cluster = null!;

    private ILaneGrain Lane => cluster.LaneOf("x@" + domain);

    public async ValueTask InitializeAsync() => cluster = await Cluster.StartAsync(fakes);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task LiveLanes_NobodyAsked_AreNone()
    {
        Assert.Empty(await cluster.Service<ILiveLanes>().KeysAsync());
        _ = await cluster.VerifyAsync("ok@" + domain);
        Assert.Equal([Lane.GetPrimaryKeyString()], await cluster.Service<ILiveLanes>().KeysAsync(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Stand_AfterAnswers_TellsWhatWasSaid()
    {
        _ = await cluster.VerifyAsync("ok@" + domain);
        _ = await cluster.VerifyAsync("no@" + domain);
        _ = await cluster.VerifyAsync("no.other@" + domain);

        var standing = await Lane.StandAsync();
        Assert.Equal(new LaneCounts(1, 2, 0), standing.Told);
        Assert.Equal([(550, "no_such_mailbox"), (250, "mailbox_exists")], standing.LastReplies.Select(reply => (reply.Code!.Value, reply.Meaning)));
        Assert.All(standing.LastReplies, reply => Assert.Equal((domain, "mx." + domain), (reply.Provider, reply.Exchanger)));
        Assert.DoesNotContain(standing.LastReplies, reply => reply.Text!.Contains('@', StringComparison.Ordinal));
        var provider = Assert.Single(standing.Providers);
        Assert.Equal((domain, Circuit.Closed, Obstacle.None, 0), (provider.Provider, provider.Regime.Circuit, provider.Regime.Why, provider.WaitingInPerson + provider.WaitingOfBatches));
    }

    // The grain's turn is never held: who looks is answered while a mail server thinks.
    [Fact]
    public async Task Stand_WhileAServerThinks_AnswersAtOnce()
    {
        var gate = fakes.Sessions.Hold("hang@" + domain);
        var asking = cluster.VerifyAsync("hang@" + domain);
        await gate.Reached;
        var standing = await Lane.StandAsync().AsTask().InTime();
        Assert.Equal((1, 1), (standing.Sessions, Assert.Single(standing.Providers).Regime.Sessions));
        gate.Open();
        _ = await asking;
    }

    [Fact]
    public async Task Stand_Blocked_IsOpenUntilItsRestEndsAndThenTries()
    {
        _ = await cluster.Email("blockus@" + domain).VerifyAsync(Cluster.Question("blockus@" + domain));
        var blocked = Assert.Single((await Lane.StandAsync()).Providers).Regime;
        Assert.Equal((Circuit.Open, Obstacle.Block, fakes.Time.Now + Regime.FirstRest), (blocked.Circuit, blocked.Why, blocked.Until));
        Assert.Equal(1, (await Lane.StandAsync()).Told.Blocked);

        fakes.Time.Clock.Advance(Regime.FirstRest);
        var trying = Assert.Single((await Lane.StandAsync()).Providers).Regime;
        Assert.Equal((Circuit.HalfOpen, Obstacle.Block, null, 1), (trying.Circuit, trying.Why, trying.Until, trying.MostSessions));
    }

    [Fact]
    public void LaneKey_OfItsParts_GivesThemBack()
    {
        Assert.Equal("google", LaneKey.ProviderOf(LaneKey.Of("google", hasData: true, "eg-1")));
        Assert.Null(LaneKey.ProviderOf(LaneKey.Of("d1.example", hasData: false, "eg-1")));
    }
}
