using System.Net.Http.Json;
using System.Text.Json;

namespace EmailVerify.Scenarios.Cluster;

/// <summary>Whoever was put off as a stranger is known when he comes back: by his address and his sender, whichever silo he comes from.</summary>
[Trait("Pace", "slow")]
public sealed class GreylistTests(ITestOutputHelper output)
{
    /// <summary>Its host puts strangers off by address, sender and recipient, and names 3 s.</summary>
    private const string Greylisted = "ada@pause-german.test";

    /// <summary>For so long an egress that is away keeps its domains; then what was put off is asked about anew, and put off once more.</summary>
    private static readonly TimeSpan GoneAfter = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BetweenRareLooks = TimeSpan.FromSeconds(10);

    [Fact(Timeout = 300_000)]
    public async Task Kill_TheSiloThatWasPutOff_AnotherComesBackFromTheSameEgress()
    {
        var ends = TestContext.Current.CancellationToken;
        await using var world = await ClusterWorld.StartAsync(3, apart: false, ends, static _ => 1);
        var at = world.Now;
        var (location, _) = await world.Any.Service.PutOffAsync(Greylisted, ends);
        var asked = Assert.Single(world.Silos, silo => silo.IsConnectedFrom(ClusterWorld.AddressOf(1)));
        await asked.KillAsync();

        var answer = await EndAsync(world, location, BetweenLooks, ends);
        output.WriteLine($"{asked.Name} was killed; {world.Now - at} after the question: {answer}");
        Assert.Equal("deliverable", answer.GetProperty("status").GetString());
        Assert.Equal([("eg-1", 450), ("eg-1", 250)], Attempts(answer));
        Assert.Equal([ClusterWorld.AddressOf(1)], (await world.CountersAsync(ends)).Clients.Keys, StringComparer.Ordinal);
    }

    [Fact(Timeout = 2_700_000)]
    [Trait("Pace", "long")]
    public async Task Kill_TheOnlySiloOfAnEgress_TriesBeginAnewFromAnotherHalfAnHourLater()
    {
        var ends = TestContext.Current.CancellationToken;
        await using var world = await ClusterWorld.StartAsync(2, apart: false, ends);
        var (location, _) = await world.Any.Service.PutOffAsync(Greylisted, ends);
        var first = Assert.Single(world.Silos, silo => silo.IsConnectedFrom(ClusterWorld.AddressOf(1)) || silo.IsConnectedFrom(ClusterWorld.AddressOf(2)));
        await first.KillAsync();
        var at = world.Now;

        var answer = await EndAsync(world, location, BetweenRareLooks, ends);
        output.WriteLine($"{first.Name} was killed; {world.Now - at} later: {answer}");
        Assert.InRange(world.Now - at, GoneAfter - TimeSpan.FromSeconds(10), GoneAfter + TimeSpan.FromMinutes(2));
        Assert.Equal("deliverable", answer.GetProperty("status").GetString());
        var (mine, other) = first == world.Silos[0] ? ("eg-1", "eg-2") : ("eg-2", "eg-1");
        Assert.Equal([(mine, 450), (other, 450), (other, 250)], Attempts(answer));
        Assert.Equal(2, (await world.CountersAsync(ends)).Clients.Count);
    }

    private static async Task<JsonElement> EndAsync(ClusterWorld world, Uri location, TimeSpan betweenLooks, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var response = await world.Any.Service.Client.GetAsync(location, cancellationToken);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            if (response.StatusCode is System.Net.HttpStatusCode.OK)
                return answer;
            await Task.Delay(betweenLooks, TimeProvider.System, cancellationToken);
        }
    }

    private static IEnumerable<(string? Egress, int Code)> Attempts(JsonElement answer) =>
        answer.GetProperty("evidence").EnumerateArray().Select(one => (one.GetProperty("egress").GetString(), one.GetProperty("reply").GetProperty("code").GetInt32()));
}
