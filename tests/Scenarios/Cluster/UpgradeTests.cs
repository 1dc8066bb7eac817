using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios.Cluster;

/// <summary>Silos are replaced one after the other by those of the next version, which has one more grain method: no caller notices.</summary>
[Collection(nameof(Alone))]
[Trait("Pace", "long")]
public sealed class UpgradeTests(ITestOutputHelper output)
{
    [Fact(Timeout = 900_000)]
    public Task Upgrade_EachSiloInTurn_NoRequestFails() => UpgradeAsync(ClusterLoad.Short, TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

    [Fact(Timeout = 1_800_000)]
    public Task Upgrade_EachSiloInTurnUnderAHundredThousandRows_NoRequestFails() => UpgradeAsync(ClusterLoad.Long, TimeSpan.FromMinutes(15), TestContext.Current.CancellationToken);

    private async Task UpgradeAsync(ClusterLoad load, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var next = new Folder("next");
        await ServerProcess.RunAsync(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../tests/Scenarios/Cluster/next-version")), next.Path);
        await using var run = await ClusterRun.StartAsync(load, output, cancellationToken);
        foreach (var silo in run.World.Silos)
        {
            silo.Executable = next["emailverify"];
            await run.ReplaceAsync(silo, cancellationToken);
        }

        await run.ConcludeAsync(patience, mayRefuse: false, cancellationToken);
    }
}
