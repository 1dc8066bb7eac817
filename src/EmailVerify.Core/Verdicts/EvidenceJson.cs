using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
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
    private static readonly EvidenceJsonContext Context = new(new JsonSerializerOptions(EvidenceJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes evidence as a JSON array, oldest first.</summary>
    public static string Write(ImmutableArray<Evidence> evidence) =>
        JsonSerializer.Serialize([.. evidence.Select(ToShape)], Context.EvidenceShapeArray);

    /// <summary>Reads what <see cref="Write"/> wrote, now or in another version.</summary>
    /// <exception cref="JsonException">The text is no JSON array of objects.</exception>
    public static ImmutableArray<Evidence> Read(string json) =>
        [.. (JsonSerializer.Deserialize(json, Context.EvidenceShapeArray) ?? []).Select(FromShape)];

    private static EvidenceShape ToShape(Evidence evidence) => new()
    {
        At = evidence.At,
        Stage = Words.Of(evidence.Stage),
        Route = [.. evidence.Route],
        Exchanger = evidence.Exchanger,
        Address = evidence.Address,
        Egress = evidence.Egress,
        Tls = evidence.Tls,
        Reply = evidence.Reply is { } reply ? ToShape(reply) : null,
        Meaning = evidence.Meaning is { } meaning ? Words.Of(meaning) : null,
        About = evidence.Meaning is { } read ? Words.Of(read.About()) : null,
        Rule = evidence.Rule,
        RetryAt = evidence.RetryAt,
        Decoys = [.. evidence.Decoys.Select(decoy => new DecoyShape { Reply = ToShape(decoy.Reply), Meaning = Words.Of(decoy.Meaning) })],
        DurationMs = evidence.Duration.Ticks / TimeSpan.TicksPerMillisecond,
    };

    private static ReplyShape ToShape(ReplyEvidence reply) => new() { Code = reply.Code, Enhanced = reply.Enhanced, Text = reply.Text };

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
        TimeSpan.FromMilliseconds(shape.DurationMs));

    private static ReplyEvidence FromShape(ReplyShape reply) => new(reply.Code, reply.Enhanced, reply.Text ?? "");

    // A word of a newer version must never become "the mailbox exists", the first of the enum.
    private static ReplyMeaning MeaningOf(string? word) => Words.TryParse<ReplyMeaning>(word, out var meaning) ? meaning : ReplyMeaning.Other;
}
