using System.Security.Cryptography;

namespace EmailVerify.Host.Api.Batches.Uploads;

/// <summary>Counts and hashes what is read through it.</summary>
/// <param name="stream">What is read; it is not closed.</param>
/// <param name="hash">The hash that each octet goes into; null only counts.</param>
internal sealed class HashedStream(Stream stream, IncrementalHash? hash) : ReadOnlyStream
{
    /// <summary>Gets how many octets have come.</summary>
    public long Count { get; private set; }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await stream.ReadAsync(buffer, cancellationToken);
        hash?.AppendData(buffer.Span[..read]);
        Count += read;
        return read;
    }
}
