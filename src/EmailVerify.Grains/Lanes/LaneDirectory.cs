using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;

namespace EmailVerify.Grains.Lanes;

/// <summary>How lanes are made.</summary>
/// <param name="Egresses">The configured egresses; empty when nothing may leave the machine.</param>
/// <param name="Tls">When TLS is spoken.</param>
/// <param name="Timeouts">How long the steps of a probe may take.</param>
/// <param name="Enforce">False lifts every limit of ours, for load tests against private addresses only.</param>
public sealed record LanePlan(ImmutableArray<Egress> Egresses, TlsMode Tls, ProbeTimeouts Timeouts, bool Enforce);

/// <summary>Finds the lane of a domain, and what it asks a provider with.</summary>
public sealed class LaneDirectory(LanePlan plan, ProviderCatalog providers, IGrainFactory grains)
{
    private readonly GrainReferences<ILaneGrain> references = new(grains);

    /// <summary>Gets a value indicating whether limits hold.</summary>
    public bool Enforce => plan.Enforce;

    /// <summary>Finds the lane that serves a domain, or null when there is no egress.</summary>
    public ILaneGrain? Find(string domain, string provider) => EgressChoice.For(domain, plan.Egresses) is { } egress
        ? references[LaneKey.Of(provider, providers.Knows(provider), egress.Name)]
        : null;

    /// <summary>Gets an egress by its name.</summary>
    /// <exception cref="InvalidOperationException">It is not configured: its lane cannot work here.</exception>
    public Egress EgressNamed(string name) => plan.Egresses.First(egress => string.Equals(egress.Name, name, StringComparison.Ordinal));

    /// <summary>Gets what a provider allows.</summary>
    public ProviderPolicy PolicyOf(string provider) => plan.Enforce ? providers.PolicyOf(provider) : providers.PolicyOf(provider) with
    {
        RecipientsPerSession = int.MaxValue,
        RefusalsPerSession = int.MaxValue,
    };

    /// <summary>Gets what to ask a provider with.</summary>
    public SessionSetup SetupOf(string provider, Egress egress) => new(egress, PolicyOf(provider), plan.Tls, plan.Timeouts);
}
