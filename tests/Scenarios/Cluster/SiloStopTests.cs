namespace EmailVerify.Scenarios.Cluster;

/// <summary>Silos are asked to end, as for an upgrade: no caller notices.</summary>
[Collection(nameof(Alone))]
[Trait("Pace", "long")]
public sealed class SiloStopTests(ITestOutputHelper output)
{
    [Fact(Timeout = 300_000)]
    public Task Terminate_OneSilo_NoRequestFails() => TerminateAsync(ClusterLoad.Short, silos: 1, TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

    [Fact(Timeout = 1_800_000)]
    public Task Terminate_EachSiloInTurn_NoRequestFails() => TerminateAsync(ClusterLoad.Long, silos: 3, TimeSpan.FromMinutes(15), TestContext.Current.CancellationToken);

    private async Task TerminateAsync(ClusterLoad load, int silos, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var run = await ClusterRun.StartAsync(load, output, cancellationToken);
        foreach (var silo in run.World.Silos.Take(silos))
            await run.ReplaceAsync(silo, cancellationToken);
        await run.ConcludeAsync(patience, mayRefuse: false, cancellationToken);
    }
}
