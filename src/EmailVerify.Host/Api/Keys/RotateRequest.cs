using System.Buffers;
using System.Text.Json;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Keys;

/// <summary>The body of POST <c>/v1/customers/{id}/keys/{key}/rotate</c>, which may be left out.</summary>
/// <param name="Overlap">How long the old key holds beside the new one.</param>
internal sealed record RotateRequest(TimeSpan Overlap)
{
    /// <summary>What is done for who does not say: a day, in which programs can be given the new key.</summary>
    public static readonly RotateRequest Default = new(TimeSpan.FromDays(1));

    /// <summary>How long they may overlap: 30 days.</summary>
    public const int MaxSeconds = 30 * 24 * 60 * 60;
    private const string Detail = "The member overlap_seconds is a whole number from 0 to 2592000 (30 days).";

    /// <summary>Reads a body.</summary>
    public static Parsed<RotateRequest> Parse(ReadOnlySequence<byte> body) => body.IsEmpty ? Default : JsonBody.Parse<RotateRequest>(body, Read);

    private static RotateRequest Read(JsonElement body, BodyErrors errors)
    {
        if (!errors.IsObject(body))
            return Default;
        errors.Others(body, "overlap_seconds");
        if (!body.TryGetProperty("overlap_seconds", out var given) || given.ValueKind is JsonValueKind.Null)
            return Default;
        if (given.ValueKind is JsonValueKind.Number && given.TryGetInt32(out var seconds) && seconds is >= 0 and <= MaxSeconds)
            return new RotateRequest(TimeSpan.FromSeconds(seconds));
        errors.Wrong("/overlap_seconds", given.ValueKind is JsonValueKind.Number ? "out_of_range" : "type", Detail);
        return Default;
    }
}
