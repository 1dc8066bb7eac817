using System.Diagnostics;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks.Batches;

/// <summary>
/// Single verifications, 25 a second, first alone and then beside a batch at other providers, 40 ms away with all limits on; and some at the batch's own providers.
/// The limits pace the batch: 300 providers at 5 to 10 addresses a second each.
/// </summary>
internal static class Beside
{
    private const double MostSlower = 1.5;
    private const double MostProcessor = 70;
    private const double LongestAtSameProvider = 2_000;
    private const int Singles = 200;
    private const int AtSameProviders = 20;

    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(40);
    private static readonly LoadList List = new(1, 300, 200);

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await Cores.KeepOffMeasuredAsync();
        await using var sandbox = await SandboxProcess.StartAsync(RoundTrip, tls: false, cancellationToken, Cores.OfOthers);
        using var data = new Folder("beside");
        await using var service = await Service.StartAsync(data.Path, sandbox.Settings, Cores.OfMeasured, cancellationToken);

        // :: Step 1: warm, then alone. No provider is asked twice.
        report.Figures($"beside, {Singles} single verifications, round trip {RoundTrip.TotalMilliseconds} ms");
        _ = await AskAsync(service, LoadAddresses.Across(2_001, Singles, 1), report, cancellationToken);
        var alone = await AskAsync(service, LoadAddresses.Across(3_001, Singles, 1), report, cancellationToken);
        report.Figures($"    alone: {alone}");

        // :: Step 2: beside the batch, once it runs.
        var client = new BatchClient(service);
        var batch = await client.UploadAsync(BatchClient.CsvOf(List.Shuffled()), cancellationToken);
        _ = await client.WaitAsync(batch, state => state.Done > List.Domains, cancellationToken);
        var (first, before) = (await client.StateAsync(batch, cancellationToken), Usage.Of(service, sandbox));
        var beside = await AskAsync(service, LoadAddresses.Across(4_001, Singles, 1), report, cancellationToken);
        var used = Usage.Of(service, sandbox) - before;
        var last = await client.StateAsync(batch, cancellationToken);
        report.Figures($"    beside: {beside}; the batch at {(last.Done - first.Done) / used.Time.TotalSeconds:0} addresses a second");

        // :: Step 3: where the batch itself waits for its turn.
        var same = Enumerable.Range(1, AtSameProviders).Select(domain => LoadList.AddressOf(List.FirstDomain + domain, List.Each));
        var among = await AskAsync(service, [.. same], report, cancellationToken);
        var end = await client.StateAsync(batch, cancellationToken);
        report.Figures($"    at the batch's providers: {among}");

        report.AtMost("service's processor beside the batch", used.Service / used.Time * 100, MostProcessor, "% of its core");
        report.AtMost("P95 beside / P95 alone", beside.Within(0.95) / alone.Within(0.95), MostSlower, "times");
        report.AtMost("verdict at a provider of the batch, the latest", among.Within(1), LongestAtSameProvider, "ms");
        report.AtLeast("rows of the batch still to be done", end.Total - end.Done, 1, "rows");
    }

    // An open loop: who comes does not wait for who came before. The verdict comes after the first RCPT, so the time to it is no shorter.
    private static async Task<Latencies> AskAsync(Service service, string[] emails, Report report, CancellationToken cancellationToken)
    {
        var asked = new List<Task<(long Ticks, bool Right)>>(emails.Length);
        foreach (var email in emails)
        {
            asked.Add(AskAsync(service, email, cancellationToken));
            await Task.Delay(Between, TimeProvider.System, cancellationToken);
        }

        var answers = await Task.WhenAll(asked);
        report.AtLeast("answered and right", answers.Count(answer => answer.Right), emails.Length, "verifications");
        return new Latencies(answers.Select(answer => answer.Ticks));
    }

    private static async Task<(long Ticks, bool Right)> AskAsync(Service service, string email, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var answer = await service.VerifyAsync(email, cancellationToken);
        return (Stopwatch.GetTimestamp() - began, string.Equals(answer.Verdict(), LoadAddresses.TruthOf(email), StringComparison.Ordinal));
    }
}
