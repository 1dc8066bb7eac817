using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using DnsClient;
using EmailVerify.Benchmarks.Batches;

namespace EmailVerify.Benchmarks.Floor;

/// <summary>What the bare client measured of itself.</summary>
/// <param name="Tally">What its sessions did.</param>
/// <param name="Seconds">In what time.</param>
/// <param name="Processor">Its processor time for each address, in microseconds.</param>
/// <param name="Kernel">The part of it within the kernel: sockets, and waking others.</param>
internal sealed record FloorFigures(FloorTally Tally, double Seconds, double Processor, double Kernel);

/// <summary>
/// The hidden command <c>floor-client PORT DNS TLS SESSIONS</c>: the bare client as a process of its own, so that its processor time is counted alone.
/// It says when it begins, and its figures as JSON when it has ended.
/// </summary>
internal static class FloorClient
{
    public const string Command = "floor-client";
    public const string Begins = "begins";

    public static async Task RunAsync(int port, IPEndPoint dns, bool tls, int sessions)
    {
        // :: Step 1: where everybody is, once and uncounted.
        var hosts = new Dictionary<int, IPEndPoint>();
        var resolver = new LookupClient(new LookupClientOptions(dns) { UseCache = false });
        foreach (var domain in Enumerable.Range(LoadList.Cold.FirstDomain, LoadList.Cold.Domains).Concat(Enumerable.Range(LoadList.WarmUp.FirstDomain, LoadList.WarmUp.Domains)))
        {
            var answer = await resolver.QueryAsync(string.Create(CultureInfo.InvariantCulture, $"mx.load{domain}.test"), QueryType.A);
            hosts.Add(domain, new IPEndPoint(answer.Answers.ARecords().Single().Address, port));
        }

        // :: Step 2: warm, with other domains.
        _ = await AskAllAsync(LoadList.WarmUp, hosts, tls, sessions);
        await Console.Out.WriteLineAsync(Begins);

        // :: Step 3: the list.
        using var own = Process.GetCurrentProcess();
        var (before, kernelBefore) = (own.TotalProcessorTime, own.PrivilegedProcessorTime);
        var began = Stopwatch.GetTimestamp();
        var tally = await AskAllAsync(LoadList.Cold, hosts, tls, sessions);
        var took = Stopwatch.GetElapsedTime(began);
        own.Refresh();
        var figures = new FloorFigures(tally, took.TotalSeconds, Each(own.TotalProcessorTime - before), Each(own.PrivilegedProcessorTime - kernelBefore));
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(figures));
    }

    private static double Each(TimeSpan time) => time.TotalMicroseconds / LoadList.Cold.Count;

    private static async Task<FloorTally> AskAllAsync(LoadList list, Dictionary<int, IPEndPoint> hosts, bool tls, int sessions)
    {
        var next = list.FirstDomain - 1;
        var end = list.FirstDomain + list.Domains;
        var tallies = await Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => WorkAsync()));
        return tallies.Aggregate((one, other) => one + other);

        async Task<FloorTally> WorkAsync()
        {
            var tally = default(FloorTally);
            for (int domain; (domain = Interlocked.Increment(ref next)) < end;)
                tally += await new FloorSession(domain, hosts[domain], tls).RunAsync(list);
            return tally;
        }
    }
}
