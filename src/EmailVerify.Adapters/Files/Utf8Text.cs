using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace EmailVerify.Adapters.Files;

/// <summary>A file's text as UTF-8, a window of it at a time. What is UTF-8 already passes untouched, also where it is not well-formed.</summary>
/// <param name="stream">Not closed.</param>
/// <param name="wished">The encoding; null to find out. A byte order mark wins.</param>
/// <param name="window">How many octets must fit.</param>
internal sealed class Utf8Text(Stream stream, Encoding? wished, int window) : IDisposable
{
    /// <summary>How many octets of a file are looked at to find out what it is.</summary>
    public const int SampleOctets = 64 << 10;

    private const int CharsAtOnce = 8 << 10;
    private const int MaxOctetsOfPiece = 3 * CharsAtOnce;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(2 * window, SampleOctets));
    private int start;
    private int end;
    private long arrived;
    private bool begun;
    private Transcoding? transcoding;

    /// <summary>Gets what has come in and was not passed over.</summary>
    public ReadOnlySpan<byte> Pending => buffer.AsSpan(start, end - start);

    /// <summary>Gets the same, for who keeps it until more comes in.</summary>
    public ReadOnlyMemory<byte> PendingMemory => buffer.AsMemory(start, end - start);

    /// <summary>Gets a value indicating whether nothing comes after <see cref="Pending"/>.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Gets a value indicating whether no more fits in until something is passed over.</summary>
    public bool IsFull => end - start == buffer.Length;

    /// <summary>Gets a value indicating whether the file is in another encoding: U+FFFD then stands for octets that are no text in it.</summary>
    public bool IsTranscoded => transcoding is not null;

    /// <summary>Gets the IANA name of the file's encoding, once some of it has come in.</summary>
    public string Charset => transcoding?.Charset ?? "utf-8";

    /// <summary>Passes over what was read.</summary>
    public void Advance(int octets) => start += octets;

    /// <summary>Gets about where in the file a place in <see cref="Pending"/> is.</summary>
    public long PositionOf(int place) => transcoding is null
        ? arrived - (end - start - place)
        : Math.Max(0, arrived - transcoding.OctetsOf(Pending[place..]));

    /// <summary>Waits until the window is full or the file has ended.</summary>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (IsFull)
            throw new InvalidOperationException("Nothing was passed over: no more fits in.");
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        if (!begun)
        {
            var first = await stream.ReadAtLeastAsync(buffer, SampleOctets, throwOnEndOfStream: false, cancellationToken);
            Begin(first);
            begun = true;
        }

        if (transcoding is not null)
        {
            await TranscodeAsync(transcoding, cancellationToken);
        }
        else if (!HasEnded)
        {
            var read = await stream.ReadAtLeastAsync(buffer.AsMemory(end), buffer.Length - end, throwOnEndOfStream: false, cancellationToken);
            HasEnded = read < buffer.Length - end;
            (end, arrived) = (end + read, arrived + read);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        (start, end, HasEnded) = (0, 0, true);
        transcoding?.Dispose();
        transcoding = null;
    }

    private void Begin(int first)
    {
        var sample = buffer.AsSpan(0, first);
        var (encoding, mark) = sample switch
        {
            [0xEF, 0xBB, 0xBF, ..] => (null, 3),
            [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
            [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
            _ when wished is not null => (wished.CodePage == Encoding.UTF8.CodePage ? null : wished, 0),
            _ when IsUtf8(sample[..Math.Min(first, SampleOctets)]) => ((Encoding?)null, 0),

            // What spreadsheets in western Europe write.
            _ => (Charsets.Windows1252, 0),
        };

        if (encoding is null)
        {
            (start, end, arrived) = (mark, first, first);
            HasEnded = first < SampleOctets;
            return;
        }

        transcoding = new Transcoding(encoding, buffer, mark, first);
        arrived = mark;
        buffer = ArrayPool<byte>.Shared.Rent(buffer.Length);
    }

    private async ValueTask TranscodeAsync(Transcoding from, CancellationToken cancellationToken)
    {
        while (!HasEnded && buffer.Length - end >= MaxOctetsOfPiece)
        {
            await from.FillAsync(stream, cancellationToken);
            end += from.Convert(buffer.AsSpan(end), out var octets);
            arrived += octets;
            HasEnded = from.HasEnded;
        }
    }

    /// <summary>Whether a text that may be cut off at its end is UTF-8.</summary>
    private static bool IsUtf8(ReadOnlySpan<byte> sample)
    {
        // A character has at most four octets, of which all but the first begin with the bits 10.
        for (var tail = 1; tail <= 3 && sample.Length == SampleOctets; tail++)
        {
            if ((sample[^tail] & 0xC0) == 0x80)
                continue;
            sample = sample[^tail] >= 0xC0 ? sample[..^tail] : sample;
            break;
        }

        return Utf8.IsValid(sample);
    }

    /// <summary>Turns octets of another encoding into UTF-8, piece by piece.</summary>
    private sealed class Transcoding(Encoding encoding, byte[] octets, int start, int end) : IDisposable
    {
        private readonly Decoder decoder = encoding.GetDecoder();
        private readonly char[] chars = ArrayPool<char>.Shared.Rent(CharsAtOnce);
        private byte[] octets = octets;
        private int start = start;
        private int end = end;
        private bool noMore;

        /// <summary>Gets a value indicating whether all of the file has been turned.</summary>
        public bool HasEnded { get; private set; }

        /// <summary>Gets the IANA name of the encoding.</summary>
        public string Charset => encoding.WebName;

        /// <summary>Gets how many octets a text has in the encoding.</summary>
        public int OctetsOf(ReadOnlySpan<byte> utf8) => encoding.GetByteCount(Encoding.UTF8.GetString(utf8));

        /// <summary>Lets more come in where all was turned.</summary>
        public async ValueTask FillAsync(Stream stream, CancellationToken cancellationToken)
        {
            if (start < end || noMore)
                return;
            end = await stream.ReadAsync(octets, cancellationToken);
            start = 0;
            noMore = end == 0;
        }

        /// <summary>Turns a piece.</summary>
        /// <returns>How many octets of UTF-8 it has.</returns>
        public int Convert(Span<byte> utf8, out int used)
        {
            decoder.Convert(octets.AsSpan(start, end - start), chars.AsSpan(0, CharsAtOnce), noMore, out used, out var length, out var whole);
            start += used;
            HasEnded = noMore && whole;
            return Encoding.UTF8.GetBytes(chars.AsSpan(0, length), utf8);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            ArrayPool<byte>.Shared.Return(octets);
            ArrayPool<char>.Shared.Return(chars);
            octets = [];
        }
    }
}
