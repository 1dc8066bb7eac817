using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailVerify.Core.Verdicts;

/// <summary>What a verification said before its evidence was judged again.</summary>
/// <param name="Status">The status that it had.</param>
/// <param name="Reason">The reason that it had.</param>
/// <param name="Score">The score that it had.</param>
/// <param name="Rules">The rules that had read its replies.</param>
/// <param name="Until">When it was judged again.</param>
public sealed record EarlierVerdict(VerdictStatus Status, VerdictReason Reason, int Score, string Rules, DateTimeOffset Until)
{
    /// <summary>How many are kept: the newest 16. Rules change a verdict rarely more than once.</summary>
    public const int MaxKept = 16;

    /// <summary>Writes some as they are stored: a JSON array, oldest first; null where there are none.</summary>
    public static string? Write(ImmutableArray<EarlierVerdict> earlier)
    {
        if (earlier.IsEmpty)
            return null;
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var one in earlier)
            {
                writer.WriteStartObject();
                writer.WriteString("status"u8, Words.Of(one.Status));
                writer.WriteString("reason"u8, Words.Of(one.Reason));
                writer.WriteNumber("score"u8, one.Score);
                writer.WriteString("rules"u8, one.Rules);
                writer.WriteTime("until"u8, one.Until);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; an entry with a word that this version does not have is left out.</summary>
    /// <exception cref="JsonException">The text is no JSON array of objects.</exception>
    public static ImmutableArray<EarlierVerdict> Read(string? json)
    {
        if (json is null)
            return [];
        var earlier = ImmutableArray.CreateBuilder<EarlierVerdict>();
        foreach (var shape in JsonSerializer.Deserialize(json, EarlierVerdictJson.Default.EarlierVerdictShapeArray) ?? [])
        {
            if (Words.TryParse<VerdictStatus>(shape.Status, out var status) && Words.TryParse<VerdictReason>(shape.Reason, out var reason))
                earlier.Add(new EarlierVerdict(status, reason, shape.Score, shape.Rules ?? string.Empty, shape.Until));
        }

        return earlier.DrainToImmutable();
    }
}

/// <summary>One <see cref="EarlierVerdict"/> as JSON, to be read.</summary>
internal sealed record EarlierVerdictShape(string? Status, string? Reason, int Score, string? Rules, DateTimeOffset Until);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EarlierVerdictShape[]))]
internal sealed partial class EarlierVerdictJson : JsonSerializerContext;
