using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Replies;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;
using Microsoft.Net.Http.Headers;

namespace EmailVerify.Host.Api.Replies;

/// <summary>
/// POST <c>/v1/replies/explain</c>: what SMTP replies mean and why, without a network. One reply, a list of at most 1,000, or <c>application/x-ndjson</c>,
/// at most 4 MiB of it, which is answered line by line: there a bad line gives a line with an <c>error</c>, and ends nothing.
/// </summary>
internal sealed partial class ExplainReplies(ReplyRules rules)
{
    private const int MaxLine = 1024 * 1024;
    private const int FlushAt = 32 * 1024;

    private static readonly JsonWriterOptions Lines = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public async Task HandleAsync(HttpContext context)
    {
        // The answer has the form of the question.
        var isLines = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.MediaType.Equals(MediaTypes.Ndjson, StringComparison.OrdinalIgnoreCase);
        var form = isLines ? MediaTypes.Ndjson : MediaTypes.Json;
        if (AcceptHeader.Choose(context.Request.Headers.Accept, [form]) is null)
        {
            await new Problem(ProblemCode.NotAcceptable, $"The answer has the form of the question: {form}.").WriteAsync(context);
            return;
        }

        if (isLines)
        {
            await AnswerLinesAsync(context);
            return;
        }

        var parsed = await JsonBody.ReadAsync(context, ExplainRequest.Parse, maxLength: ExplainRequest.MaxBody);
        if (parsed is not { Value: { } request })
        {
            await parsed.Problem!.WriteAsync(context);
            return;
        }

        JsonAnswer.Write(context.Response, request, Write);
    }

    private void Write(Utf8JsonWriter writer, in ExplainRequest request)
    {
        if (!request.IsList)
        {
            ExplanationWriter.Write(writer, rules, request.Replies[0]);
            return;
        }

        writer.WriteStartObject();
        writer.WriteStartArray("replies"u8);
        foreach (var reply in request.Replies)
            ExplanationWriter.Write(writer, rules, reply);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private async Task AnswerLinesAsync(HttpContext context)
    {
        // Taken whole before it is answered: many clients do not read before they have sent everything.
        var parsed = await JsonBody.ReadAsync(context, static octets => new Parsed<byte[]>(octets.ToArray(), null), MediaTypes.Ndjson, ExplainRequest.MaxBody);
        if (parsed is not { Value: { } body })
        {
            await parsed.Problem!.WriteAsync(context);
            return;
        }

        using var stream = new MemoryStream(body, writable: false);
        using var lines = new JsonLineReader(stream, MaxLine);
        var output = context.Response.BodyWriter;
        context.Response.ContentType = MediaTypes.Ndjson;
        context.Response.Headers.CacheControl = "private, no-store";
        await using var writer = new Utf8JsonWriter(output, Lines);
        var unsent = 0L;
        do
        {
            while (lines.TryRead(out var line))
            {
                if (IsBlank(line))
                    continue;
                Answer(writer, line);
                await writer.FlushAsync(context.RequestAborted);
                unsent += writer.BytesCommitted;
                writer.Reset();
                "\n"u8.CopyTo(output.GetSpan(1));
                output.Advance(1);
                if (unsent >= FlushAt)
                {
                    _ = await output.FlushAsync(context.RequestAborted);
                    unsent = 0;
                }
            }

            _ = await output.FlushAsync(context.RequestAborted);
        }
        while (await lines.FillAsync(context.RequestAborted));
    }

    private static bool IsBlank(in JsonLine line) => !line.TooLong && line.Utf8.Span.IndexOfAnyExcept(" \t\r"u8) < 0;

    private void Answer(Utf8JsonWriter writer, in JsonLine line)
    {
        var error = "The line is longer than 1,048,576 octets.";
        if (!line.TooLong)
        {
            try
            {
                using var document = JsonDocument.Parse(line.Utf8);
                var errors = new BodyErrors();
                if (ExplainRequest.ReadReply(document.RootElement, string.Empty, errors) is { } reply && errors.Problem is null)
                {
                    ExplanationWriter.Write(writer, rules, reply);
                    return;
                }

                error = errors.Problem!.Detail;
            }
            catch (Exception failure) when (failure is JsonException or InvalidOperationException)
            {
                error = "The line is no JSON object in Unicode.";
            }
        }

        line.WriteError(writer, error);
    }
}
