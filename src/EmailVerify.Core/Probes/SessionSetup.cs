using System.Collections.Immutable;
using System.Net;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Probes;

/// <summary>What a session asks with.</summary>
/// <param name="Egress">Who asks.</param>
/// <param name="Policy">What the provider allows.</param>
/// <param name="Tls">When TLS is spoken.</param>
/// <param name="Timeouts">How long each step may take.</param>
public sealed record SessionSetup(Egress Egress, ProviderPolicy Policy, TlsMode Tls, ProbeTimeouts Timeouts)
{
    /// <summary>Gets a value indicating whether nothing is asked in clear.</summary>
    internal bool DemandsTls => Tls is TlsMode.Required || Policy.DemandsTls;

    /// <summary>Gets a value indicating whether TLS is spoken where it is offered.</summary>
    internal bool WantsTls => DemandsTls || Tls is TlsMode.Opportunistic;
}

/// <summary>One address of a route, and what comes behind its host.</summary>
internal readonly record struct Candidate(Exchanger Exchanger, IPAddress Address, ImmutableArray<Exchanger> Untried);
