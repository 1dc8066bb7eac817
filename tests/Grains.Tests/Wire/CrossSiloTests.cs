using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Lanes;
using EmailVerify.Grains.Retries;
using EmailVerify.Grains.Tests.World;
using Orleans.Runtime.Placement;

namespace EmailVerify.Grains.Tests.Wire;

/// <summary>Grains that call each other live on different silos: what crosses is written and read.</summary>
public sealed class CrossSiloTests : IAsyncDisposable
{
    private readonly Fakes fakes;
    private int siloOfLanes;
    private Cluster cluster = null!;

    public CrossSiloTests() => fakes = new Fakes { HasEgresses = silo => silo == siloOfLanes };

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null)
            await cluster.DisposeAsync();
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public async Task Verify_WithItsGrainsApart_IsAnsweredAsTogether(int email, int domain, int lane)
    {
        await StartAsync(lane);
        foreach (var (localPart, prefix, reason) in new[] { ("ok", "", VerdictReason.AcceptedEmail), ("ok", "all-", VerdictReason.AcceptAll), ("no", "", VerdictReason.RejectedEmail) })
        {
            var address = Cluster.Address(localPart, prefix);
            await PlaceAsync(address, email, domain);
            var answer = await cluster.VerifyAsync(address);

            Assert.Equal(reason, answer.Verification.Verdict?.Reason);
            Assert.Equal(fakes.Store.Row(answer.Verification.Id)!.Verdict, answer.Verification.Verdict);
            Assert.Equal(["mx." + address[(localPart.Length + 1)..]], Assert.Single(answer.Verification.Evidence).Route, StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task Verify_PutOffAndRetriedAcrossSilos_Ends()
    {
        await StartAsync(0);
        var address = Cluster.Address("later");
        var retries = cluster.Grains.GetGrain<IRetryGrain>(RetryKey.Of(Cluster.HashOf(address).Shard(RetryTicket.Shards)));
        var apart = cluster.Silos.Silos[0].SiloAddress.Equals(await AddressOf(retries)) ? 1 : 0;
        await PlaceAsync(address, apart, 0);
        var pending = (await cluster.VerifyAsync(address)).Verification;
        Assert.Equal(fakes.Store.Row(pending.Id)!.Pending, pending.Pending);

        await fakes.Time.UntilAsync(() => fakes.Store.Row(pending.Id)?.Attempts == 2, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(7));
    }

    [Fact]
    public async Task Verify_WhoseStoreFailsOnTheOtherSilo_KeepsItsException()
    {
        await StartAsync(0);
        var address = Cluster.Address("ok");
        await PlaceAsync(address, 1, 0);
        fakes.Store.Fails = "save cus_a deliverable";

        var failure = await Assert.ThrowsAsync<StorageUnavailableException>(() => cluster.VerifyAsync(address));
        Assert.Equal("The store is away.", failure.Message);
    }

    [Fact]
    public async Task Verify_WhenTheLanesSiloDies_AsksAgain()
    {
        // Both silos have the egresses, and the domain's lane is where the tests do not call from.
        var many = new Fakes { Plan = fakes.Plan with { Egresses = [.. Enumerable.Range(1, 20).Select(number => Fakes.Egress with { Name = $"eg-{number}" })] } };
        cluster = await Cluster.StartAsync(many, silos: 2);
        await cluster.AllKnowAsync("eg-20");
        var (address, far) = (string.Empty, cluster.Silos.Silos[1].SiloAddress);
        for (SiloAddress? place = null; !far.Equals(place);)
        {
            address = Cluster.Address("ok");
            var domain = EmailAddress.Parse(address).Domain;
            var lane = Assert.IsAssignableFrom<ILaneGrain>(cluster.Service<LaneDirectory>().Find(domain, domain).Lane);
            await lane.RememberAsync().InTime();
            place = await AddressOf(lane);
        }

        await OnAsync(0, async () => _ = await cluster.Email(address).WaitAsync("cus_x", "ver_x", TimeSpan.Zero));
        await OnAsync(0, async () => _ = await cluster.DomainOf(address).CatchAllAsync(TimeSpan.Zero));
        var smtp = many.Sessions.Hold(address);
        var asking = cluster.VerifyAsync(address);
        await smtp.Reached;
        await cluster.Silos.KillSiloAsync(cluster.Silos.Silos[1], TestContext.Current.CancellationToken);

        var pending = (await asking).Verification;
        Assert.Equal((VerdictReason.TemporaryFailure, 0), (pending.Pending!.Cause, pending.Attempts));
        many.Sessions.ReleaseAll();
        await many.Time.UntilAsync(() => many.Store.Row(pending.Id)?.Verdict is not null, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
    }

    // The silo that has the egress has its lanes.
    private async Task StartAsync(int lanes)
    {
        siloOfLanes = lanes;
        cluster = await Cluster.StartAsync(fakes, silos: 2);
        await cluster.AllKnowAsync("eg-1");
    }

    private async Task PlaceAsync(string address, int email, int domain)
    {
        await OnAsync(email, async () => _ = await cluster.Email(address).WaitAsync("cus_x", "ver_x", TimeSpan.Zero));
        await OnAsync(domain, async () => _ = await cluster.DomainOf(address).CatchAllAsync(TimeSpan.Zero));
        await cluster.LaneOf(address).RememberAsync();
        var places = cluster.Silos.Silos.Select(silo => silo.SiloAddress).ToArray();
        Assert.Equal(
            (places[email], places[domain], places[siloOfLanes]),
            (await AddressOf(cluster.Email(address)), await AddressOf(cluster.DomainOf(address)), await AddressOf(cluster.LaneOf(address))));
    }

    private async Task<SiloAddress?> AddressOf(IAddressable grain) => await cluster.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grain);

    private async Task OnAsync(int silo, Func<Task> activate)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, cluster.Silos.Silos[silo].SiloAddress);
        try
        {
            await activate().InTime();
        }
        finally
        {
            RequestContext.Clear();
        }
    }
}
