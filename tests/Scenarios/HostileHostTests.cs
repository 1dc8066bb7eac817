using System.Diagnostics;
using System.Globalization;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>What hosts cost the service that want to do harm: its resident set at the worst, and the time to a verdict.</summary>
[Trait("Pace", "slow")]
public sealed class HostileHostTests
{
    /// <summary>What one session may read of a host is bounded by some 100 KiB; the rest is room for the runtime's own ups and downs.</summary>
    private const long MostGrowth = 48L << 20;

    // New sessions at a host that no data name: 20 a minute.
    private const int Rounds = 18;

    private static readonly string[] Endings = ["unknown/unexpected_reply", "unknown/timeout", "undeliverable/rejected_email"];

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Verify_EndlessAndGarbledHosts_CostsBoundedMemoryAndTime() =>
        await AskAsync(Rounds, TimeSpan.FromSeconds(5), "endless-banner.test", "endless-line.test", "garbage.test", "other-protocol.test", "tls-garbage.test", "tls-injected.test", "tls-cut.test");

    [Fact]
    [Trait("Pace", "long")]
    public async Task Verify_DrippingHost_CostsBoundedMemoryAndTime() =>
        await AskAsync(rounds: 1, TimeSpan.FromSeconds(75), "drip.test");

    private static async Task AskAsync(int rounds, TimeSpan longest, params string[] domains)
    {
        using var data = new Folder("data");
        await using var sandbox = await SandboxProcess.StartAsync(Ends);
        await using var service = await Service.StartAsync(
            data.Path, new Dictionary<string, string>(sandbox.Settings, StringComparer.Ordinal) { ["Retries:Schedule"] = "1s" }, Ends);

        // Honest hosts first, so that the growth is not that of code that runs for the first time.
        for (var round = 0; round < Rounds; round++)
            _ = await Task.WhenAll(Enumerable.Range(0, 20).Select(at => service.VerifyAsync(string.Create(CultureInfo.InvariantCulture, $"ok{round}@d{(20 * round) + at}.load.test"), Ends)));
        var before = Peak(service);

        var slowest = TimeSpan.Zero;
        for (var round = 0; round < rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            var answers = await Task.WhenAll(domains.Select(domain => service.VerifyAsync(string.Create(CultureInfo.InvariantCulture, $"nobody{round}@{domain}"), Ends)));
            var took = Stopwatch.GetElapsedTime(began);
            slowest = took > slowest ? took : slowest;
            Assert.All(answers, answer => Assert.Contains(answer.Verdict(), Endings, StringComparer.Ordinal));
        }

        var after = Peak(service);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{rounds * domains.Length} addresses at {string.Join(", ", domains)}: peak resident set {before >> 20} MiB before, {after >> 20} MiB after; slowest round {slowest.TotalSeconds:0.0} s"));
        Assert.InRange(after - before, 0, MostGrowth);
        Assert.InRange(slowest, TimeSpan.Zero, longest);

        // It is as well as before.
        Assert.Equal("deliverable/accepted_email", (await service.VerifyAsync("ada@postfix.test", Ends)).Verdict());
    }

    private static long Peak(Service service)
    {
        using var process = Process.GetProcessById(service.Process.Id);
        return process.PeakWorkingSet64;
    }
}
