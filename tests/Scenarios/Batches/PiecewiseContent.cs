using System.Net;
using System.Net.Http.Headers;

namespace EmailVerify.Scenarios.Batches;

/// <summary>A file that comes slowly, in pieces.</summary>
internal sealed class PiecewiseContent : HttpContent
{
    private readonly byte[] file;
    private readonly int pieces;
    private readonly TimeSpan between;

    public PiecewiseContent(byte[] file, int pieces, TimeSpan between)
    {
        (this.file, this.pieces, this.between) = (file, pieces, between);
        Headers.ContentType = new MediaTypeHeaderValue("text/csv");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        foreach (var piece in file.Chunk((file.Length / pieces) + 1))
        {
            await stream.WriteAsync(piece);
            await stream.FlushAsync();
            await Task.Delay(between, TimeProvider.System);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = file.Length;
        return true;
    }
}
