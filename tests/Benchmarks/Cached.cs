using System.Diagnostics;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks;

/// <summary>
/// Verdicts that are known already: 10,000 hot addresses in random order over 64 kept connections, a closed loop by one thread on the same machine.
/// Beside it the cheapest endpoint by the same loop, which says what HTTP alone costs here.
/// </summary>
internal static class Cached
{
    private const int Domains = 2_000;
    private const int Each = 5;
    private const int Connections = 64;
    private const int Preloaders = 200;
    private const double LeastRate = 10_000;
    private const double MostProcessor = 100;
    private const double LongestP99 = 25;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await using var sandbox = await SandboxProcess.StartAsync(TimeSpan.Zero, tls: false, cancellationToken);
        using var data = new Folder("cached");
        await using var service = await Service.StartAsync(data.Path, sandbox.Settings, cancellationToken);
        var emails = LoadAddresses.Across(1, Domains, Each);
        var requests = emails.Select(HttpConnection.VerificationOf).ToArray();
        var began = Stopwatch.GetTimestamp();
        await PreloadAsync(service, emails, requests, cancellationToken);
        report.Figures($"cached, {emails.Length} hot addresses (verified live in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s), {Connections} connections, one load thread");

        // The same order in each run.
        new Random(20_261_124).Shuffle(requests);
        var connections = await OpenAsync(service, cancellationToken);
        try
        {
            _ = Loop(service, connections, requests, WarmUp);
            for (var round = 1; round <= 3; round++)
            {
                var baseline = Loop(service, connections, [HttpConnection.GetOf("/health/live")], Measured / 2);
                var figures = Loop(service, connections, requests, Measured);
                report.Figures($"  {round}: {figures}");
                report.Figures($"     /health/live: {baseline}; ratio {figures.Rate / baseline.Rate:0.00}; service {Memory.Of(service.Process.Id)}");
                report.AtLeast("rate", figures.Rate, LeastRate, "a second");
                report.AtMost("service's processor each", figures.Processor, MostProcessor, "µs");
                report.AtMost("P99", figures.Latencies.Within(0.99), LongestP99, "ms");
            }
        }
        finally
        {
            Array.ForEach(connections, connection => connection.Dispose());
        }
    }

    private static async Task PreloadAsync(Service service, string[] emails, byte[][] requests, CancellationToken cancellationToken)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Preloaders).Select(_ => WorkAsync()));

        async Task WorkAsync()
        {
            using var connection = new HttpConnection();
            await connection.OpenAsync(service.Client.BaseAddress!, cancellationToken);
            for (int at; (at = Interlocked.Increment(ref next)) < requests.Length;)
            {
                // Limits of ours may put a verdict off beyond one wait.
                do
                    await connection.AskAsync(requests[at], cancellationToken);
                while (connection.Status == 202);
                if (connection.Status != 200 || !LoadAddresses.IsTrue(emails[at], connection.Body))
                    throw new InvalidOperationException($"{emails[at]} was answered with {connection.Status}: {System.Text.Encoding.UTF8.GetString(connection.Body.Span)}");
            }
        }
    }

    private static async Task<HttpConnection[]> OpenAsync(Service service, CancellationToken cancellationToken)
    {
        var connections = new HttpConnection[Connections];
        for (var at = 0; at < Connections; at++)
            await (connections[at] = new HttpConnection()).OpenAsync(service.Client.BaseAddress!, cancellationToken);
        return connections;
    }

    // One thread that reads the connections in turn: it waits in the kernel, and a time that it measures is never shorter than the true one.
    private static LoopFigures Loop(Service service, HttpConnection[] connections, byte[][] requests, TimeSpan duration)
    {
        var ticks = new List<long>(1_000_000);
        var sent = new long[connections.Length];
        var next = 0;
        using var own = Process.GetCurrentProcess();
        var (serviceBefore, ownBefore) = (service.Process.ProcessorTime, own.TotalProcessorTime);
        var began = Stopwatch.GetTimestamp();
        var end = began + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        for (var at = 0; at < connections.Length; at++)
            Send(at);
        var now = began;
        for (var at = 0; now < end; at = (at + 1) % connections.Length)
        {
            Receive(at);
            Send(at);
        }

        for (var at = 0; at < connections.Length; at++)
            Receive(at);
        var took = Stopwatch.GetElapsedTime(began);
        own.Refresh();
        return new LoopFigures(ticks.Count, took, service.Process.ProcessorTime - serviceBefore, own.TotalProcessorTime - ownBefore, new Latencies(ticks));

        void Send(int at)
        {
            sent[at] = Stopwatch.GetTimestamp();
            connections[at].Send(requests[next]);
            next = (next + 1) % requests.Length;
        }

        void Receive(int at)
        {
            connections[at].Receive();
            if (connections[at].Status != 200)
                throw new InvalidOperationException($"Answered with {connections[at].Status}.");
            now = Stopwatch.GetTimestamp();
            ticks.Add(now - sent[at]);
        }
    }
}

/// <summary>What a loop measured.</summary>
/// <param name="Count">How many answers there were.</param>
/// <param name="Took">In what time.</param>
/// <param name="Service">The service's processor time.</param>
/// <param name="Load">That of the load generator.</param>
/// <param name="Latencies">How long the answers took.</param>
internal sealed record LoopFigures(int Count, TimeSpan Took, TimeSpan Service, TimeSpan Load, Latencies Latencies)
{
    /// <summary>Gets the answers a second.</summary>
    public double Rate => Count / Took.TotalSeconds;

    /// <summary>Gets the service's processor time for each answer, in microseconds.</summary>
    public double Processor => Service.TotalMicroseconds / Count;

    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Rate:0} a second, processor each {Processor:0.0} µs (load {Load.TotalMicroseconds / Count:0.0} µs), {Latencies}");
}
