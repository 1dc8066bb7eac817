using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks.Batches;

/// <summary>A batch that 1,000 people watch, and the same unwatched: in turn, twice each, at domains of their own. Measured from when all watch until it is completed.</summary>
internal static class Watched
{
    private const int Watchers = 1_000;
    private const int OfAKey = 20;
    private const int OpenedAtOnce = 32;
    private const int Domains = 1_000;
    private const int Each = 40;
    private const double MostLost = 10;

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await Cores.KeepOffMeasuredAsync();
        await using var sandbox = await SandboxProcess.StartAsync(TimeSpan.Zero, tls: false, cancellationToken, Cores.OfOthers);
        using var data = new Folder("watchers");
        await using var service = await Service.StartAsync(data.Path, Batch.Unlimited(sandbox), Cores.OfMeasured, cancellationToken);
        _ = await Batch.WarmAsync(service, cancellationToken);
        var keys = await KeysAsync(data, cancellationToken);
        report.Figures($"watchers, {Watchers} of a batch of {Domains * Each} addresses");

        var rates = new double[4];
        for (var round = 0; round < rates.Length; round++)
        {
            var watchers = round % 2 == 0 ? 0 : Watchers;
            rates[round] = await RateAsync(report, new LoadList(1 + (round * Domains), Domains, Each), keys.AsMemory(0, watchers / OfAKey), sandbox, service, cancellationToken);
        }

        // Equal work: the mean rate is the harmonic one.
        var lost = 1 - (((1 / rates[0]) + (1 / rates[2])) / ((1 / rates[1]) + (1 / rates[3])));
        report.AtMost("throughput lost", lost * 100, MostLost, "%");
    }

    // As many as the watchers need: a key may have 20 streams open.
    private static async Task<string[]> KeysAsync(Folder data, CancellationToken cancellationToken)
    {
        var keys = new string[Watchers / OfAKey];
        for (var number = 0; number < keys.Length; number++)
        {
            await using var making = ServerProcess.Start(Service.Executable, ["keys", "create", "--name", $"watcher {number}", "--data", data.Path], core: Cores.OfOthers);
            keys[number] = await making.PrintsAsync(line => line.StartsWith("ev_live_", StringComparison.Ordinal), cancellationToken);
        }

        return keys;
    }

    private static async Task<double> RateAsync(Report report, LoadList list, ReadOnlyMemory<string> keys, SandboxProcess sandbox, Service service, CancellationToken cancellationToken)
    {
        // :: Step 1: the batch, and all who watch it.
        var client = new BatchClient(service);
        var batch = await client.UploadAsync(BatchClient.CsvOf(list.Shuffled()), cancellationToken);
        var path = new Uri(service.Client.BaseAddress!, batch).AbsolutePath;
        var watchers = Enumerable.Range(0, keys.Length * OfAKey).Select(number => new Watcher(keys.Span[number / OfAKey])).ToArray();
        var count = watchers.Length;
        try
        {
            var opening = new ParallelOptions { MaxDegreeOfParallelism = OpenedAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(watchers, opening, async (watcher, token) => await watcher.OpenAsync(service.Client.BaseAddress!, path, token));
            var watching = Task.WhenAll(watchers.Select(watcher => watcher.WatchAsync(cancellationToken)));

            // :: Step 2: what is left of it.
            var first = await client.StateAsync(batch, cancellationToken);
            var before = Usage.Of(service, sandbox);
            var last = await client.CompletedAsync(batch, cancellationToken);
            var used = Usage.Of(service, sandbox) - before;
            var left = last.Done - first.Done;
            var rate = left / used.Time.TotalSeconds;
            var processor = used.Service.TotalMicroseconds / Math.Max(left, 1);
            report.Figures($"    {count} watchers: {left} addresses at {rate:0} a second; service's processor {processor:0.0} µs an address; {Memory.Of(service.Process.Id)}");
            report.AtLeast("left when all watched", left, list.Count / 4, "addresses");

            // :: Step 3: they have all seen its end.
            if (count > 0)
            {
                report.AtLeast("saw the end", (await watching).Count(saw => saw), count, "watchers");
                report.Figures($"    {watchers.Average(watcher => watcher.Octets) / 1_000:0.0} kB for each watcher");
            }

            return rate;
        }
        finally
        {
            Array.ForEach(watchers, watcher => watcher.Dispose());
        }
    }
}
