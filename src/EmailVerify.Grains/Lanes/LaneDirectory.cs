using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Grains.Egresses;

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
/// <param name="NotBefore">Without a lane: when to look again, since the egresses rest or the domain's is away; null when there is none.</param>
public readonly record struct LaneFinding(ILaneGrain? Lane, DateTimeOffset? NotBefore)
{
    /// <summary>Gets a value indicating whether the domain's egress is away, or not known yet.</summary>
    public bool IsAway { get; init; }
}

/// <summary>Finds the lane of a domain, and what it asks a provider with.</summary>
public sealed class LaneDirectory(LanePlan plan, ProviderCatalog providers, IEgresses egresses, IGrainFactory grains, TimeProvider clock)
{
    /// <summary>How long who finds no lane waits for the other silos' egresses to be known.</summary>
    private static readonly TimeSpan ReadySoon = TimeSpan.FromSeconds(2);

    private readonly GrainReferences<ILaneGrain> references = new(grains);

    /// <summary>The name of all hosts together that no data name.</summary>
    public const string SmallHosts = "other";

    /// <summary>Gets a value indicating whether limits hold.</summary>
    public bool Enforce => plan.Enforce;

    /// <summary>Gets a value indicating whether lanes can be found: not before this silo knows the egresses of the others.</summary>
    public bool IsReady => egresses.AreKnown;

    /// <summary>Finds the lane that serves a domain from one of the egresses of all silos.</summary>
    public LaneFinding Find(string domain, string provider)
    {
        if (!IsReady)
            return new(null, clock.GetUtcNow() + ReadySoon) { IsAway = true };
        var finding = egresses.Roster.For(domain, clock.GetUtcNow());
        return finding.Egress is { } egress ? new(references[LaneKey.Of(provider, providers.Knows(provider), egress)], null) : new(null, finding.NotBefore) { IsAway = finding.IsAway };
    }

    /// <summary>Says whether what a provider says of us is said of the egress: among thousands of small hosts some refuse every stranger.</summary>
    public bool SpeaksOfEgress(string provider) => providers.Knows(provider);

    /// <summary>Gets the name by which a provider is counted: its own, or that of all small hosts together, of which a list has thousands.</summary>
    public string NameOf(string provider) => providers.Knows(provider) ? provider : SmallHosts;

    /// <summary>Gets an egress of this silo by its name; null where it is not configured here, and its lane cannot work here.</summary>
    public Egress? OwnEgress(string name) => plan.Egresses.FirstOrDefault(egress => string.Equals(egress.Name, name, StringComparison.Ordinal));

    /// <summary>Gets an egress of any silo by its name.</summary>
    /// <exception cref="InvalidOperationException">No silo has had it for half an hour.</exception>
    public Egress EgressNamed(string name) => (egresses.Roster.Find(name) ?? throw new InvalidOperationException($"No silo has an egress {name}.")).Egress;

    /// <summary>Gets what a provider allows.</summary>
    public ProviderPolicy PolicyOf(string provider) => plan.Enforce ? providers.PolicyOf(provider) : providers.PolicyOf(provider) with
    {
        RecipientsPerSession = int.MaxValue,
        RefusalsPerSession = int.MaxValue,
    };

    /// <summary>Gets what to ask a provider with.</summary>
    public SessionSetup SetupOf(string provider, Egress egress) => new(egress, PolicyOf(provider), plan.Tls, plan.Timeouts);
}
