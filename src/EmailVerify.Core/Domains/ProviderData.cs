using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailVerify.Core.Domains;

/// <summary>The shape of <c>schema/rules/providers.json</c> and of the operator's overrides. What is absent keeps its value, so that an override names only what it changes.</summary>
/// <param name="Version">When the data were last reviewed, as a date.</param>
/// <param name="Providers">The providers.</param>
internal sealed record ProviderData(string? Version, ImmutableArray<ProviderEntry> Providers);

/// <summary>One provider as data.</summary>
internal sealed record ProviderEntry
{
    public string? Name { get; init; }

    public ImmutableArray<string>? Exchangers { get; init; }

    public ImmutableArray<string>? DomainsWithoutCatchAll { get; init; }

    public int? Sessions { get; init; }

    public int? RecipientsPerSession { get; init; }

    public int? SessionsPerMinute { get; init; }

    public int? RefusalsPerSession { get; init; }

    public double? RefusedRatioCap { get; init; }

    public double? CautiousRate { get; init; }

    public double? HighestRate { get; init; }

    public int? PauseMinutes { get; init; }

    public bool? TellsTheTruth { get; init; }

    public bool? ManyDomainsPerSession { get; init; }

    public bool? PipelinesRcpt { get; init; }

    public bool? DemandsTls { get; init; }

    /// <summary>Gets where each value comes from, by the key of the value. Read by people and by the checker.</summary>
    public ImmutableDictionary<string, string>? Sources { get; init; }

    /// <summary>Lays what is given over a policy.</summary>
    public ProviderPolicy Over(ProviderPolicy policy) => policy with
    {
        Exchangers = Exchangers ?? policy.Exchangers,
        DomainsWithoutCatchAll = DomainsWithoutCatchAll ?? policy.DomainsWithoutCatchAll,
        Sessions = Sessions ?? policy.Sessions,
        RecipientsPerSession = RecipientsPerSession ?? policy.RecipientsPerSession,
        SessionsPerMinute = SessionsPerMinute ?? policy.SessionsPerMinute,
        RefusalsPerSession = RefusalsPerSession ?? policy.RefusalsPerSession,
        RefusedRatioCap = RefusedRatioCap ?? policy.RefusedRatioCap,
        CautiousRate = CautiousRate ?? policy.CautiousRate,
        HighestRate = HighestRate ?? policy.HighestRate,
        Pause = PauseMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : policy.Pause,
        TellsTheTruth = TellsTheTruth ?? policy.TellsTheTruth,
        ManyDomainsPerSession = ManyDomainsPerSession ?? policy.ManyDomainsPerSession,
        PipelinesRcpt = PipelinesRcpt ?? policy.PipelinesRcpt,
        DemandsTls = DemandsTls ?? policy.DemandsTls,
    };
}

/// <summary>Reads provider data: JSON with comments; an unknown key is an error, for it is a figure that would silently not hold.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ProviderData))]
internal sealed partial class ProviderJson : JsonSerializerContext;
