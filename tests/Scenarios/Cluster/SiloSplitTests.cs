using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios.Cluster;

/// <summary>A silo is cut off from its neighbours, though not from the database: it may not go on beside them.</summary>
[Collection(nameof(Alone))]
[Trait("Pace", "long")]
public sealed class SiloSplitTests(ITestOutputHelper output)
{
    [Fact(Timeout = 300_000)]
    public Task Split_ForTwentySeconds_OthersGoOnAndItLeaves() => SplitAsync(ClusterLoad.Short, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

    [Fact(Timeout = 1_800_000)]
    public Task Split_ForThirtySecondsUnderAHundredThousandRows_OthersGoOnAndItLeaves() =>
        SplitAsync(ClusterLoad.Long, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(15), TestContext.Current.CancellationToken);

    private async Task SplitAsync(ClusterLoad load, TimeSpan time, TimeSpan patience, CancellationToken cancellationToken)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root makes networks.");
        await using var run = await ClusterRun.StartAsync(load, output, cancellationToken, apart: true);
        var silo = run.World.Silos[2];
        var at = run.World.Now;
        silo.Cut();
        await Networks.CutAsync(3, 1, 2);
        var asked = run.Traffic.AskAsync(silo);
        _ = await run.RecoverAsync($"split of {silo.Name}", at, ClusterRun.AfterHang, cancellationToken);

        // Whoever still asks it is told to ask again, or has a true answer.
        var call = await asked;
        run.Note($"one that was sent to it: {call}");
        Assert.True(call.End is CallEnd.Told or CallEnd.Accepted or CallEnd.Refused or CallEnd.Cut);
        await run.BringBackAsync(silo, at, time, static () => Networks.MendAsync(3, 1, 2), cancellationToken);
        await run.ConcludeAsync(patience, mayRefuse: false, cancellationToken);
    }
}
