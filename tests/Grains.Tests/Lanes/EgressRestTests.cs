using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Lanes;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Lanes;

public sealed class EgressRestTests : IAsyncLifetime
{
    private static readonly Egress Second = new("eg-2", null, "mail2.example.org", "probe@example.org");
    private readonly Fakes fakes = new() { Plan = new([Fakes.Egress, Second], TlsMode.Opportunistic, new ProbeTimeouts(), Enforce: true) };
    private Cluster cluster = null!;

    private LaneDirectory Directory => cluster.Service<LaneDirectory>();

    public async ValueTask InitializeAsync() => cluster = await Cluster.StartAsync(fakes);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task Find_WhereTwoProvidersBlockedAnEgress_TakesTheOther()
    {
        var domain = DomainServedBy("eg-1");
        await BlockAsync("eg-1", "google");
        Assert.Equal("google/eg-1", KeyOf(Directory.Find(domain, "google")));
        await BlockAsync("eg-1", "microsoft365");

        await FindsAsync(domain, "google/eg-2");
        fakes.Time.Clock.Advance(EgressHealth.FirstRest);
        Assert.Equal("google/eg-1", KeyOf(Directory.Find(domain, "google")));
    }

    [Fact]
    public async Task Find_WhereAllRest_SaysUntilWhenAndTheQuestionIsPutOff()
    {
        await RestAsync("eg-1");
        fakes.Time.Clock.Advance(TimeSpan.FromMinutes(1));
        await RestAsync("eg-2");
        await FakeTime.SeenAsync(() => Directory.Find("d.example", "google").NotBefore is not null);
        var until = fakes.Time.Now + EgressHealth.FirstRest - TimeSpan.FromMinutes(1);
        Assert.Equal(new LaneFinding(null, until), Directory.Find("d.example", "google"));

        var pending = (await cluster.VerifyAsync(Cluster.Address("ok"))).Verification;
        Assert.Equal((VerdictReason.NoEgress, until, 0), (pending.Pending!.Cause, pending.Pending.NextAttemptAt, pending.Attempts));
    }

    [Fact]
    public async Task Blocked_BySmallHosts_SaysNothingOfTheEgress()
    {
        await BlockAsync("eg-1", "small.example");
        await BlockAsync("eg-1", "other.example");

        Assert.Equal("google/eg-1", KeyOf(Directory.Find(DomainServedBy("eg-1"), "google")));
    }

    [Fact]
    public async Task Rest_OverARestart_IsRemembered()
    {
        var domain = DomainServedBy("eg-1");
        await RestAsync("eg-1");
        await FindsAsync(domain, "google/eg-2");
        await cluster.DisposeAsync();

        cluster = await Cluster.StartAsync(fakes);

        Assert.Equal("google/eg-2", KeyOf(Directory.Find(domain, "google")));
    }

    [Fact]
    public async Task Heir_OfALaneThatWasBlockedLately_TellsTheRosterThatDoesNotKnow()
    {
        var domain = DomainServedBy("eg-1");
        await RestAsync("eg-1");
        await fakes.Time.PassAsync(TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(1));
        await cluster.DisposeAsync();
        fakes.Storage.Forget("egress-roster");
        cluster = await Cluster.StartAsync(fakes);
        Assert.Equal("google/eg-1", KeyOf(Directory.Find(domain, "google")));

        foreach (var provider in new[] { "google", "microsoft365" })
            await cluster.Grains.GetGrain<ILaneGrain>(LaneKey.Of(provider, hasData: true, "eg-1")).RememberAsync().InTime();
        await FindsAsync(domain, "google/eg-2");
    }

    [Fact]
    public async Task Find_WithoutAnEgress_NamesNoTime()
    {
        await using var mute = await Cluster.StartAsync(new Fakes { Plan = fakes.Plan with { Egresses = [] } });

        Assert.Equal(default, mute.Service<LaneDirectory>().Find("d.example", "google"));
    }

    private Task FindsAsync(string domain, string key) => FakeTime.SeenAsync(() => string.Equals(KeyOf(Directory.Find(domain, "google")), key, StringComparison.Ordinal));

    private static string? KeyOf(LaneFinding finding) => finding.Lane?.GetPrimaryKeyString();

    private static string DomainServedBy(string egress)
    {
        var roster = new EgressRoster([.. new[] { Fakes.Egress, Second }.Select(one => KnownEgress.Here(one))], 1);
        return Enumerable.Range(0, 100).Select(number => $"d{number}.example").First(domain => string.Equals(roster.For(domain, default).Egress, egress, StringComparison.Ordinal));
    }

    // Only a provider's own hosts speak for it.
    private static string HostOf(string provider) => ProviderCatalog.Default.PolicyOf(provider).AnyHost() ?? "mx." + provider;

    private async Task RestAsync(string egress)
    {
        await BlockAsync(egress, "google");
        await BlockAsync(egress, "microsoft365");
    }

    private async Task BlockAsync(string egress, string provider)
    {
        var route = new Route.Exchangers([new Exchanger(HostOf(provider), 10, [IPAddress.Loopback])], provider);
        var question = new LaneQuestion(0, EmailAddress.Parse("blockus@d.example"), route, AskDecoys: false, Interactive: true);
        var lane = cluster.Grains.GetGrain<ILaneGrain>(LaneKey.Of(provider, ProviderCatalog.Default.Knows(provider), egress));
        await foreach (var some in lane.AskAsync(new LaneQuestions([question]), TestContext.Current.CancellationToken))
            Assert.IsType<LaneAnswer.Ended>(Assert.Single(some.Answers));
    }
}
