using System.Diagnostics;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks;

/// <summary>
/// 1,000 verifications at once, each of an address of its own and over a connection of its own, at 200 providers 40 ms away, with all limits on.
/// The first wave meets a service that has just said that it is ready; the second, at other providers, one that is warm. The load generator and
/// the mail internet, which share the processor with it, are warmed before by another service.
/// </summary>
internal static class Singles
{
    private const int Providers = 200;
    private const int Each = 5;
    private const double LongestP95 = 2_000;
    private const double MostMemory = 300;

    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(40);

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        foreach (var tls in (bool[])[true, false])
        {
            report.Figures($"singles, {Providers * Each} at once, {Providers} providers, round trip {RoundTrip.TotalMilliseconds} ms, TLS {(tls ? "on" : "off")}");
            await using var sandbox = await SandboxProcess.StartAsync(RoundTrip, tls, cancellationToken);
            await WarmAsync(sandbox, cancellationToken);
            using var data = new Folder("singles");
            await using var service = await Service.StartAsync(data.Path, sandbox.Settings, cancellationToken);
            await WaveAsync(report, "cold", 1 + Providers, sandbox, service, cancellationToken);
            await WaveAsync(report, "warm", 1 + (2 * Providers), sandbox, service, cancellationToken);
        }
    }

    private static async Task WarmAsync(SandboxProcess sandbox, CancellationToken cancellationToken)
    {
        using var data = new Folder("singles-warm");
        await using var service = await Service.StartAsync(data.Path, sandbox.Settings, cancellationToken);
        _ = await AskAllAsync(service, LoadAddresses.Across(1, Providers, Each), cancellationToken);
    }

    private static async Task WaveAsync(Report report, string name, int firstDomain, SandboxProcess sandbox, Service service, CancellationToken cancellationToken)
    {
        var emails = LoadAddresses.Across(firstDomain, Providers, Each);
        var (serviceBefore, sandboxBefore) = (service.Process.ProcessorTime, sandbox.ProcessorTime);
        using var own = Process.GetCurrentProcess();
        var ownBefore = own.TotalProcessorTime;
        var began = Stopwatch.GetTimestamp();
        var answers = await AskAllAsync(service, emails, cancellationToken);
        var took = Stopwatch.GetElapsedTime(began);
        own.Refresh();

        var latencies = new Latencies(answers.Select(answer => answer.Ticks));
        var memory = Memory.Of(service.Process.Id);
        var answered = answers.Count(answer => answer.Status == 200);
        var wrong = emails.Zip(answers).Count(pair => pair.Second.Status == 200 && !LoadAddresses.IsTrue(pair.First, pair.Second.Body));
        report.Figures($"  {name}: {answered} answered with 200, {wrong} of them wrong; {latencies}; all after {took.TotalSeconds:0.00} s");
        report.Figures($"    processor: service {Seconds(service.Process.ProcessorTime - serviceBefore)} s, sandbox {Seconds(sandbox.ProcessorTime - sandboxBefore)} s, load {Seconds(own.TotalProcessorTime - ownBefore)} s; service {memory}");
        report.AtLeast("answered and right", answered - wrong, emails.Length, "verifications");
        report.AtMost("P95", latencies.Within(0.95), LongestP95, "ms");
        report.AtMost("memory", memory.Highest, MostMemory, "MiB");
    }

    private static Task<(int Status, long Ticks, byte[] Body)[]> AskAllAsync(Service service, IEnumerable<string> emails, CancellationToken cancellationToken)
    {
        var requests = emails.Select(HttpConnection.VerificationOf).ToArray();
        var began = Stopwatch.GetTimestamp();
        return Task.WhenAll(requests.Select(request => AskAsync(service.Client.BaseAddress!, request, began, cancellationToken)));
    }

    // From the instant at which all begin, so that waiting to be connected counts.
    private static async Task<(int Status, long Ticks, byte[] Body)> AskAsync(Uri service, byte[] request, long began, CancellationToken cancellationToken)
    {
        using var connection = new HttpConnection();
        await connection.OpenAsync(service, cancellationToken);
        await connection.AskAsync(request, cancellationToken);
        return (connection.Status, Stopwatch.GetTimestamp() - began, connection.Body.ToArray());
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 2);
}
