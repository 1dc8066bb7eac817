using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace EmailVerify.Core.Domains;

/// <summary>How a DNS question ended. Kept apart, since only two of the five say something about the domain.</summary>
public enum DnsOutcome
{
    /// <summary>There are records.</summary>
    Answer,

    /// <summary>The name exists and has no record of this type.</summary>
    NoData,

    /// <summary>The name does not exist (NXDOMAIN, RFC 8020).</summary>
    NxDomain,

    /// <summary>SERVFAIL, REFUSED or a malformed answer: nothing about the domain.</summary>
    Failure,

    /// <summary>No server answered in time: nothing about the domain.</summary>
    Timeout,
}

/// <summary>The answer to one DNS question.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Records">The records; empty unless <paramref name="Outcome"/> is <see cref="DnsOutcome.Answer"/>.</param>
/// <param name="TimeToLive">How long it may be believed: the smallest TTL, or the SOA minimum of a negative answer (RFC 2308); zero for failures.</param>
public sealed record DnsAnswer<TRecord>(DnsOutcome Outcome, ImmutableArray<TRecord> Records, TimeSpan TimeToLive)
{
    /// <summary>Gets the name that the CNAMEs led to, or null where there were none. Vanity names of exchangers show their provider so.</summary>
    public string? CanonicalName { get; init; }
}

/// <summary>One MX record (RFC 5321 5.1).</summary>
/// <param name="Preference">Lower is asked first.</param>
/// <param name="Host">The exchanger's name in lower case without the final dot; empty for the root, the null MX of RFC 7505.</param>
public readonly record struct MxRecord(int Preference, string Host);

/// <summary>Asks the DNS. Follows CNAMEs, goes to TCP after truncation, keeps answers by their TTL and asks each question once at a time.</summary>
public interface IResolver
{
    /// <summary>Asks for the MX records of a name.</summary>
    /// <param name="name">An A-label name in lower case without a final dot.</param>
    ValueTask<DnsAnswer<MxRecord>> MxAsync(string name, CancellationToken cancellationToken);

    /// <summary>Asks for the addresses of a name in one family.</summary>
    ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family, CancellationToken cancellationToken);
}
