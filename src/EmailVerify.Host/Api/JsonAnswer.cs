using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EmailVerify.Host.Api;

/// <summary>
/// Answers in JSON. The text is made in a buffer that the thread keeps and goes out with its length known: no allocation, one packet.
/// </summary>
internal static class JsonAnswer
{
    // A longer answer (a page of history) has made the buffer grow; it is not kept for the next small one.
    private const int KeptLength = 64 * 1024;

    // A verification with the evidence of one attempt takes some 1,500 octets.
    private const int FirstLength = 4096;

    // The answers are application/json and nosniff: nothing needs to be escaped for HTML's sake.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Scratch? kept;

    /// <summary>Answers.</summary>
    /// <param name="response">The response; its status is set.</param>
    /// <param name="value">What to write.</param>
    /// <param name="write">How it is written.</param>
    public static void Write<T>(HttpResponse response, in T value, WriteJson<T> write)
    {
        var scratch = kept ??= new Scratch();
        try
        {
            Send(response, scratch.Write(value, write));
        }
        finally
        {
            scratch.Reset();
        }
    }

    /// <summary>Makes the text of an answer, for who must know it before deciding what becomes of it.</summary>
    public static byte[] Render<T>(in T value, WriteJson<T> write)
    {
        var scratch = kept ??= new Scratch();
        try
        {
            return scratch.Write(value, write).ToArray();
        }
        finally
        {
            scratch.Reset();
        }
    }

    /// <summary>Sends a text that is made already.</summary>
    public static void Send(HttpResponse response, ReadOnlySpan<byte> json)
    {
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        response.Headers.CacheControl = "private, no-store";
        response.BodyWriter.Write(json);
    }

    [SuppressMessage("Reliability", "CA1001", Justification = "It lives as long as its thread; its writer holds memory only.")]
    private sealed class Scratch
    {
        private readonly Utf8JsonWriter writer;
        private ArrayBufferWriter<byte> buffer = new(FirstLength);

        public Scratch() => writer = new Utf8JsonWriter(buffer, WriterOptions);

        public ReadOnlySpan<byte> Write<T>(in T value, WriteJson<T> write)
        {
            write(writer, value);
            writer.Flush();
            return buffer.WrittenSpan;
        }

        public void Reset()
        {
            if (buffer.Capacity > KeptLength)
                buffer = new ArrayBufferWriter<byte>(FirstLength);
            else
                buffer.ResetWrittenCount();
            writer.Reset(buffer);
        }
    }
}

/// <summary>Writes a value.</summary>
internal delegate void WriteJson<T>(Utf8JsonWriter writer, in T value);
