using System.Diagnostics;
using System.Globalization;
using EmailVerify.Benchmarks;
using EmailVerify.Scenarios.Batches;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>The service is killed while a file comes in, is verified and goes out: nothing that was told is lost, and what comes of the file is what comes of it without kills.</summary>
[Trait("Pace", "slow")]
public sealed class BatchKillTests(ITestOutputHelper output)
{
    private static readonly string[] File = MakeFile();

    [Fact(Timeout = 180_000)]
    public Task Kill_FiveTimesInABatch_EndsAsWithoutKills() => KillAsync(5, TestContext.Current.CancellationToken);

    [Fact(Timeout = 1_800_000)]
    [Trait("Pace", "long")]
    public Task Kill_AHundredTimesInBatches_EndsAsWithoutKills() => KillAsync(100, TestContext.Current.CancellationToken);

    private async Task KillAsync(int kills, CancellationToken cancellationToken)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");

        // :: Step 1: what comes of the file without kills.
        var (expected, asks, ends) = await UnkilledAsync(cancellationToken);
        output.WriteLine($"{File.Length} rows without kills: all asked about once after {asks.TotalSeconds:0.0} s, completed after {ends.TotalSeconds:0.0} s");

        // :: Step 2: kills in turn, file after file.
        using var data = new Folder("batch-kills");
        await using var sandbox = await StartSandboxAsync(cancellationToken);
        await using var life = new KilledBatches(data.Path, SettingsOf(sandbox), File, new Random(seed), output);
        for (var left = kills; left > 0;)
        {
            left -= await life.UploadAsync(left > 0, cancellationToken);
            left -= await life.RunAsync(Math.Min(left, 3), asks, cancellationToken);
            var (results, killed) = await life.DownloadAsync(left > 0, cancellationToken);
            left -= killed;
            RowResult.AssertWhole(File, results);
            Assert.Equal(expected, results.Select(result => result.Verdict), StringComparer.Ordinal);
        }

        // :: Step 3: what it was like.
        output.WriteLine($"{kills} kills: {life.Told} uploads were told before, {life.Untold} repeated ({life.Replayed} replayed); "
            + $"{life.Met} kills met a batch at work; {life.Rest} rows were fetched by a second download");
        output.WriteLine($"ready after at most {life.LongestStart.TotalSeconds:0.00} s; progress at most {life.LongestPause.TotalSeconds:0.00} s after that");
        Assert.True(life.Met > 0, "No kill met open work: nothing was shown.");
        await life.DisposeAsync();
        Politeness.AssertHarmless(await sandbox.FinalCountersAsync(cancellationToken));
    }

    private static Task<SandboxProcess> StartSandboxAsync(CancellationToken cancellationToken) => SandboxProcess.StartAsync(cancellationToken, "--EmailVerify:Sandbox:RoundTrip=40ms", "--EmailVerify:Sandbox:Tls=false");

    private static Dictionary<string, string> SettingsOf(SandboxProcess sandbox) =>
        new(sandbox.Settings, StringComparer.Ordinal) { ["Retries:Schedule"] = "2s,4s,8s", ["Lanes:Enforce"] = "false" };

    private static async Task<(string[] Verdicts, TimeSpan Asks, TimeSpan Ends)> UnkilledAsync(CancellationToken cancellationToken)
    {
        using var data = new Folder("batch-unkilled");
        await using var sandbox = await StartSandboxAsync(cancellationToken);
        await using var service = await Service.StartAsync(data.Path, SettingsOf(sandbox), cancellationToken);
        var customer = new BatchCustomer(service);
        var began = Stopwatch.GetTimestamp();
        var batch = await customer.UploadAsync(File, cancellationToken);
        _ = await customer.UntilAsync(batch, look => look.Done + look.Retrying == look.Total, cancellationToken);
        var asks = Stopwatch.GetElapsedTime(began);
        _ = await customer.CompletedAsync(batch, cancellationToken);
        var ends = Stopwatch.GetElapsedTime(began);
        var results = await customer.ResultsAsync(batch, after: 0, cancellationToken);
        RowResult.AssertWhole(File, results);
        return ([.. results.Select(result => result.Verdict)], asks, ends);
    }

    // Few domains with many mailboxes, so that it takes a while; strangers that are put off, and rows that repeat others.
    private static string[] MakeFile() =>
    [
        .. Enumerable.Range(0, 5_800).Select(at => LoadAddresses.Of((at % 58) + 1, at / 58, exists: at / 58 % 4 != 3)),
        .. Enumerable.Range(0, 60).Select(at => string.Create(CultureInfo.InvariantCulture, $"nobody-{at}@greylist.test")),
        "ada@greylist.test", "ada@greylist-known.test", "nobody@greylist-known.test", "ada@callout.test",
        .. Enumerable.Range(0, 136).Select(at => LoadAddresses.Of((at % 58) + 1, 0, exists: true)),
    ];
}
