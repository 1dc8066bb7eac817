namespace EmailVerify.Scenarios.Cluster;

/// <summary>A silo hangs: the others take its work, and when it goes on it finds that it was declared dead, and leaves.</summary>
[Collection(nameof(Alone))]
[Trait("Pace", "long")]
public sealed class SiloHangTests(ITestOutputHelper output)
{
    [Fact(Timeout = 300_000)]
    public Task Hang_ForTwentySeconds_OthersGoOnAndItLeaves() => HangAsync(ClusterLoad.Short, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

    [Fact(Timeout = 1_800_000)]
    public Task Hang_ForAMinute_OthersGoOnAndItLeaves() => HangAsync(ClusterLoad.Long, TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(15), TestContext.Current.CancellationToken);

    private async Task HangAsync(ClusterLoad load, TimeSpan time, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var run = await ClusterRun.StartAsync(load, output, cancellationToken);
        var silo = run.World.Silos[1];
        var at = run.World.Now;
        silo.Freeze();
        _ = await run.RecoverAsync($"hang of {silo.Name}", at, ClusterRun.AfterHang, cancellationToken);
        await run.BringBackAsync(
            silo,
            at,
            time,
            () =>
            {
                silo.Thaw();
                return Task.CompletedTask;
            },
            cancellationToken);
        await run.ConcludeAsync(patience, mayRefuse: false, cancellationToken);
    }
}
