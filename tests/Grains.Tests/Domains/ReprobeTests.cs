using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Grains.Domains;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Domains;

public sealed class ReprobeTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);
    private readonly Cluster cluster = shared.Cluster;
    private readonly string domain = Cluster.Domain();

    private IDomainGrain Grain => cluster.Grains.GetGrain<IDomainGrain>(domain);

    private int Asked => cluster.Sessions.Asked.Count(one => one.Address.EndsWith("@" + domain, StringComparison.Ordinal));

    [Theory]
    [InlineData(ReplyMeaning.NoSuchMailbox, CatchAllState.RefusesDecoys, 1)]
    [InlineData(ReplyMeaning.MailboxExists, CatchAllState.AnswersBothWays, 2)]
    public async Task Reprobe_OfADomainInUse_RenewsItsStateBeforeItDecays(ReplyMeaning answer, CatchAllState state, int decoys)
    {
        cluster.Sessions.Answers["*@" + domain] = answer;
        var was = AboutToDecay();
        _ = await Grain.KnowAsync().InTime();

        await cluster.Time.UntilAsync(() => cluster.Store.Domain(domain)!.CatchAll.FreshUntil > was, Step, TimeSpan.FromMinutes(2));
        Assert.Equal(state, cluster.Store.Domain(domain)?.CatchAll.State);
        Assert.Equal(decoys, Asked);

        // What had been asked about was of the other shape.
        Assert.Contains('.', cluster.Sessions.Asked.First(one => one.Address.EndsWith("@" + domain, StringComparison.Ordinal)).Address.Split('@')[0]);
    }

    [Fact]
    public async Task Reprobe_OfADomainThatNobodyUses_IsLeftOut()
    {
        _ = AboutToDecay();
        _ = await Grain.CatchAllAsync(TimeSpan.Zero).InTime();
        await cluster.Time.PassAsync(TimeSpan.FromMinutes(3), Step);

        Assert.Equal(0, Asked);
    }

    [Fact]
    public async Task Reprobe_OfADomainThatAskedForAPause_WaitsForItsEnd()
    {
        cluster.Sessions.Answers["*@" + domain] = ReplyMeaning.NoSuchMailbox;
        _ = AboutToDecay();
        await Grain.PauseAsync(cluster.Time.Now.AddMinutes(4)).InTime();
        _ = await Grain.KnowAsync().InTime();
        await cluster.Time.PassAsync(TimeSpan.FromMinutes(3), Step);
        Assert.Equal(0, Asked);

        _ = await Grain.KnowAsync().InTime();
        await cluster.Time.UntilAsync(() => Asked == 1, Step, TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task Reprobe_ThatTellsNothing_IsNotRepeatedEveryMinute()
    {
        cluster.Sessions.Answers["*@" + domain] = ReplyMeaning.Greylisted;
        _ = AboutToDecay();
        for (var minute = 0; minute < 10; minute++)
        {
            _ = await Grain.KnowAsync().InTime();
            await cluster.Time.PassAsync(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(30));
        }

        Assert.Equal(1, Asked);

        // Its own question does not count as use.
        await cluster.Time.PassAsync(TimeSpan.FromMinutes(80), TimeSpan.FromMinutes(2));
        Assert.Equal(1, Asked);
    }

    [Fact]
    public async Task Reprobe_WithoutAnEgress_AsksNobody()
    {
        await using var mute = await Cluster.StartAsync(new Fakes { Plan = new([], TlsMode.Opportunistic, new ProbeTimeouts(), Enforce: true) });
        mute.Store.Put(new DomainRecord(domain, null, Finding(mute.Time.Now), null));
        var grain = mute.Grains.GetGrain<IDomainGrain>(domain);
        _ = await grain.KnowAsync().InTime();
        await mute.Time.PassAsync(TimeSpan.FromMinutes(2), Step);

        Assert.Equal(Finding(mute.Time.Now).State, (await grain.CatchAllAsync(TimeSpan.Zero).InTime()).State);
        Assert.Empty(mute.Sessions.Opened);
    }

    private static CatchAllFinding Finding(DateTimeOffset now) => new(CatchAllState.RefusesDecoys, now.AddDays(-6), now.AddHours(12), 1);

    private DateTimeOffset AboutToDecay()
    {
        var finding = Finding(cluster.Time.Now);
        cluster.Store.Put(new DomainRecord(domain, null, finding, null));
        return finding.FreshUntil;
    }
}
