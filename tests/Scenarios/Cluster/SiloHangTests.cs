namespace EmailVerify.Scenarios.Cluster;

/// <summary>A silo hangs: the others take its work, and when it goes on it finds that it was declared dead, and leaves.</summary>
[Trait("Pace", "long")]
public sealed class SiloHangTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(20);

    [Fact(Timeout = 300_000)]
    public Task Hang_ForTwentySeconds_OthersGoOnAndItLeaves() => HangAsync(ClusterLoad.Short, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

    [Fact(Timeout = 1_800_000)]
    [Trait("Pace", "long")]
    public Task Hang_ForAMinute_OthersGoOnAndItLeaves() => HangAsync(ClusterLoad.Long, TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(15), TestContext.Current.CancellationToken);

    private async Task HangAsync(ClusterLoad load, TimeSpan time, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var run = await ClusterRun.StartAsync(load, output, cancellationToken);
        var silo = run.World.Silos[1];
        var at = run.World.Now;
        silo.Freeze();
        _ = await run.RecoverAsync($"hang of {silo.Name}", at, ClusterRun.AfterHang, cancellationToken);
        if (at + time - run.World.Now is { Ticks: > 0 } left)
            await Task.Delay(left, TimeProvider.System, cancellationToken);
        var goesOn = run.World.Now;
        silo.Thaw();
        using var patient = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patient.CancelAfter(Leaving);
        var code = await silo.ExitAsync(patient.Token);
        run.Note($"it went on after {(goesOn - at).TotalSeconds:0.0} s and left {(run.World.Now - goesOn).TotalSeconds:0.0} s later with exit code {code}");
        await silo.StartAsync(cancellationToken);
        _ = await run.RecoverAsync("its return", run.World.Now, ClusterRun.AfterKill, cancellationToken);
        await run.ConcludeAsync(patience, mayRefuse: true, cancellationToken);
    }
}
