using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;

namespace EmailVerify.Core.Replies;

/// <summary>
/// The engine of <c>emailverify replies</c>: lines <c>{"id","stage","code","enhanced","text","mx"}</c> in, lines <c>{"id","meaning","rule"}</c> out,
/// in order. A bad line gives a line with an <c>error</c> and never stops the stream; an empty line gives nothing.
/// </summary>
/// <param name="rules">The rules.</param>
/// <param name="explains">
/// Whether each answer also says how it was read: whose rules came first, the words as they were seen, the next rule that holds, the names that are not the server's words, the word classes.
/// </param>
[SuppressMessage("Naming", "CA1711", Justification = "It is a stream command: it reads one and writes one.")]
public sealed class ReplyStream(ReplyRules rules, bool explains = false)
{
    /// <summary>How long a line may be: 1 MiB. A longer one is skipped to its end and answered with an error.</summary>
    public const int MaxLine = 1024 * 1024;

    private static readonly JsonWriterOptions Compact = new() { SkipValidation = true };

    /// <summary>Answers every line until the input ends. What was answered is flushed when no further whole line is there yet.</summary>
    public async Task RunAsync(Stream input, Stream output, CancellationToken cancellationToken = default)
    {
        var reader = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var answers = new ArrayBufferWriter<byte>(64 * 1024);
        await using var json = new Utf8JsonWriter(answers, Compact);
        var skipping = false;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (TryTakeLine(ref buffer, out var line))
            {
                if (!skipping)
                    Answer(line, json, answers);
                skipping = false;
            }

            if (buffer.Length > MaxLine)
            {
                if (!skipping)
                    Fail(default, $"the line is longer than {MaxLine.ToString(CultureInfo.InvariantCulture)} octets", json, answers);
                skipping = true;
                buffer = buffer.Slice(buffer.End);
            }

            if (read.IsCompleted && !buffer.IsEmpty && !skipping)
            {
                Answer(buffer, json, answers);
                buffer = buffer.Slice(buffer.End);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            await output.WriteAsync(answers.WrittenMemory, cancellationToken);
            await output.FlushAsync(cancellationToken);
            answers.ResetWrittenCount();
            if (read.IsCompleted)
                break;
        }

        await reader.CompleteAsync();
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line)
    {
        line = default;
        if (buffer.PositionOf((byte)'\n') is not { } end)
            return false;
        line = buffer.Slice(0, end);
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }

    private void Answer(in ReadOnlySequence<byte> line, Utf8JsonWriter json, ArrayBufferWriter<byte> answers)
    {
        if (line.Length > MaxLine)
        {
            Fail(default, $"the line is longer than {MaxLine.ToString(CultureInfo.InvariantCulture)} octets", json, answers);
            return;
        }

        if (IsBlank(line))
            return;
        JsonElement id = default;
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
                throw new FormatException("a line is a JSON object");
            id = document.RootElement.TryGetProperty("id", out var given) ? given.Clone() : default;
            var context = ContextOf(document.RootElement);
            var explanation = explains ? rules.Explain(context) : null;
            var finding = explanation?.Finding ?? rules.Read(context);
            Begin(id, json);
            json.WriteString("meaning"u8, Words.Of(finding.Meaning));
            json.WriteString("rule"u8, finding.Rule);
            if (explanation is not null)
                Write(json, explanation);
            End(json, answers);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException)
        {
            Fail(id, failure is FormatException ? failure.Message : "the line is not valid JSON", json, answers);
        }
    }

    /// <summary>Writes the members <c>provider</c>, <c>read_as</c>, <c>runner_up</c>, <c>cut_out</c> and <c>words</c>: what the API tells as well.</summary>
    public static void Write(Utf8JsonWriter json, ReplyExplanation explanation)
    {
        json.WriteString("provider"u8, explanation.Provider);
        json.WriteString("read_as"u8, explanation.Text);
        if (explanation.RunnerUp is { } second)
        {
            json.WriteStartObject("runner_up"u8);
            json.WriteString("rule"u8, second.Rule);
            json.WriteString("meaning"u8, Words.Of(second.Meaning));
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("runner_up"u8);
        }

        json.WriteStartArray("cut_out"u8);
        foreach (var name in explanation.CutOut)
        {
            json.WriteStartObject();
            json.WriteString("kind"u8, name.Kind);
            json.WriteString("text"u8, name.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("words"u8);
        foreach (var name in explanation.Classes)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static bool IsBlank(in ReadOnlySequence<byte> line)
    {
        foreach (var part in line)
        {
            if (part.Span.IndexOfAnyExcept(" \t\r"u8) >= 0)
                return false;
        }

        return true;
    }

    private static void Begin(JsonElement id, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WritePropertyName("id"u8);
        if (id.ValueKind is JsonValueKind.Undefined)
            json.WriteNullValue();
        else
            json.WriteRawValue(id.GetRawText(), skipInputValidation: true); // As it came, be it text, number or nonsense inside quotes.
    }

    private static void End(Utf8JsonWriter json, ArrayBufferWriter<byte> answers)
    {
        json.WriteEndObject();
        json.Flush();
        json.Reset();
        answers.Write("\n"u8);
    }

    private static void Fail(JsonElement id, string error, Utf8JsonWriter json, ArrayBufferWriter<byte> answers)
    {
        json.Reset();
        Begin(id, json);
        json.WriteString("error"u8, error);
        End(json, answers);
    }

    private static ReplyContext ContextOf(JsonElement line)
    {
        var code = line.TryGetProperty("code", out var number) && number.ValueKind is JsonValueKind.Number && number.TryGetInt32(out var value)
            ? value
            : throw new FormatException("\"code\" is a number from 200 to 599");
        if (!ShownReply.IsCode(code))
            throw new FormatException("\"code\" is a number from 200 to 599");
        return ShownReply.Of(StageOf(TextOf(line, "stage")), code, TextOf(line, "enhanced"), TextOf(line, "text") ?? "", TextOf(line, "mx"));
    }

    private static SmtpStage StageOf(string? word) =>
        word is null ? SmtpStage.Unknown : Words.TryParse<SmtpStage>(word, out var stage) ? stage : throw new FormatException("\"stage\" is connect, ehlo, starttls, mail, rcpt, data, eod or unknown");

    private static string? TextOf(JsonElement line, string name)
    {
        if (!line.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
            return null;
        return value.ValueKind is JsonValueKind.String ? value.GetString() : throw new FormatException($"\"{name}\" is a text or null");
    }
}
