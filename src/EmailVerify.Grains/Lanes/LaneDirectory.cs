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
public sealed record LanePlan(ImmutableArray<Egress> Egresses, TlsMode Tls, ProbeTimeouts Timeouts, bool Enforce)
{
    /// <summary>Gets how many sessions a silo has open for batches, over all lanes.</summary>
    public int MaxSessions { get; init; } = SessionSlots.Most;
}

/// <summary>Where to ask about a domain: a lane, or why not.</summary>
/// <param name="Lane">The lane; questions of one group must have the same. Null when none may ask.</param>
/// <param name="NotBefore">Without a lane: when the first of the egresses, which all rest, has rested; null when none is configured.</param>
public readonly record struct LaneFinding(ILaneGrain? Lane, DateTimeOffset? NotBefore);

/// <summary>Finds the lane of a domain, and what it asks a provider with.</summary>
public sealed class LaneDirectory(LanePlan plan, ProviderCatalog providers, EgressHealth health, IGrainFactory grains, TimeProvider clock)
{
    private readonly GrainReferences<ILaneGrain> references = new(grains);

    /// <summary>The name of all hosts together that no data name.</summary>
    public const string SmallHosts = "other";

    /// <summary>Gets a value indicating whether limits hold.</summary>
    public bool Enforce => plan.Enforce;

    /// <summary>Finds the lane that serves a domain from one of the egresses that do not rest.</summary>
    public LaneFinding Find(string domain, string provider)
    {
        var now = clock.GetUtcNow();
        if (EgressChoice.For(domain, HealthyAt(now)) is { } egress)
            return new(references[LaneKey.Of(provider, providers.Knows(provider), egress.Name)], null);
        return new(null, plan.Egresses.Min(resting => health.RestsUntil(resting.Name, now)));
    }

    /// <summary>A provider blocked an egress.</summary>
    /// <returns>Whether the egress rests from now on.</returns>
    public bool Blocked(string egress, string provider, DateTimeOffset at) =>

        // Among thousands of small hosts some refuse every stranger: only what big providers say is said of the egress.
        providers.Knows(provider) && health.Blocked(egress, provider, at);

    /// <summary>Gets the name by which a provider is counted: its own, or that of all small hosts together, of which a list has thousands.</summary>
    public string NameOf(string provider) => providers.Knows(provider) ? provider : SmallHosts;

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

    private ImmutableArray<Egress> HealthyAt(DateTimeOffset now)
    {
        foreach (var egress in plan.Egresses)
        {
            if (health.IsResting(egress.Name, now))
                return plan.Egresses.RemoveAll(one => health.IsResting(one.Name, now));
        }

        return plan.Egresses;
    }
}
