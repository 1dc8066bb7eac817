using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Verdicts;

/// <summary>
/// Evidence as JSON: the shape that is stored and that the API shows. Tolerant, so that rows of an older and of a newer version can be read:
/// members that are not known are ignored, missing ones have their default, a meaning that is not known is <see cref="ReplyMeaning.Other"/>.
/// Times are kept to the millisecond, floored.
/// </summary>
public static class EvidenceJson
{
    // Replies are full of angle brackets; the text is never put into a page unescaped.
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? threadBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? threadWriter;

    /// <summary>Writes evidence as a JSON array in UTF-8, oldest first.</summary>
    public static byte[] WriteUtf8(ImmutableArray<Evidence> evidence)
    {
        // Made once a thread: it is done for each attempt.
        var buffer = threadBuffer ??= new ArrayBufferWriter<byte>(2_048);
        var writer = threadWriter ??= new Utf8JsonWriter(buffer, Relaxed);
        try
        {
            WriteTo(writer, evidence);
            writer.Flush();
            return buffer.WrittenSpan.ToArray();
        }
        finally
        {
            writer.Reset();
            buffer.ResetWrittenCount();
        }
    }

    /// <summary>Writes evidence as the text of a JSON array, oldest first.</summary>
    public static string Write(ImmutableArray<Evidence> evidence) => Encoding.UTF8.GetString(WriteUtf8(evidence));

    /// <summary>Writes evidence as a value that is a JSON array, oldest first.</summary>
    public static void WriteTo(Utf8JsonWriter writer, ImmutableArray<Evidence> evidence)
    {
        writer.WriteStartArray();
        foreach (var one in evidence)
            WriteTo(writer, one);
        writer.WriteEndArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote, now or in another version.</summary>
    /// <exception cref="JsonException">The text is no JSON array of objects.</exception>
    public static ImmutableArray<Evidence> Read(string json) =>
        [.. (JsonSerializer.Deserialize(json, EvidenceJsonContext.Default.EvidenceShapeArray) ?? []).Select(FromShape)];

    private static void WriteTo(Utf8JsonWriter writer, Evidence evidence)
    {
        writer.WriteStartObject();
        writer.WriteTime("at"u8, evidence.At);
        writer.WriteString("stage"u8, Words.Of(evidence.Stage));
        writer.WriteStartArray("route"u8);
        foreach (var host in evidence.Route)
            writer.WriteStringValue(host);
        writer.WriteEndArray();
        if (!evidence.IsRouteWhole)
            writer.WriteBoolean("route_incomplete"u8, true);
        writer.WriteString("exchanger"u8, evidence.Exchanger);
        writer.WriteString("address"u8, evidence.Address);
        writer.WriteString("egress"u8, evidence.Egress);
        writer.WriteString("tls"u8, evidence.Tls);
        WriteTo(writer, evidence.Reply);
        writer.WriteString("meaning"u8, evidence.Meaning is { } meaning ? Words.Of(meaning) : null);

        // Follows from the meaning: written for readers, ignored when read.
        writer.WriteString("about"u8, evidence.Meaning is { } read ? Words.Of(read.About()) : null);
        writer.WriteString("rule"u8, evidence.Rule);
        writer.WriteTime("retry_at"u8, evidence.RetryAt);
        writer.WriteStartArray("decoys"u8);
        foreach (var decoy in evidence.Decoys)
        {
            writer.WriteStartObject();
            WriteTo(writer, decoy.Reply);
            writer.WriteString("meaning"u8, Words.Of(decoy.Meaning));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("duration_ms"u8, evidence.Duration.Ticks / TimeSpan.TicksPerMillisecond);

        // These are rare and stand there only where there is something to say.
        if (evidence.ReadAs is { } readAs)
            writer.WriteString("read_as"u8, readAs);
        if (evidence.CatchAllChance is { } chance)
            writer.WriteNumber("catch_all_chance"u8, Math.Round(chance, 3));
        if (evidence.Signs is not Signs.None)
            WriteTo(writer, evidence.Signs);
        writer.WriteEndObject();
    }

    private static void WriteTo(Utf8JsonWriter writer, Signs signs)
    {
        writer.WriteStartArray("signs"u8);
        foreach (var sign in Enum.GetValues<Signs>())
        {
            if (sign is not Signs.None && signs.HasFlag(sign))
                writer.WriteStringValue(Words.Of(sign));
        }

        writer.WriteEndArray();
    }

    private static void WriteTo(Utf8JsonWriter writer, ReplyEvidence? reply)
    {
        if (reply is null)
        {
            writer.WriteNull("reply"u8);
            return;
        }

        writer.WriteStartObject("reply"u8);
        writer.WriteNumber("code"u8, reply.Code);
        writer.WriteString("enhanced"u8, reply.Enhanced);
        writer.WriteString("text"u8, reply.Text);
        writer.WriteEndObject();
    }

    private static Evidence FromShape(EvidenceShape shape) => new(
        shape.At,
        Words.TryParse<SmtpStage>(shape.Stage, out var stage) ? stage : SmtpStage.Unknown,
        [.. shape.Route ?? []],
        shape.Exchanger,
        shape.Address,
        shape.Egress,
        shape.Tls,
        shape.Reply is { } reply ? FromShape(reply) : null,
        shape.Meaning is { } word ? MeaningOf(word) : null,
        shape.Rule,
        shape.RetryAt,
        [.. (shape.Decoys ?? []).Select(decoy => new DecoyEvidence(FromShape(decoy.Reply ?? new ReplyShape()), MeaningOf(decoy.Meaning)))],
        TimeSpan.FromMilliseconds(shape.DurationMs))
    {
        IsRouteWhole = !shape.RouteIncomplete,
        ReadAs = shape.ReadAs,
        CatchAllChance = shape.CatchAllChance,
        Signs = (shape.Signs ?? []).Aggregate(Signs.None, static (all, word) => Words.TryParse<Signs>(word, out var sign) ? all | sign : all),
    };

    private static ReplyEvidence FromShape(ReplyShape reply) => new(reply.Code, reply.Enhanced, reply.Text ?? "");

    // A word of a newer version must never become "the mailbox exists", the first of the enum.
    private static ReplyMeaning MeaningOf(string? word) => Words.TryParse<ReplyMeaning>(word, out var meaning) ? meaning : ReplyMeaning.Other;
}
