using System.IO.Compression;

namespace EmailVerify.Host.Api.Batches.Uploads;

/// <summary>What a compressed stream expands to, as long as that is no more than a hundred times its size: real lists shrink to a tenth, bombs to a thousandth.</summary>
internal sealed class ExpandedStream : ReadOnlyStream
{
    /// <summary>How many times its size a body may expand to.</summary>
    public const int MaxRatio = 100;

    // Below it the ratio says little: the compressor's own head and tables are most of it.
    private const int Unjudged = 1_000_000;

    private readonly HashedStream compressed;
    private readonly Stream expanded;
    private long count;

    // Without it a body that ends in its middle passes for a whole one. The project says so too: the framework looks once, at the first use by anybody.
    static ExpandedStream() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", isEnabled: true);

    /// <param name="compressed">What is read; it is not closed.</param>
    /// <param name="isBrotli">Whether it is Brotli; else it is gzip.</param>
    public ExpandedStream(HashedStream compressed, bool isBrotli)
    {
        this.compressed = compressed;
        expanded = isBrotli
            ? new BrotliStream(compressed, CompressionMode.Decompress, leaveOpen: true)
            : new GZipStream(compressed, CompressionMode.Decompress, leaveOpen: true);
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await ExpandAsync(buffer, cancellationToken);
        count += read;
        return count > Unjudged && count / MaxRatio > compressed.Count ? throw new ExpansionException() : read;
    }

    private async ValueTask<int> ExpandAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await expanded.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidOperationException failure)
        {
            // Brotli's word for what is none.
            throw new InvalidDataException("The body cannot be expanded.", failure);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            expanded.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A body expands to more than is believed of a list.</summary>
internal sealed class ExpansionException : Exception;
