namespace EmailVerify.Scenarios.Cluster;

/// <summary>Silos are asked to end, as for an upgrade: no caller notices.</summary>
[Trait("Pace", "long")]
public sealed class SiloStopTests(ITestOutputHelper output)
{
    [Fact(Timeout = 300_000)]
    public Task Terminate_OneSilo_NoRequestFails() => TerminateAsync(ClusterLoad.Short, silos: 1, TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

    [Fact(Timeout = 1_800_000)]
    [Trait("Pace", "long")]
    public Task Terminate_EachSiloInTurn_NoRequestFails() => TerminateAsync(ClusterLoad.Long, silos: 3, TimeSpan.FromMinutes(15), TestContext.Current.CancellationToken);

    private async Task TerminateAsync(ClusterLoad load, int silos, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var run = await ClusterRun.StartAsync(load, output, cancellationToken);
        foreach (var silo in run.World.Silos.Take(silos))
        {
            var at = run.World.Now;
            var took = await silo.TerminateAsync(cancellationToken);
            await silo.StartAsync(cancellationToken);
            run.Note($"{silo.Name} ended within {took.TotalSeconds:0.0} s and was ready again {(run.World.Now - at - took).TotalSeconds:0.0} s after that");
            _ = await run.RecoverAsync($"upgrade of {silo.Name}", at, ClusterRun.Patience, cancellationToken);
        }

        await run.ConcludeAsync(patience, mayRefuse: false, cancellationToken);
    }
}
