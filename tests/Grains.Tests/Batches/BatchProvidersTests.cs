using EmailVerify.Core.Domains;
using EmailVerify.Core.Replies;
using EmailVerify.Grains.Batches;
using EmailVerify.Grains.Lanes;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Batches;

public sealed class BatchProvidersTests
{
    // By the name of its exchanger.
    private const string OfGoogle = "t.l.google.com";

    [Fact]
    public async Task Providers_WhileItRuns_TellWhereItsRowsAre()
    {
        Assert.Equal("google", ProviderCatalog.Default.NameOf("mx." + OfGoogle));
        await using var world = await BatchWorld.StartAsync();
        var (small, later) = (Cluster.Domain(), "later@" + Cluster.Domain());
        var held = world.Sessions.Hold("ada@" + OfGoogle);
        var grain = await world.BeginAsync(["ada@" + OfGoogle, "ok@" + small, later, "no address", "ok@" + small]);
        await held.Reached;
        await UntilAsync(world, grain, new(LaneDirectory.SmallHosts, 0, 2, 1), new("google", 1, 0, 0));
        Assert.True((await grain.ProvidersAsync()).IsWhole);

        held.Open();
        world.Sessions.Answers[later] = ReplyMeaning.MailboxExists;
        var ended = await world.EndAsync(grain, TimeSpan.FromMinutes(20), TimeSpan.FromSeconds(5));
        Assert.Equal(5, ended.Counts.Done);
        await UntilAsync(world, grain, new(LaneDirectory.SmallHosts, 0, 3, 0), new("google", 0, 1, 0));
    }

    [Fact]
    public async Task Providers_ActivationInTheMiddle_SaysThatItHasNotSeenAll()
    {
        await using var world = await BatchWorld.StartAsync();
        var domain = Cluster.Domain();
        var held = world.Sessions.Hold("hang@" + Cluster.Domain());
        var grain = await world.BeginAsync(["ok@" + domain, "later@" + domain]);
        _ = await world.UntilAsync(grain, batch => batch.Counts is { Done: 1, Retrying: 1 });
        await world.Cluster.Silos.DeactivateAsync(grain);
        Assert.False((await grain.ProvidersAsync()).IsWhole);
        held.Open();
    }

    [Fact]
    public void Take_WordsThatOvertakeEachOther_KeepTheNewest()
    {
        var providers = new BatchProviders();
        providers.Take(new WorkerTally(0, 1, 2, [new("google", 1, 2, 0)]), isAtWork: true);
        providers.Take(new WorkerTally(0, 1, 1, [new("google", 5, 1, 0)]), isAtWork: true);
        Assert.Equal([new ProviderRows("google", 1, 3, 0)], providers.Look());

        providers.Ended(0);
        providers.Take(new WorkerTally(0, 1, 3, [new("google", 1, 0, 0)]), isAtWork: false);
        Assert.Equal([new ProviderRows("google", 0, 3, 0)], providers.Look());
    }

    // After a restart more rows come back than were seen to be put off.
    [Fact]
    public void Take_RowsThatWerePutOffBefore_CountNotBelowNone()
    {
        var providers = new BatchProviders();
        providers.Take(new WorkerTally(-1, 1, 1, [new("google", 2, 0, -2)]), isAtWork: true);
        providers.Take(new WorkerTally(-1, 1, 2, [new("google", 0, 1, 1)]), isAtWork: true);
        Assert.Equal([new ProviderRows("google", 0, 1, 1)], providers.Look());
    }

    private static async Task UntilAsync(BatchWorld world, IBatchGrain grain, params ProviderRows[] expected)
    {
        var seen = (await grain.ProvidersAsync()).Providers;
        await world.Time.UntilAsync(
            () =>
            {
                seen = grain.ProvidersAsync().AsTask().GetAwaiter().GetResult().Providers;
                return seen.SequenceEqual(expected);
            },
            TimeSpan.FromMilliseconds(250),
            TimeSpan.FromMinutes(1));
        Assert.Equal(expected, seen);
    }
}
