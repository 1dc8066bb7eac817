using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Domains;

/// <summary>The shape of <c>schema/rules/providers.json</c> and of the operator's overrides. What is absent keeps its value, so that an override names only what it changes.</summary>
/// <param name="Version">When the data were last reviewed, as a date.</param>
/// <param name="Providers">The providers.</param>
internal sealed record ProviderData(string? Version, ImmutableArray<ProviderEntry> Providers);

/// <summary>One provider as data.</summary>
internal sealed record ProviderEntry
{
    public string? Name { get; init; }

    public DateOnly? Reviewed { get; init; }

    public bool? Software { get; init; }

    public ImmutableArray<string>? Exchangers { get; init; }

    public ImmutableArray<string>? EhloNames { get; init; }

    public ImmutableArray<string>? Banners { get; init; }

    public ImmutableArray<string>? DomainsWithoutCatchAll { get; init; }

    public bool? CatchAllPossible { get; init; }

    public int? Sessions { get; init; }

    public int? RecipientsPerSession { get; init; }

    public int? SessionsPerMinute { get; init; }

    public int? RefusalsPerSession { get; init; }

    public double? RefusedRatioCap { get; init; }

    public double? CautiousRate { get; init; }

    public double? HighestRate { get; init; }

    public int? PauseMinutes { get; init; }

    public ImmutableArray<PauseEntry>? Pauses { get; init; }

    public int? GreylistLeastMinutes { get; init; }

    public int? GreylistMostMinutes { get; init; }

    [JsonConverter(typeof(TruthConverter))]
    public RcptTruth? TellsTheTruth { get; init; }

    public ImmutableArray<string>? Requirements { get; init; }

    public bool? ManyDomainsPerSession { get; init; }

    public bool? PipelinesRcpt { get; init; }

    public bool? DemandsTls { get; init; }

    /// <summary>Gets where each value comes from, by the key of the value. Read by people and by the checker.</summary>
    public ImmutableDictionary<string, string>? Sources { get; init; }

    /// <summary>Lays what is given over a policy.</summary>
    /// <exception cref="FormatException">A word is not one of its list.</exception>
    public ProviderPolicy Over(ProviderPolicy policy) => policy with
    {
        Reviewed = Reviewed ?? policy.Reviewed,
        Software = Software ?? policy.Software,
        Exchangers = Exchangers ?? policy.Exchangers,
        EhloNames = EhloNames ?? policy.EhloNames,
        Banners = Banners ?? policy.Banners,
        DomainsWithoutCatchAll = DomainsWithoutCatchAll ?? policy.DomainsWithoutCatchAll,
        CatchAllPossible = CatchAllPossible ?? policy.CatchAllPossible,
        Sessions = Sessions ?? policy.Sessions,
        RecipientsPerSession = RecipientsPerSession ?? policy.RecipientsPerSession,
        SessionsPerMinute = SessionsPerMinute ?? policy.SessionsPerMinute,
        RefusalsPerSession = RefusalsPerSession ?? policy.RefusalsPerSession,
        RefusedRatioCap = RefusedRatioCap ?? policy.RefusedRatioCap,
        CautiousRate = CautiousRate ?? policy.CautiousRate,
        HighestRate = HighestRate ?? policy.HighestRate,
        Pause = Minutes(PauseMinutes) ?? policy.Pause,
        Pauses = Pauses is { } pauses ? [.. pauses.Select(pause => pause.Read(policy.Name))] : policy.Pauses,
        GreylistLeast = Minutes(GreylistLeastMinutes) ?? policy.GreylistLeast,
        GreylistMost = Minutes(GreylistMostMinutes) ?? policy.GreylistMost,
        Truth = TellsTheTruth ?? policy.Truth,
        Requirements = Requirements is { } words ? [.. words.Select(word => Word<ProviderRequirement>(policy.Name, "requirements", word))] : policy.Requirements,
        ManyDomainsPerSession = ManyDomainsPerSession ?? policy.ManyDomainsPerSession,
        PipelinesRcpt = PipelinesRcpt ?? policy.PipelinesRcpt,
        DemandsTls = DemandsTls ?? policy.DemandsTls,
    };

    /// <summary>Reads a word of a closed list.</summary>
    internal static TEnum Word<TEnum>(string provider, string key, string? word)
        where TEnum : struct, Enum =>
        Words.TryParse<TEnum>(word, out var value) ? value : throw new FormatException($"Provider {provider}: \"{word}\" is no word of {key}; there are {string.Join(", ", Words.All<TEnum>())}.");

    private static TimeSpan? Minutes(int? minutes) => minutes is { } given ? TimeSpan.FromMinutes(given) : null;
}

/// <summary>One pause as data.</summary>
/// <param name="Says">Words of the reply; null for any.</param>
/// <param name="Meaning">The word of a <see cref="ReplyMeaning"/>; null for any.</param>
/// <param name="Minutes">How long.</param>
/// <param name="Closes">Whether nobody is asked there until then.</param>
internal sealed record PauseEntry(string? Says, string? Meaning, int? Minutes, bool Closes = false)
{
    public ProviderPause Read(string provider) => new(
        Says,
        Meaning is null ? null : ProviderEntry.Word<ReplyMeaning>(provider, "meaning", Meaning),
        TimeSpan.FromMinutes(Minutes ?? throw new FormatException($"Provider {provider}: a pause has no minutes.")),
        Closes);
}

/// <summary>Reads what RCPT is worth: <c>yes</c>, <c>no</c> or <c>per_tenant</c>; <c>true</c> and <c>false</c>, as overrides said before there were three, are <c>yes</c> and <c>no</c>.</summary>
internal sealed class TruthConverter : JsonConverter<RcptTruth?>
{
    public override RcptTruth? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => RcptTruth.Yes,
        JsonTokenType.False => RcptTruth.No,
        JsonTokenType.String when Words.TryParse<RcptTruth>(reader.GetString(), out var truth) => truth,
        _ => throw new JsonException("tells_the_truth must be yes, no or per_tenant."),
    };

    public override void Write(Utf8JsonWriter writer, RcptTruth? value, JsonSerializerOptions options) => writer.WriteStringValue(value is { } truth ? Words.Of(truth) : null);
}

/// <summary>Reads provider data: JSON with comments; an unknown key is an error, for it is a figure that would silently not hold.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ProviderData))]
internal sealed partial class ProviderJson : JsonSerializerContext;
