namespace EmailVerify.Host.Api.Batches.Uploads;

/// <summary>A stream of which the beginning was read already.</summary>
/// <param name="head">The beginning.</param>
/// <param name="rest">What comes after; it is not closed.</param>
internal sealed class HeadedStream(ReadOnlyMemory<byte> head, Stream rest) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> left = head;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (left.IsEmpty)
            return rest.ReadAsync(buffer, cancellationToken);
        var taken = Math.Min(left.Length, buffer.Length);
        left[..taken].CopyTo(buffer);

        // Once it was read the beginning may go.
        left = taken == left.Length ? default : left[taken..];
        return new(taken);
    }
}
