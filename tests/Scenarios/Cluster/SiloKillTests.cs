namespace EmailVerify.Scenarios.Cluster;

/// <summary>Silos are killed while a batch runs and callers come: the others go on, and nothing is lost.</summary>
[Collection(nameof(Alone))]
[Trait("Pace", "long")]
public sealed class SiloKillTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Down = TimeSpan.FromSeconds(2);

    [Fact(Timeout = 300_000)]
    public Task Kill_EachSiloInTurn_OthersGoOn() => KillInTurnAsync(ClusterLoad.Short, kills: 3, TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

    [Fact(Timeout = 300_000)]
    public Task Kill_AllAtOnce_GoOnWhenTheyAreBack() => KillAllAsync(ClusterLoad.Short, TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

    [Fact(Timeout = 1_800_000)]
    public Task Kill_EachSiloInTurnTenTimes_OthersGoOn() => KillInTurnAsync(ClusterLoad.Long, kills: 30, TimeSpan.FromMinutes(15), TestContext.Current.CancellationToken);

    [Fact(Timeout = 1_800_000)]
    public Task Kill_AllAtOnceOfAHundredThousandRows_GoOnWhenTheyAreBack() => KillAllAsync(ClusterLoad.Long, TimeSpan.FromMinutes(15), TestContext.Current.CancellationToken);

    private async Task KillInTurnAsync(ClusterLoad load, int kills, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var run = await ClusterRun.StartAsync(load, output, cancellationToken);
        var recovered = new List<TimeSpan>();
        for (var kill = 0; kill < kills; kill++)
        {
            var silo = run.World.Silos[kill % run.World.Silos.Count];
            var at = run.World.Now;
            await silo.KillAsync();
            recovered.Add(await run.RecoverAsync($"kill of {silo.Name}", at, ClusterRun.AfterKill, cancellationToken));
            await silo.StartAsync(cancellationToken);
        }

        run.Note($"recovered after {recovered.Average(one => one.TotalSeconds):0.0} s on average, {recovered.Max().TotalSeconds:0.0} s at most");
        await run.ConcludeAsync(patience, mayRefuse: false, cancellationToken);
    }

    private async Task KillAllAsync(ClusterLoad load, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var run = await ClusterRun.StartAsync(load, output, cancellationToken);
        var at = run.World.Now;
        await Task.WhenAll(run.World.Silos.Select(silo => silo.KillAsync()));
        await Task.Delay(Down, TimeProvider.System, cancellationToken);
        var again = run.World.Now;
        await Task.WhenAll(run.World.Silos.Select(silo => silo.StartAsync(cancellationToken)));
        run.Note($"all killed at {at.TotalSeconds:0.0} s, ready {(run.World.Now - again).TotalSeconds:0.0} s after their start");
        _ = await run.RecoverAsync("kill of all", run.World.Now, ClusterRun.AfterKill, cancellationToken);
        await run.ConcludeAsync(patience, mayRefuse: false, cancellationToken);
    }
}
