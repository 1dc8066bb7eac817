using System.Buffers;
using System.IO.Compression;

namespace EmailVerify.Host.Exports;

/// <summary>A part of a file on its way: a text that becomes a gzip member. It holds what is compressed, and some of what is not yet.</summary>
internal sealed class GzipPart : IBufferWriter<byte>, IDisposable
{
    private const int FlushLength = 64 * 1024;

    private readonly ArrayBufferWriter<byte> text = new(2 * FlushLength);
    private readonly MemoryStream octets = new();
    private readonly GZipStream gzip;

    public GzipPart() => gzip = new GZipStream(octets, CompressionLevel.Optimal, leaveOpen: true);

    /// <summary>Gets how many octets it has about.</summary>
    public long Length => octets.Length;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        text.Advance(count);
        if (text.WrittenCount >= FlushLength)
            Flush();
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => text.GetMemory(sizeHint);

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => text.GetSpan(sizeHint);

    /// <summary>Ends it.</summary>
    /// <returns>The whole member. A text without a character has one too.</returns>
    public ReadOnlyMemory<byte> End()
    {
        // Without a write the stream would leave out even the head of the member.
        Flush();
        gzip.Dispose();
        return octets.GetBuffer().AsMemory(0, (int)octets.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        gzip.Dispose();
        octets.Dispose();
    }

    private void Flush()
    {
        gzip.Write(text.WrittenSpan);
        text.ResetWrittenCount();
    }
}
