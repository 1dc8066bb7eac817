using System.Globalization;
using EmailVerify.Scenarios.Kills;

namespace EmailVerify.Scenarios.Cluster;

/// <summary>How much is asked of a cluster while something happens to it.</summary>
/// <param name="Domains">How many hosts the batch has.</param>
/// <param name="Each">How many rows each host has.</param>
/// <param name="Rate">How many single requests come in a second.</param>
internal sealed record ClusterLoad(int Domains, int Each, int Rate)
{
    /// <summary>What the ordinary run has time for.</summary>
    public static readonly ClusterLoad Short = new(60, 100, 20);

    /// <summary>100,000 rows and 50 requests a second.</summary>
    public static readonly ClusterLoad Long = new(1_000, 100, 50);
}

/// <summary>A batch and single requests, something that happens meanwhile, and what must be true whatever it was.</summary>
internal sealed class ClusterRun : IAsyncDisposable
{
    /// <summary>How soon after a kill the others answer as before.</summary>
    public static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(8);

    /// <summary>How soon after one hangs.</summary>
    public static readonly TimeSpan AfterHang = TimeSpan.FromSeconds(15);

    /// <summary>How long at most to wait for that.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The schedule of retries, twice where another egress took over; what a lane may keep an address waiting; and about as long again as an egress was away, a minute here, since it is looked
    /// for no sooner. Less than a lease: those of the dead are ended.
    /// </summary>
    private static readonly TimeSpan AfterTheLast = TimeSpan.FromSeconds(14 + 14 + 30 + 60 + 10);

    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(20);

    private readonly ITestOutputHelper output;
    private readonly ClusterLoad load;
    private readonly Ledger ledger = new();
    private readonly LimitWatch limits;

    private ClusterRun(ClusterWorld world, ClusterLoad load, ITestOutputHelper output)
    {
        (World, this.load, this.output) = (world, load, output);
        Traffic = new Traffic(world, ledger, load.Rate);
        Batch = new BatchFollower(world, BatchFollower.FileOf(load.Domains, load.Each));
        limits = new LimitWatch(world);
    }

    public ClusterWorld World { get; }

    public Traffic Traffic { get; }

    public BatchFollower Batch { get; }

    /// <summary>Starts three silos, the batch and the requests, and waits until both are well under way.</summary>
    public static async Task<ClusterRun> StartAsync(ClusterLoad load, ITestOutputHelper output, CancellationToken cancellationToken, bool apart = false)
    {
        var run = new ClusterRun(await ClusterWorld.StartAsync(3, apart, cancellationToken), load, output);
        try
        {
            run.limits.Begin();
            run.Traffic.Begin();
            await run.Batch.BeginAsync(cancellationToken);
            await run.Batch.UntilAsync(look => look.Done > load.Domains * 2, Patience, cancellationToken);
            Assert.NotNull(await run.Traffic.RecoveredAsync(run.World.Now, Patience, cancellationToken));
            run.Traffic.Count();
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes a line about what was seen.</summary>
    public void Note(FormattableString text) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{World.Now.TotalSeconds:0.0} s: ") + text.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits until single requests are answered as before, and says how long that took.</summary>
    public async Task<TimeSpan> RecoverAsync(string what, TimeSpan since, TimeSpan most, CancellationToken cancellationToken)
    {
        var recovered = await Traffic.RecoveredAsync(since, Patience, cancellationToken);
        Note($"{what}: answers as before after {recovered?.TotalSeconds:0.0} s, the batch stood still for {Batch.LongestStandstill(since).TotalSeconds:0.0} s at most; it is at {Batch.Last}");
        Assert.True(recovered <= most, $"{what}: not as before within {most.TotalSeconds} s.");
        return recovered.Value;
    }

    /// <summary>Replaces a silo in order, as for an upgrade, and waits until all is as before: nobody is refused, but a process that starts has the cores of a small machine for some seconds.</summary>
    public async Task ReplaceAsync(ClusterSilo silo, CancellationToken cancellationToken)
    {
        var at = World.Now;
        var took = await silo.TerminateAsync(cancellationToken);
        await silo.StartAsync(cancellationToken);
        Note($"{silo.Name} ended within {took.TotalSeconds:0.0} s and was ready again {(World.Now - at - took).TotalSeconds:0.0} s after that");
        _ = await RecoverAsync($"upgrade of {silo.Name}", at, Patience, cancellationToken);
    }

    /// <summary>Lets a silo that the others take for dead come back: it finds that it was declared dead, leaves, and is started again.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="since">When it was lost.</param>
    /// <param name="time">For how long it is to be.</param>
    /// <param name="mend">Ends that.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task BringBackAsync(ClusterSilo silo, TimeSpan since, TimeSpan time, Func<Task> mend, CancellationToken cancellationToken)
    {
        if (since + time - World.Now is { Ticks: > 0 } left)
            await Task.Delay(left, TimeProvider.System, cancellationToken);
        var back = World.Now;
        await mend();
        using var patient = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patient.CancelAfter(Leaving);
        var code = await silo.ExitAsync(patient.Token);
        Note($"it was lost for {(back - since).TotalSeconds:0.0} s and had left {(World.Now - back).TotalSeconds:0.0} s later with exit code {code}");
        await silo.StartAsync(cancellationToken);
        _ = await RecoverAsync("its return", World.Now, AfterKill, cancellationToken);
    }

    /// <summary>Ends it: whatever happened, each row has its one true result, each verdict that was told is there, no provider was asked more than it allows, and nobody was kept waiting.</summary>
    /// <param name="patience">How long the batch may take yet.</param>
    /// <param name="mayRefuse">Whether the callers may have been refused.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ConcludeAsync(TimeSpan patience, bool mayRefuse, CancellationToken cancellationToken)
    {
        await Traffic.EndAsync();
        Note($"{Traffic.Summary()}");
        foreach (var group in Traffic.Calls.Where(call => call.End is CallEnd.Refused or CallEnd.Failed or CallEnd.Late).GroupBy(call => (call.End, call.Silo)))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {group.Count()} x {group.First()} … {group.Last()}"));

        // :: Step 1: the batch.
        await Batch.AssertTrueAsync(patience, cancellationToken);
        Note($"{Batch.Summary()}");

        // :: Step 2: what callers were told.
        var audit = new Audit(World.Any.Service, ledger);
        await audit.ReadAsync(ledger.Verdicts, cancellationToken);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(AfterTheLast);
        var without = await audit.EndAsync(end.Token);
        Note($"{ledger.Verdicts.Count} verdicts told and {ledger.Accepted} accepted, {without.Count} of these without a verdict yet; {ledger.Said}");
        foreach (var id in without)
            output.WriteLine(await World.Any.Service.Client.GetStringAsync($"/v1/verifications/{id}", cancellationToken));
        Assert.Empty(ledger.Faults);
        Assert.Empty(without);

        // :: Step 3: whether anybody was kept waiting, or told nothing that helps.
        Assert.DoesNotContain(Traffic.Calls, call => call.End is CallEnd.Failed or CallEnd.Late || (call.End is CallEnd.Refused && !mayRefuse));

        // :: Step 4: what mail hosts saw.
        foreach (var silo in World.Silos.Where(silo => silo.IsUp).ToArray())
            _ = await silo.TerminateAsync(cancellationToken);
        Note($"{await limits.AssertKeptAsync(new Dictionary<string, int>(StringComparer.Ordinal), cancellationToken)}");
    }

    public async ValueTask DisposeAsync()
    {
        await Traffic.DisposeAsync();
        await Batch.DisposeAsync();
        await limits.DisposeAsync();
        await World.DisposeAsync();
    }
}
