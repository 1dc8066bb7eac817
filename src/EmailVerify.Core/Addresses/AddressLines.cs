using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EmailVerify.Core.Addresses;

/// <summary>The command <c>emailverify addresses</c>: lines <c>{"input"}</c> in, a report on each out, in order. A bad line gives a line with an <c>error</c> and never stops the rest.</summary>
public static class AddressLines
{
    /// <summary>The most UTF-16 units of an input that is looked at: 1 Mi.</summary>
    public const int MaxInputLength = 1 << 20;

    /// <summary>The most octets of a line: an input of that length with every unit escaped (<c>\u0041</c>), and some room for the rest.</summary>
    public const int MaxLineOctets = (6 * MaxInputLength) + (64 << 10);

    private const int FlushAt = 32 << 10;

    // Lines are read by programs and people, not put into HTML: + and non-ASCII letters stay as they are.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Reads until the end of the input. Memory is bounded by the longest line.</summary>
    public static async Task RunAsync(Stream input, Stream output, CancellationToken cancellationToken)
    {
        using var lines = new JsonLineReader(input, MaxLineOctets);
        var buffer = new ArrayBufferWriter<byte>(FlushAt);
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        do
        {
            while (lines.TryRead(out var line))
            {
                Answer(line, writer);
                EndLine(writer, buffer);
                if (buffer.WrittenCount >= FlushAt)
                    await FlushAsync(buffer, output, cancellationToken);
            }

            // Nothing whole is left: whoever waits for answers before it sends more gets them now.
            await FlushAsync(buffer, output, cancellationToken);
            await output.FlushAsync(cancellationToken);
        }
        while (await lines.FillAsync(cancellationToken));
    }

    /// <summary>Writes a report as the command and the API spell it.</summary>
    public static void Write(Utf8JsonWriter writer, AddressReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("input", report.Input);
        writer.WriteBoolean("valid", report.Valid);
        WriteNullable(writer, "reason", report.Reason is { } reason ? Words.Of(reason) : null);
        WriteNullable(writer, "detail", report.Detail);
        WriteNullable(writer, "canonical", report.Canonical);
        WriteNullable(writer, "did_you_mean", report.DidYouMean);
        if (report.Flags is { } flags)
        {
            writer.WriteStartObject("flags");
            writer.WriteBoolean("disposable", flags.Disposable);
            writer.WriteBoolean("free", flags.Free);
            writer.WriteBoolean("role", flags.Role);
            writer.WriteBoolean("subaddress", flags.Subaddress);
            writer.WriteBoolean("no_reply", flags.NoReply);
            writer.WriteBoolean("smtputf8", flags.Smtputf8);
            writer.WriteBoolean("relay", flags.Relay);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("flags");
        }

        writer.WriteEndObject();
    }

    private static void Answer(JsonLine line, Utf8JsonWriter writer)
    {
        var error = line.TryReadString("input", out var input);
        if (error is null && input!.Length > MaxInputLength)
            error = "The input is longer than 1 Mi characters.";

        if (error is null)
            Write(writer, AddressReport.Of(input!));
        else
            line.WriteError(writer, error);
    }

    private static void WriteNullable(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is null)
            writer.WriteNull(name);
        else
            writer.WriteString(name, value);
    }

    private static void EndLine(Utf8JsonWriter writer, ArrayBufferWriter<byte> buffer)
    {
        writer.Flush();
        writer.Reset();
        buffer.Write("\n"u8);
    }

    private static async ValueTask FlushAsync(ArrayBufferWriter<byte> buffer, Stream output, CancellationToken cancellationToken)
    {
        if (buffer.WrittenCount == 0)
            return;

        await output.WriteAsync(buffer.WrittenMemory, cancellationToken);
        buffer.ResetWrittenCount();
    }
}
