namespace EmailVerify.Scenarios.Cluster;

/// <summary>The database goes away and comes back: no silo is lost, nothing is told that is not stored.</summary>
[Collection(nameof(Alone))]
[Trait("Pace", "long")]
public sealed class DatabaseOutageTests(ITestOutputHelper output)
{
    private static readonly TimeSpan AfterReturn = TimeSpan.FromSeconds(10);

    [Fact(Timeout = 300_000)]
    public Task Stop_ForFifteenSeconds_RefusesAndGoesOn() => StopAsync(ClusterLoad.Short, kill: false, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

    [Fact(Timeout = 300_000)]
    public Task Kill_AndStartAgain_GoesOn() => StopAsync(ClusterLoad.Short, kill: true, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

    [Fact(Timeout = 1_800_000)]
    public Task Stop_ForAMinute_RefusesAndGoesOn() => StopAsync(ClusterLoad.Long, kill: false, TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(15), TestContext.Current.CancellationToken);

    [Fact(Timeout = 1_800_000)]
    public Task Kill_UnderAHundredThousandRows_GoesOn() => StopAsync(ClusterLoad.Long, kill: true, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15), TestContext.Current.CancellationToken);

    private async Task StopAsync(ClusterLoad load, bool kill, TimeSpan time, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var run = await ClusterRun.StartAsync(load, output, cancellationToken);
        await (kill ? run.World.Postgres.KillAsync() : run.World.Postgres.StopAsync());
        var at = run.World.Now;
        await Task.Delay(time, TimeProvider.System, cancellationToken);
        await run.World.Postgres.StartAsync();
        var back = run.World.Now;
        run.Note($"the database was away from {at.TotalSeconds:0.0} s to {back.TotalSeconds:0.0} s");
        _ = await run.RecoverAsync("return of the database", back, AfterReturn, cancellationToken);
        Assert.All(run.World.Silos, silo => Assert.False(silo.Service.Process.HasExited));
        await run.ConcludeAsync(patience, mayRefuse: true, cancellationToken);
    }
}
