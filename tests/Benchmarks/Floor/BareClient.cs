using System.Globalization;
using System.Text.Json;
using EmailVerify.Benchmarks.Batches;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks.Floor;

/// <summary>
/// The least that asking costs: a bare client over the same sandbox with the same list, on the core that the service has. It resolves nothing, stores nothing,
/// limits nothing, and reads of a reply its first digit. What the service needs beyond it is the price of all that.
/// </summary>
internal static class BareClient
{
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await Cores.KeepOffMeasuredAsync();
        foreach (var variant in Variant.All)
        {
            await using var sandbox = await SandboxProcess.StartAsync(variant.RoundTrip, variant.Tls, cancellationToken, Cores.OfOthers);
            _ = await MeasureAsync(report, variant, sandbox, cancellationToken);
        }
    }

    /// <summary>Measures the bare client twice: as .NET runs sockets, and with the continuation of a receive run by the thread that polls, which spares a change of threads.</summary>
    /// <returns>The lower processor time for each address, in microseconds.</returns>
    public static async Task<double> MeasureAsync(Report report, Variant variant, SandboxProcess sandbox, CancellationToken cancellationToken)
    {
        report.Figures($"floor, {LoadList.Cold.Count} addresses, {variant.Name}, {variant.FloorSessions} sessions at once");
        var pooled = await MeasureAsync(report, variant, sandbox, inline: false, cancellationToken);
        var inline = await MeasureAsync(report, variant, sandbox, inline: true, cancellationToken);
        return Math.Min(pooled, inline);
    }

    private static async Task<double> MeasureAsync(Report report, Variant variant, SandboxProcess sandbox, bool inline, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            FloorClient.Command, sandbox.Settings["Smtp:Port"], sandbox.Settings["Dns:Servers:0"],
            variant.Tls.ToString(), variant.FloorSessions.ToString(CultureInfo.InvariantCulture),
        ];
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { [InlineCompletions] = inline ? "1" : "0" };
        await using var client = ServerProcess.Start(Path.Combine(AppContext.BaseDirectory, "EmailVerify.Benchmarks"), arguments, environment, Cores.OfMeasured);
        _ = await client.PrintsAsync(line => string.Equals(line, FloorClient.Begins, StringComparison.Ordinal), cancellationToken);
        var sandboxBefore = sandbox.ProcessorTime;
        var printed = await client.PrintsAsync(line => line.StartsWith('{'), cancellationToken);
        var sandboxTook = sandbox.ProcessorTime - sandboxBefore;

        var figures = JsonSerializer.Deserialize<FloorFigures>(printed)!;
        double count = LoadList.Cold.Count;
        report.Figures($"  {(inline ? "inline completions" : "thread pool")}: {count / figures.Seconds:0} addresses a second");
        report.Figures($"    processor an address: bare client {figures.Processor:0.0} µs, {figures.Kernel:0.0} µs of it in the kernel; sandbox {sandboxTook.TotalMicroseconds / count:0.0} µs");
        report.Figures($"    an address: {figures.Tally.Connections / count:0.000} connections, {figures.Tally.Recipients / count:0.000} RCPT");
        report.AtLeast("answered and right", figures.Tally.Right, count, "addresses");
        return figures.Processor;
    }
}
