using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Replies;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Replies;

/// <summary>The body of POST <c>/v1/replies/explain</c>: one reply, or some of them. Members that we do not know are ignored.</summary>
/// <param name="Replies">The replies.</param>
/// <param name="IsList">Whether they came as a list, and are answered as one.</param>
internal sealed record ExplainRequest(ImmutableArray<ReplyContext> Replies, bool IsList)
{
    /// <summary>How many replies a list may have.</summary>
    public const int MaxReplies = 1_000;

    /// <summary>How long a body may be, in octets: a thousand replies of 4 kB.</summary>
    public const int MaxBody = 4 * 1024 * 1024;

    /// <summary>How long a word may be.</summary>
    public const int MaxWord = 32;

    /// <summary>How long the name of a host may be.</summary>
    public const int MaxHost = 255;

    /// <summary>Reads a body.</summary>
    public static Parsed<ExplainRequest> Parse(ReadOnlySequence<byte> body) => JsonBody.Parse(body, Read);

    /// <summary>Reads one reply.</summary>
    /// <param name="members">The object.</param>
    /// <param name="at">Its JSON pointer.</param>
    /// <param name="errors">What is wrong with it is added here.</param>
    public static ReplyContext? ReadReply(JsonElement members, string at, BodyErrors errors)
    {
        if (members.ValueKind is not JsonValueKind.Object)
        {
            errors.Wrong(at, "type", "A reply is an object with the members code and text, and stage, enhanced and mx where they are known.");
            return null;
        }

        var code = CodeOf(members, at, errors);
        var text = errors.Text(members, at, "text", ShownReply.MaxText, "The member text is a string of at most 65,536 characters.");
        if (!members.TryGetProperty("text", out var given) || given.ValueKind is JsonValueKind.Null)
            errors.Wrong(at + "/text", "required", "The member text is missing; it may be empty.");
        var enhanced = errors.Text(members, at, "enhanced", MaxWord, "The member enhanced is an enhanced status code such as \"5.1.1\", or null.");
        if (enhanced is not null && !EnhancedCode.TryParse(enhanced.AsSpan().Trim().TrimStart('#'), out _, out _))
            errors.Wrong(at + "/enhanced", "invalid", "The member enhanced is an enhanced status code such as \"5.1.1\", or null.");
        var stage = StageOf(members, at, errors);
        var exchanger = errors.Text(members, at, "mx", MaxHost, "The member mx is the name of the host that answered, at most 255 characters, or null.");
        return code is null || text is null ? null : ShownReply.Of(stage, code.Value, enhanced, text, exchanger);
    }

    private static ExplainRequest? Read(JsonElement body, BodyErrors errors)
    {
        if (body.ValueKind is not JsonValueKind.Object || !body.TryGetProperty("replies", out var list))
            return ReadReply(body, string.Empty, errors) is { } one ? new ExplainRequest([one], IsList: false) : null;
        if (list.ValueKind is not JsonValueKind.Array)
        {
            errors.Wrong("/replies", "type", "The member replies is an array of replies.");
            return null;
        }

        if (list.GetArrayLength() > MaxReplies)
        {
            errors.Wrong("/replies", "out_of_range", "A list may have 1,000 replies. Send more as application/x-ndjson, a reply a line.");
            return null;
        }

        var replies = ImmutableArray.CreateBuilder<ReplyContext>(list.GetArrayLength());
        foreach (var (at, item) in list.EnumerateArray().Index())
        {
            if (ReadReply(item, string.Create(CultureInfo.InvariantCulture, $"/replies/{at}"), errors) is { } reply)
                replies.Add(reply);
            if (errors.IsFull)
                break;
        }

        return new ExplainRequest(replies.DrainToImmutable(), IsList: true);
    }

    private static int? CodeOf(JsonElement members, string at, BodyErrors errors)
    {
        const string Detail = "The member code is a whole number from 200 to 599.";
        if (!members.TryGetProperty("code", out var value) || value.ValueKind is JsonValueKind.Null)
            errors.Wrong(at + "/code", "required", Detail);
        else if (value.ValueKind is not JsonValueKind.Number)
            errors.Wrong(at + "/code", "type", Detail);
        else if (!value.TryGetInt32(out var code) || !ShownReply.IsCode(code))
            errors.Wrong(at + "/code", "out_of_range", Detail);
        else
            return code;
        return null;
    }

    private static SmtpStage StageOf(JsonElement members, string at, BodyErrors errors)
    {
        var detail = $"The member stage is one of {string.Join(", ", Words.All<SmtpStage>())}, or null.";
        if (errors.Text(members, at, "stage", MaxWord, detail) is not { } word)
            return SmtpStage.Unknown;
        if (Words.TryParse<SmtpStage>(word, out var stage))
            return stage;
        errors.Wrong(at + "/stage", "invalid", detail);
        return SmtpStage.Unknown;
    }
}
