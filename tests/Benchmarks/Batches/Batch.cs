using EmailVerify.Benchmarks.Floor;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks.Batches;

/// <summary>
/// The whole path of a batch: upload, probes, verdicts, download. A cold list with all limits of ours lifted, in random order and sorted by domain; the service has
/// one core and the mail internet the other. Beside it the bare client asks the same. Both programs are warm: other domains were asked before.
/// </summary>
internal static class Batch
{
    private const double MostConnections = 0.08;
    private const double MostRecipients = 1.1;
    private const int MostSecondsToRest = 20;

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await Cores.KeepOffMeasuredAsync();
        foreach (var variant in Variant.All)
        {
            await using var sandbox = await SandboxProcess.StartAsync(variant.RoundTrip, variant.Tls, cancellationToken, Cores.OfOthers);
            var random = await MeasureAsync(report, variant, "random order", LoadList.Cold.Shuffled(), sandbox, cancellationToken);
            var sorted = await MeasureAsync(report, variant, "sorted by domain", LoadList.Cold.ByDomain(), sandbox, cancellationToken);
            var floor = await BareClient.MeasureAsync(report, variant, sandbox, cancellationToken);
            report.Figures($"  service / bare client: random order {random / floor:0.0}, sorted by domain {sorted / floor:0.0}");
        }
    }

    /// <summary>Adds to a sandbox's settings that nothing of ours limits the rate.</summary>
    public static Dictionary<string, string> Unlimited(SandboxProcess sandbox) => new(sandbox.Settings, StringComparer.Ordinal) { ["Lanes:Enforce"] = "false" };

    /// <summary>Has the program compiled, by a batch at domains that no list has, and waits until the compiler rests: a service runs for weeks.</summary>
    /// <returns>The processor time of each of these first addresses, in microseconds.</returns>
    public static async Task<double> WarmAsync(Service service, CancellationToken cancellationToken)
    {
        var client = new BatchClient(service);
        var before = service.Process.ProcessorTime;
        _ = await client.CompletedAsync(await client.UploadAsync(BatchClient.CsvOf(LoadList.WarmUp.Shuffled()), cancellationToken), cancellationToken);
        var used = service.Process.ProcessorTime - before;
        for (var (seconds, last) = (0, service.Process.ProcessorTime); seconds < MostSecondsToRest; seconds++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
            var now = service.Process.ProcessorTime;
            if (now - last < Rest)
                break;
            last = now;
        }

        return used.TotalMicroseconds / LoadList.WarmUp.Count;
    }

    // Returns the service's processor time for each address, in microseconds.
    private static async Task<double> MeasureAsync(Report report, Variant variant, string order, string[] emails, SandboxProcess sandbox, CancellationToken cancellationToken)
    {
        using var data = new Folder("batch");
        await using var service = await Service.StartAsync(data.Path, Unlimited(sandbox), Cores.OfMeasured, cancellationToken);
        var cold = await WarmAsync(service, cancellationToken);
        report.Figures($"batch, {emails.Length} addresses, {variant.Name}, {order}");
        report.Figures($"    the first {LoadList.WarmUp.Count} after the start, the compiler at work: service {cold:0.0} µs");
        var used = await BatchUsage.MeasureAsync(emails, report, service, sandbox, data, cancellationToken);

        double count = emails.Length;
        var (whole, rate) = (used.Whole, count / (used.Upload.Time + used.Run.Time).TotalSeconds);
        var processor = Each(whole.Service);
        report.Figures($"    upload {Seconds(used.Upload)} s, run {Seconds(used.Run)} s, download {Seconds(used.Download)} s; {rate:0} addresses a second from upload to completed");
        report.Figures($"    processor an address: service {processor:0.0} µs, sandbox {Each(whole.Sandbox):0.0} µs");
        report.Figures($"    of the service's: upload {Each(used.Upload.Service):0.0}, run {Each(used.Run.Service):0.0}, download {Each(used.Download.Service):0.0} µs");
        report.Figures($"    service {Memory.Of(service.Process.Id)}");
        report.AtMost("connections an address", used.Connections / count, MostConnections, "connections");
        report.AtMost("RCPT an address", used.Recipients / count, MostRecipients, "RCPT");

        // A cold list that was answered with fewer was not cold, or not asked about.
        report.AtLeast("RCPT an address", used.Recipients / count, 1, "RCPT");
        if (variant.MostProcessor is { } most)
            report.AtMost("service's processor an address", processor, most, "µs");
        if (variant.LeastRate is { } least)
            report.AtLeast("rate", rate, least, "addresses a second");
        return processor;

        double Each(TimeSpan time) => time.TotalMicroseconds / count;
        static double Seconds(Usage phase) => Math.Round(phase.Time.TotalSeconds, 2);
    }
}
