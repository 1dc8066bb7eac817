using System.Buffers;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Exports;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Domains;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Exports;

/// <summary>The body of POST <c>/v1/exports</c>.</summary>
/// <param name="Kind">What is wanted.</param>
/// <param name="Format">What it is to be written in.</param>
/// <param name="Filters">Which of it.</param>
/// <param name="ShowsEvidence">Whether verifications show their evidence.</param>
internal sealed record ExportRequest(ExportKind Kind, ExportFormat Format, ExportFilters Filters, bool ShowsEvidence)
{
    /// <summary>How long a domain may be, in characters.</summary>
    public const int MaxDomain = 255;

    // Of any word, time or id that is asked for: enough to tell it from what is right.
    private const int MaxWord = 64;

    // What verifications alone have.
    private static readonly string[] OfVerifications = ["status", "reason", "domain", "batch", "evidence"];

    /// <summary>Reads a body.</summary>
    public static Parsed<ExportRequest> Parse(ReadOnlySequence<byte> body) => JsonBody.Parse(body, Read);

    private static ExportRequest? Read(JsonElement body, BodyErrors errors)
    {
        if (!errors.IsObject(body))
            return null;
        errors.Others(body, ["kind", "format", "from", "to", .. OfVerifications]);
        var kind = WordOf<ExportKind>(body, errors, "kind", isRequired: true);
        var format = WordOf<ExportFormat>(body, errors, "format") ?? ExportFormat.Ndjson;
        var filters = new ExportFilters(
            TimeOf(body, errors, "from"),
            TimeOf(body, errors, "to"),
            WordOf<VerdictStatus>(body, errors, "status"),
            WordOf<VerdictReason>(body, errors, "reason"),
            DomainOf(body, errors),
            BatchOf(body, errors));
        var showsEvidence = EvidenceOf(body, errors);
        if (filters.From >= filters.To)
            errors.Wrong("/to", "out_of_range", "The member to is after from.");
        if (kind is ExportKind.Batches)
        {
            foreach (var name in OfVerifications.Where(name => IsGiven(body, name)))
                errors.Wrong("/" + name, "invalid", $"The member {name} is for the kind verifications.");
        }
        else if (showsEvidence && format is ExportFormat.Csv)
        {
            errors.Wrong("/evidence", "invalid", "CSV has no evidence: take the format ndjson.");
        }

        return new ExportRequest(kind ?? default, format, filters, showsEvidence);
    }

    private static bool IsGiven(JsonElement body, string name) => body.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null;

    private static TEnum? WordOf<TEnum>(JsonElement body, BodyErrors errors, string name, bool isRequired = false)
        where TEnum : struct, Enum
    {
        var detail = $"The member {name} is one of {string.Join(", ", Words.All<TEnum>())}.";
        if (isRequired && !IsGiven(body, name))
            errors.Wrong("/" + name, "required", detail);
        if (errors.Text(body, string.Empty, name, MaxWord, detail) is not { } word)
            return null;
        if (Words.TryParse<TEnum>(word, out var value))
            return value;
        errors.Wrong("/" + name, "invalid", detail);
        return null;
    }

    private static DateTimeOffset? TimeOf(JsonElement body, BodyErrors errors, string name)
    {
        var detail = $"The member {name} is a time, written as in RFC 3339: 2026-11-24T10:15:40Z.";
        if (errors.Text(body, string.Empty, name, MaxWord, detail) is not { } text)
            return null;
        if (Rfc3339.TryParse(text, out var time))
            return time;
        errors.Wrong("/" + name, "invalid", detail);
        return null;
    }

    private static string? DomainOf(JsonElement body, BodyErrors errors)
    {
        if (errors.Text(body, string.Empty, "domain", MaxDomain, DomainText.Detail) is not { } text)
            return null;
        var domain = DomainText.Parse(text)?.Domain;
        if (domain is null)
            errors.Wrong("/domain", "invalid", DomainText.Detail);
        return domain;
    }

    private static string? BatchOf(JsonElement body, BodyErrors errors)
    {
        const string Detail = "The member batch is the id of a batch, bat_ and 26 characters.";
        if (errors.Text(body, string.Empty, "batch", MaxWord, Detail) is not { } id)
            return null;
        if (Id.HasForm(id, "bat"))
            return id;
        errors.Wrong("/batch", "invalid", Detail);
        return null;
    }

    private static bool EvidenceOf(JsonElement body, BodyErrors errors)
    {
        if (!IsGiven(body, "evidence"))
            return false;
        var evidence = body.GetProperty("evidence").ValueKind;
        if (evidence is not (JsonValueKind.True or JsonValueKind.False))
            errors.Wrong("/evidence", "type", "The member evidence is true or false.");
        return evidence is JsonValueKind.True;
    }
}
