using EmailVerify.Core;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Retries;
using EmailVerify.Grains.Tests.World;
using Orleans.Runtime.Placement;

namespace EmailVerify.Grains.Tests.Wire;

/// <summary>Grains that call each other live on different silos: what crosses is written and read.</summary>
public sealed class CrossSiloTests : IAsyncLifetime
{
    private readonly Fakes fakes = new();
    private Cluster cluster = null!;

    public async ValueTask InitializeAsync()
    {
        cluster = await Cluster.StartAsync(fakes, silos: 2);
        await cluster.Silos.WaitForLivenessToStabilizeAsync();
    }

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public async Task Verify_WithItsGrainsApart_IsAnsweredAsTogether(int email, int domain, int lane)
    {
        foreach (var (localPart, prefix, reason) in new[] { ("ok", "", VerdictReason.AcceptedEmail), ("ok", "all-", VerdictReason.AcceptAll), ("no", "", VerdictReason.RejectedEmail) })
        {
            var address = Cluster.Address(localPart, prefix);
            await PlaceAsync(address, email, domain, lane);
            var answer = await cluster.VerifyAsync(address);

            Assert.Equal(reason, answer.Verification.Verdict?.Reason);
            Assert.Equal(fakes.Store.Row(answer.Verification.Id)!.Verdict, answer.Verification.Verdict);
            Assert.Equal(["mx." + address[(localPart.Length + 1)..]], Assert.Single(answer.Verification.Evidence).Route, StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task Verify_PutOffAndRetriedAcrossSilos_Ends()
    {
        var address = Cluster.Address("later");
        var retries = cluster.Grains.GetGrain<IRetryGrain>(RetryKey.Of(Cluster.HashOf(address).Shard(RetryTicket.Shards)));
        var apart = cluster.Silos.Silos[0].SiloAddress.Equals(await AddressOf(retries)) ? 1 : 0;
        await PlaceAsync(address, apart, 0, 0);
        var pending = (await cluster.VerifyAsync(address)).Verification;
        Assert.Equal(fakes.Store.Row(pending.Id)!.Pending, pending.Pending);

        await fakes.Time.UntilAsync(() => fakes.Store.Row(pending.Id)?.Attempts == 2, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(7));
    }

    [Fact]
    public async Task Verify_WhoseStoreFailsOnTheOtherSilo_KeepsItsException()
    {
        var address = Cluster.Address("ok");
        await PlaceAsync(address, 1, 0, 0);
        fakes.Store.Fails = "save cus_a deliverable";

        var failure = await Assert.ThrowsAsync<StorageUnavailableException>(() => cluster.VerifyAsync(address));
        Assert.Equal("The store is away.", failure.Message);
    }

    [Fact]
    public async Task Verify_WhenTheLanesSiloDies_AsksAgain()
    {
        var address = Cluster.Address("ok");
        await PlaceAsync(address, 0, 0, 1);
        var smtp = fakes.Sessions.Hold(address);
        var asking = cluster.VerifyAsync(address);
        await smtp.Reached;
        await cluster.Silos.KillSiloAsync(cluster.Silos.Silos[1], TestContext.Current.CancellationToken);

        var pending = (await asking).Verification;
        Assert.Equal((VerdictReason.TemporaryFailure, 0), (pending.Pending!.Cause, pending.Attempts));
        fakes.Sessions.ReleaseAll();
        await fakes.Time.UntilAsync(() => fakes.Store.Row(pending.Id)?.Verdict is not null, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
    }

    private async Task PlaceAsync(string address, int email, int domain, int lane)
    {
        await OnAsync(email, async () => _ = await cluster.Email(address).WaitAsync("cus_x", "ver_x", TimeSpan.Zero));
        await OnAsync(domain, async () => _ = await cluster.DomainOf(address).CatchAllAsync(TimeSpan.Zero));
        await OnAsync(lane, async () => await cluster.LaneOf(address).RememberAsync());
        var places = cluster.Silos.Silos.Select(silo => silo.SiloAddress).ToArray();
        Assert.Equal(
            (places[email], places[domain], places[lane]),
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
