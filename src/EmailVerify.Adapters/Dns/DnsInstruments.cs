using System.Diagnostics.Metrics;
using DnsClient;
using EmailVerify.Core;
using EmailVerify.Core.Domains;

namespace EmailVerify.Adapters.Dns;

/// <summary>What is counted of the DNS. Never a name: those are customers' data.</summary>
internal sealed class DnsInstruments : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "EmailVerify.Dns";

    private readonly Meter? meter;
    private readonly Counter<long>? queries;
    private readonly Counter<long>? hits;

    /// <param name="counts">Whether anything is counted. One resolver of a process does: when a second one with the same names is gone, its counters take those of the first along.</param>
    public DnsInstruments(bool counts)
    {
        if (!counts)
            return;
        meter = new(MeterName);
        queries = meter.CreateCounter<long>("emailverify.dns.queries", "{query}", "Questions put to DNS servers, by record type and outcome.");
        hits = meter.CreateCounter<long>("emailverify.dns.cache.hits", "{question}", "Questions answered from the cache.");
    }

    public void Asked(QueryType type, DnsOutcome outcome) =>
        queries?.Add(1, new KeyValuePair<string, object?>("type", type.ToString()), new KeyValuePair<string, object?>("outcome", Words.Of(outcome)));

    public void Hit() => hits?.Add(1);

    public void Dispose() => meter?.Dispose();
}
