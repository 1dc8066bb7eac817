using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Tests.Domains;

/// <summary>A resolver made of data. A name that is not there does not exist; a name that is there has no records of other types.</summary>
internal sealed class FakeResolver : IResolver
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);
    private readonly Dictionary<string, DnsAnswer<MxRecord>> mx = [];
    private readonly Dictionary<(string, AddressFamily), DnsAnswer<IPAddress>> addresses = [];

    public ConcurrentQueue<string> Asked { get; } = new();

    public FakeResolver Mx(string name, params (int Preference, string Host)[] records) => MxFor(name, Ttl, records);

    public FakeResolver MxFor(string name, TimeSpan ttl, params (int Preference, string Host)[] records)
    {
        mx[name] = new(DnsOutcome.Answer, [.. records.Select(record => new MxRecord(record.Preference, record.Host))], ttl);
        return this;
    }

    public FakeResolver MxEnds(string name, DnsOutcome outcome, TimeSpan ttl = default)
    {
        mx[name] = new(outcome, [], ttl);
        return this;
    }

    public FakeResolver Host(string name, params string[] texts) => HostFor(name, Ttl, texts);

    public FakeResolver HostFor(string name, TimeSpan ttl, params string[] texts)
    {
        foreach (var family in texts.Select(IPAddress.Parse).GroupBy(address => address.AddressFamily))
            addresses[(name, family.Key)] = new(DnsOutcome.Answer, [.. family], ttl);
        return this;
    }

    public FakeResolver Alias(string name, string canonical, string text)
    {
        addresses[(name, AddressFamily.InterNetwork)] = new(DnsOutcome.Answer, [IPAddress.Parse(text)], Ttl) { CanonicalName = canonical };
        return this;
    }

    public FakeResolver HostEnds(string name, AddressFamily family, DnsOutcome outcome, TimeSpan ttl = default)
    {
        addresses[(name, family)] = new(outcome, [], ttl);
        return this;
    }

    public FakeResolver HostFails(string name, DnsOutcome outcome) =>
        HostEnds(name, AddressFamily.InterNetwork, outcome).HostEnds(name, AddressFamily.InterNetworkV6, outcome);

    public ValueTask<DnsAnswer<MxRecord>> MxAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Asked.Enqueue($"MX {name}");
        return new(mx.GetValueOrDefault(name) ?? new(Missing(name), [], Ttl));
    }

    public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Asked.Enqueue($"{(family is AddressFamily.InterNetwork ? "A" : "AAAA")} {name}");
        return new(addresses.GetValueOrDefault((name, family)) ?? new(Missing(name), [], Ttl));
    }

    private DnsOutcome Missing(string name) =>
        mx.ContainsKey(name) || addresses.Keys.Any(key => string.Equals(key.Item1, name, StringComparison.Ordinal)) ? DnsOutcome.NoData : DnsOutcome.NxDomain;
}
