using EmailVerify.Core.Probes;
using EmailVerify.Grains.Egresses;
using EmailVerify.Grains.Lanes;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Lanes;

/// <summary>Several silos, and who asks from which egress.</summary>
public sealed class EgressPlacementTests
{
    private static readonly Egress Second = new("eg-2", null, "mail2.example.org", "probe@example.org");

    private static LanePlan TwoEgresses => new([Fakes.Egress, Second], TlsMode.Opportunistic, new ProbeTimeouts(), Enforce: true);

    private static LanePlan ManyEgresses => TwoEgresses with { Egresses = [.. Enumerable.Range(1, 20).Select(number => Second with { Name = $"eg-{number}" })] };

    [Fact]
    public async Task Lanes_OfAnEgressThatAllSilosHave_AreOnOneOfThem()
    {
        await using var cluster = await StartAsync(new Fakes { Plan = TwoEgresses }, silos: 3);
        foreach (var egress in new[] { "eg-1", "eg-2" })
        {
            var lanes = Enumerable.Range(0, 20).Select(number => cluster.Grains.GetGrain<ILaneGrain>($"p{number}/{egress}")).ToArray();
            await Task.WhenAll(lanes.Select(lane => lane.RememberAsync().AsTask())).InTime();
            Assert.Single((await Task.WhenAll(lanes.Select(lane => AddressOf(cluster, lane)))).Distinct());
        }
    }

    [Fact]
    public async Task Lanes_WhereTheSiloOfTheirEgressDied_AreOnAnotherThatHasIt()
    {
        await using var cluster = await StartAsync(new Fakes { Plan = ManyEgresses }, silos: 3);

        // The silo that the tests call from must live.
        ILaneGrain lane = null!;
        SiloAddress? first = null;
        for (var number = 0; first is null || cluster.Silos.Silos[0].SiloAddress.Equals(first); number++)
        {
            Assert.InRange(number, 0, 19);
            lane = cluster.Grains.GetGrain<ILaneGrain>($"p/eg-{number + 1}");
            await lane.RememberAsync().InTime();
            first = await AddressOf(cluster, lane);
        }

        await cluster.Silos.KillSiloAsync(cluster.Silos.Silos.Single(silo => silo.SiloAddress.Equals(first)), TestContext.Current.CancellationToken);
        await cluster.Silos.WaitForLivenessToStabilizeAsync();

        await lane.RememberAsync().InTime();

        Assert.NotEqual(first, await AddressOf(cluster, lane));
    }

    [Fact]
    public async Task Roster_OfASiloThatLeft_KeepsItsEgressForHalfAnHour()
    {
        var fakes = new Fakes { Plan = TwoEgresses with { Egresses = [Second] }, HasEgresses = silo => silo == 1 };
        await using var cluster = await StartAsync(fakes, silos: 2);
        var egresses = cluster.Service<IEgresses>();
        Assert.Equal("eg-2", egresses.Roster.For("d.example", fakes.Time.Now).Egress);
        await cluster.Silos.StopSiloAsync(cluster.Silos.Silos[1], TestContext.Current.CancellationToken);

        await fakes.Time.UntilAsync(() => egresses.Roster.For("d.example", fakes.Time.Now) is { Egress: null, NotBefore: not null }, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1));
        await fakes.Time.UntilAsync(() => egresses.Roster.For("d.example", fakes.Time.Now) == default, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(31));
    }

    private static async Task<Cluster> StartAsync(Fakes fakes, short silos)
    {
        var cluster = await Cluster.StartAsync(fakes, silos);
        await cluster.AllKnowAsync([.. fakes.Plan.Egresses.Select(egress => egress.Name)]);
        return cluster;
    }

    private static async Task<SiloAddress?> AddressOf(Cluster cluster, IAddressable grain) => await cluster.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grain);
}
