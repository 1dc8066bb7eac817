using EmailVerify.Core.Exports;

namespace EmailVerify.Host.Api.Exports;

/// <summary>The file of a completed export, from any place on. It holds nothing: what is read is what its reader has room for.</summary>
/// <param name="store">Where the file is.</param>
/// <param name="export">The export.</param>
internal sealed class ExportFile(IExportStore store, Export export) : ReadOnlyStream
{
    // As much as the framework's buffer has room for.
    private const int MaxAtOnce = 64 * 1024;

    private long position;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override long Length => export.Length;

    /// <inheritdoc/>
    public override long Position { get => position; set => position = value; }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => export.Length + offset,
    };

    /// <inheritdoc/>
    /// <exception cref="ExportRemovedException">The export was removed.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position >= export.Length || buffer.IsEmpty)
            return 0;
        var octets = await store.ReadAsync(export.Id, position, Math.Min(buffer.Length, MaxAtOnce), cancellationToken);
        if (octets.IsEmpty)
            throw new ExportRemovedException();
        octets.CopyTo(buffer);
        position += octets.Length;
        return octets.Length;
    }
}

/// <summary>An export was removed while its file was read.</summary>
internal sealed class ExportRemovedException() : Exception("The export was removed while its file was read.");
