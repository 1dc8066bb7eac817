using System.Text.Json.Serialization;

namespace EmailVerify.Core.Verdicts;

/// <summary>One <see cref="Evidence"/> as JSON, to be read.</summary>
internal sealed record EvidenceShape
{
    public DateTimeOffset At { get; init; }

    public string? Stage { get; init; }

    public string[]? Route { get; init; }

    public bool RouteIncomplete { get; init; }

    public string? Exchanger { get; init; }

    public string? ReadAs { get; init; }

    public string? Address { get; init; }

    public string? Egress { get; init; }

    public string? Tls { get; init; }

    public ReplyShape? Reply { get; init; }

    public string? Meaning { get; init; }

    public string? Rule { get; init; }

    public DateTimeOffset? RetryAt { get; init; }

    public DecoyAnswerShape[]? Decoys { get; init; }

    public long DurationMs { get; init; }

    public string[]? Signs { get; init; }

    public double? CatchAllChance { get; init; }
}

/// <summary>One <see cref="ReplyEvidence"/> as JSON.</summary>
internal sealed record ReplyShape
{
    public int Code { get; init; }

    public string? Enhanced { get; init; }

    public string? Text { get; init; }
}

/// <summary>One <see cref="DecoyEvidence"/> as JSON.</summary>
internal sealed record DecoyAnswerShape
{
    public ReplyShape? Reply { get; init; }

    public string? Meaning { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EvidenceShape[]))]
internal sealed partial class EvidenceJsonContext : JsonSerializerContext;
