using System.Collections.Immutable;
using System.Net;

namespace EmailVerify.Core.Domains;

/// <summary>What the addresses of one exchanger amount to.</summary>
internal enum TargetState
{
    /// <summary>There is an address that may be connected to.</summary>
    Usable,

    /// <summary>The name has no address, does not exist or is none.</summary>
    Absent,

    /// <summary>It leads to loopback or to the unspecified address only: nobody could deliver there.</summary>
    Dead,

    /// <summary>It leads to addresses that others may reach and we never connect to.</summary>
    Forbidden,

    /// <summary>The DNS did not tell.</summary>
    Failed,
}

/// <summary>One exchanger, looked up.</summary>
/// <param name="Record">The MX record, or the implicit one.</param>
/// <param name="State">What its addresses amount to.</param>
/// <param name="Outcome">How the DNS ended; <see cref="DnsOutcome.Failure"/> or <see cref="DnsOutcome.Timeout"/> when failed.</param>
/// <param name="Addresses">Those that may be connected to, IPv4 before IPv6, at most <see cref="RouteFinder.MostAddresses"/>.</param>
/// <param name="CanonicalName">Where a CNAME led, or null.</param>
/// <param name="TimeToLive">The smallest TTL of the answers; zero when one failed, so that it is soon asked again.</param>
internal sealed record Target(
    MxRecord Record, TargetState State, DnsOutcome Outcome, ImmutableArray<IPAddress> Addresses, string? CanonicalName, TimeSpan TimeToLive);
