using EmailVerify.Core.Exports;

namespace EmailVerify.Host.Api.Exports;

/// <summary>The file of a completed export, from any place on. It holds one part.</summary>
/// <param name="store">Where the parts are.</param>
/// <param name="export">The export.</param>
internal sealed class ExportFile(IExportStore store, Export export) : ReadOnlyStream
{
    private ExportPart? part;
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
    /// <exception cref="InvalidOperationException">The export was removed.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position >= export.Length || buffer.IsEmpty)
            return 0;
        if (part is null || position < part.Start || position >= part.Start + part.Octets.Length)
            part = await store.ReadAsync(export.Id, position, cancellationToken) ?? throw new InvalidOperationException("The export was removed while its file was read.");
        var rest = part.Octets[(int)(position - part.Start)..];
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        position += count;
        return count;
    }
}
