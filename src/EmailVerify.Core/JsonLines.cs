using System.Buffers;
using System.Text.Json;

namespace EmailVerify.Core;

/// <summary>Reads lines of JSON from a stream (NDJSON). A line that is too long is skipped without being held, and told of; nothing that comes in stops the reading.</summary>
/// <param name="stream">UTF-8, lines ended by LF or CR LF; a byte order mark at its start is skipped. It is not closed.</param>
/// <param name="maxLineOctets">The most octets of a line, its end not counted.</param>
public sealed class JsonLineReader(Stream stream, int maxLineOctets) : IDisposable
{
    private const int FirstSize = 16 << 10;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int start;
    private int scanned;
    private int end;
    private long passed;
    private long lineStart;
    private long number;
    private bool tooLong;
    private bool begun;
    private bool ended;

    /// <summary>Gets where in the stream the line last taken begins, from 0.</summary>
    public long LineStart => lineStart;

    /// <summary>Gets a value indicating whether the line that is coming in is too long already. Who has no use for the rest may stop.</summary>
    public bool IsSkipping => tooLong;

    /// <summary>Takes the next whole line of those that have come in.</summary>
    /// <param name="line">Valid until the next call.</param>
    /// <returns><see langword="false"/> when no whole line is there: call <see cref="FillAsync"/>.</returns>
    public bool TryRead(out JsonLine line)
    {
        var found = buffer.AsSpan(scanned, end - scanned).IndexOf((byte)'\n');
        var length = (found < 0 ? end : scanned + found) - start;
        if (length > maxLineOctets)
        {
            // Let go of what has come, and go on to the end of the line.
            lineStart = tooLong ? lineStart : passed + start;
            tooLong = true;
            start += length;
            length = 0;
        }

        if (found < 0)
        {
            scanned = end;
            if (!ended || (start == end && !tooLong))
            {
                line = default;
                return false;
            }
        }

        lineStart = tooLong ? lineStart : passed + start;
        line = new JsonLine(++number, tooLong ? default : buffer.AsMemory(start, length), tooLong) { HasEnd = found >= 0 };
        tooLong = false;
        start += length + (found < 0 ? 0 : 1);
        scanned = start;
        return true;
    }

    /// <summary>Reads more of the stream.</summary>
    /// <returns><see langword="false"/> when the stream had ended before.</returns>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (ended)
            return false;

        MakeRoom();
        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
        end += read;
        ended = read == 0;
        SkipByteOrderMark();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        (start, scanned, end) = (0, 0, 0);
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            passed += start;
            (start, scanned, end) = (0, scanned - start, end - start);
        }

        if (end < buffer.Length)
            return;

        // Never more than twice the longest line: a longer one has been let go of.
        var larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
        buffer.AsSpan(0, end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    private void SkipByteOrderMark()
    {
        if (begun || (end < 3 && !ended))
            return;

        begun = true;
        if (buffer.AsSpan(0, end).StartsWith("\uFEFF"u8))
            start = scanned = 3;
    }
}

/// <summary>One line that came in.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Utf8">Its octets without the line end; empty when it was too long. Valid until the reader goes on.</param>
/// <param name="TooLong">Whether it was longer than the reader takes.</param>
public readonly record struct JsonLine(long Number, ReadOnlyMemory<byte> Utf8, bool TooLong)
{
    /// <summary>Gets a value indicating whether it was ended by LF; else by the end of the stream.</summary>
    public bool HasEnd { get; init; }

    /// <summary>Reads one string member of the object that the line holds; members beside it are ignored.</summary>
    /// <returns>What is wrong with the line, for people; null when <paramref name="value"/> was read.</returns>
    public string? TryReadString(string name, out string? value)
    {
        value = null;
        if (TooLong)
            return "The line is too long.";

        try
        {
            var reader = new Utf8JsonReader(Utf8.Span);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return "The line is not a JSON object.";

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var wanted = reader.ValueTextEquals(name);
                _ = reader.Read();
                if (wanted && reader.TokenType != JsonTokenType.String)
                    return $"\"{name}\" is not a string.";

                if (wanted)
                    value = reader.GetString();
                else
                    reader.Skip();
            }

            // Anything behind the object throws.
            _ = reader.Read();
            return value is null ? $"The line has no \"{name}\"." : null;
        }
        catch (JsonException)
        {
            return "The line is not JSON.";
        }
        catch (InvalidOperationException)
        {
            return "The line holds text that is not Unicode.";
        }
    }

    /// <summary>Writes the answer to a bad line: its number and what is wrong.</summary>
    public void WriteError(Utf8JsonWriter writer, string error)
    {
        writer.WriteStartObject();
        writer.WriteNumber("line", Number);
        writer.WriteString("error", error);
        writer.WriteEndObject();
    }
}
