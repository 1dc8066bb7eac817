using System.Diagnostics;
using EmailVerify.Scenarios.Kills;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>The service is killed at random instants under load: what a caller was told stays true, what was accepted ends.</summary>
[Trait("Pace", "slow")]
public sealed class KillTests(ITestOutputHelper output)
{
    /// <summary>The schedule below, what a lane may keep an address waiting, and the rest that lanes keep after a kill.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(14 + 30 + 5);

    /// <summary>So many addresses are asked about again after a kill.</summary>
    private const int Repeated = 50;

    /// <summary>About one kill in five meets an open write, so this many meet some but once in a thousand runs.</summary>
    private const int Enough = 30;

    [Fact]
    public Task Kill_FiveTimesUnderLoad_NothingToldIsLost() => KillAsync(5);

    [Fact]
    [Trait("Pace", "long")]
    public Task Kill_ThirtyTimesUnderLoad_NothingToldIsLost() => KillAsync(30);

    private async Task KillAsync(int kills)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var data = new Folder("kills");
        await using var sandbox = await SandboxProcess.StartAsync(cancellationToken, "--EmailVerify:Sandbox:RoundTrip=20ms");
        var settings = new Dictionary<string, string>(sandbox.Settings, StringComparer.Ordinal) { ["Retries:Schedule"] = "2s,4s,8s" };
        var ledger = new Ledger();
        var (come, cutOff, untold, writing, openWrites) = (0, 0, 0, 0, 0);
        var starts = new List<TimeSpan>();
        IReadOnlyList<string> cut = [];
        IReadOnlyList<string> told = [];
        for (var kill = 0; kill <= kills; kill++)
        {
            // :: Step 1: start on the same data, and stand by what was said.
            var began = Stopwatch.GetTimestamp();
            await using var service = await Service.StartAsync(data.Path, settings, cancellationToken);
            starts.Add(Stopwatch.GetElapsedTime(began));
            var audit = new Audit(service, ledger);
            var found = await audit.FindUntoldAsync(cut, cancellationToken);
            await audit.ReadAsync(told, cancellationToken);
            await audit.ReadAsync(ledger.Waiting, cancellationToken);
            await audit.RepeatAsync(ledger.EmailsOf(told).Take(Repeated), cancellationToken);
            if (kill > 0)
            {
                untold += found;
                openWrites += found > 0 ? 1 : 0;
                output.WriteLine($"kill {kill}: {cut.Count} callers cut off, {found} of them with a row, {told.Count} verdicts read again, {ledger.Waiting.Count} accepted and waiting, ready after {starts[^1].TotalSeconds:0.00} s");
            }

            if (kill == kills)
            {
                await ConcludeAsync(audit, ledger, cancellationToken);
                break;
            }

            // :: Step 2: callers come, and at a random instant it is dead.
            var before = ledger.Verdicts.ToHashSet(StringComparer.Ordinal);
            var callers = new Callers(service, ledger);
            var isWriting = RunProfile.IsCluster ? () => false : service.Process.WorksOf("SQLite writer");
            callers.Begin(come + 1);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1_500, 6_000)), TimeProvider.System, cancellationToken);
            var death = Task.CompletedTask;
            void Kill()
            {
                writing += isWriting() ? 1 : 0;
                death = service.Process.KillAsync();
            }

            // Every other time it is the instant when somebody was told: whoever tells before he writes is caught there.
            if (kill % 2 == 0)
                await callers.AtNextVerdictAsync(Kill);
            else
                Kill();
            await death;
            cut = await callers.EndAsync();
            told = [.. ledger.Verdicts.Where(id => !before.Contains(id))];
            come += callers.Come;
            cutOff += cut.Count;
        }

        var counted = await sandbox.CountersAsync(cancellationToken);
        output.WriteLine($"{kills} kills, {writing} with the writer at work, {openWrites} with rows that nobody was told of ({untold} rows); {come} callers, {cutOff} cut off, "
            + $"{ledger.Verdicts.Count} verdicts told ({ledger.Unknown} unknown), {ledger.Accepted} accepted with 202");
        output.WriteLine($"ready after {starts.Skip(1).Min().TotalSeconds:0.00} to {starts.Skip(1).Max().TotalSeconds:0.00} s, in the middle {starts.Skip(1).Order().ElementAt(kills / 2).TotalSeconds:0.00} s");
        Assert.Empty(ledger.Faults);
        Assert.Equal(0, counted.Total.ForbiddenCommands);
        Assert.True(cutOff > 0 && ledger.Accepted > 0, "No kill met open work: nothing was shown.");
        Assert.True(kills < Enough || ((writing > 0 || RunProfile.IsCluster) && untold > 0), "No kill met an open write: nothing was shown.");
    }

    private async Task ConcludeAsync(Audit audit, Ledger ledger, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var began = Stopwatch.GetTimestamp();
        patience.CancelAfter(Patience);
        var waited = ledger.Waiting.Count;
        var left = await audit.EndAsync(patience.Token);
        output.WriteLine($"of {waited} accepted and waiting {waited - left.Count} have ended {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s after the last start");
        Assert.Empty(left);
        await audit.ReadAsync(ledger.Verdicts, cancellationToken);
    }
}
