using System.Collections.Concurrent;
using System.Net;

namespace EmailVerify.Sandbox.Counting;

/// <summary>Counts what visitors do, so that tests can hold a verifier to its manners. Thread-safe.</summary>
public sealed class Counters
{
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<string, CounterSet> providers = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, CounterSet> hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, long> clients = new(StringComparer.Ordinal);
    private long dnsQueries;

    internal Counters(TimeProvider clock)
    {
        this.clock = clock;
        Total = new CounterSet(clock);
    }

    internal CounterSet Total { get; }

    /// <summary>Gets all counts as they are now.</summary>
    public CountersSnapshot Snapshot() => new(Interlocked.Read(ref dnsQueries), Total.Snapshot(), Visited(providers), Visited(hosts), new SortedDictionary<string, long>(clients, StringComparer.Ordinal));

    /// <summary>Sets all counts to zero; sessions that are open stay counted as open.</summary>
    public void Reset()
    {
        Interlocked.Exchange(ref dnsQueries, 0);
        Total.Reset();
        clients.Clear();
        foreach (var set in providers.Values.Concat(hosts.Values))
            set.Reset();
    }

    internal void DnsQuery() => Interlocked.Increment(ref dnsQueries);

    // Few: it listens on loopback only.
    internal void Client(IPAddress address) => clients.AddOrUpdate(address.ToString(), 1, static (_, count) => count + 1);

    internal CounterSet Provider(string name) => providers.GetOrAdd(name, static (_, clock) => new CounterSet(clock), clock);

    internal CounterSet Host(string name) => hosts.GetOrAdd(name, static (_, clock) => new CounterSet(clock), clock);

    private static SortedDictionary<string, CounterSnapshot> Visited(ConcurrentDictionary<string, CounterSet> sets)
    {
        var visited = new SortedDictionary<string, CounterSnapshot>(StringComparer.Ordinal);
        foreach (var (name, set) in sets)
        {
            var snapshot = set.Snapshot();
            if (snapshot.Sessions > 0 || snapshot.OpenSessions > 0)
                visited.Add(name, snapshot);
        }

        return visited;
    }
}
