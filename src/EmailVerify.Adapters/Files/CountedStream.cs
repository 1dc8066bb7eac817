namespace EmailVerify.Adapters.Files;

/// <summary>A stream that is read to a bound and no further: there it ends, and says so. The stream beneath is not closed.</summary>
internal sealed class CountedStream(Stream stream, long most) : Stream
{
    /// <summary>Gets how many octets came; never more than the bound.</summary>
    public long Count { get; private set; }

    /// <summary>Gets a value indicating whether there are more octets than the bound.</summary>
    public bool IsExceeded { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => Count;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        IsExceeded ? 0 : Take(await stream.ReadAsync(buffer, cancellationToken));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Uploads are read asynchronously.");

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Take(int read)
    {
        IsExceeded = read > most - Count;
        var taken = IsExceeded ? (int)(most - Count) : read;
        Count += taken;
        return taken;
    }
}
