using System.Text;

namespace EmailVerify.Host.Tests.Api.Batches;

/// <summary>A CSV file that is sent and not ended until a test says so.</summary>
internal sealed class SlowContent : HttpContent
{
    private readonly string body;

    public SlowContent(string body)
    {
        this.body = body;
        Headers.ContentType = new("text/csv");
    }

    public TaskCompletionSource Begun { get; } = new();

    public TaskCompletionSource End { get; } = new();

    protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(body));
        await stream.FlushAsync();

        // The head is there when the first row is; what the service does with it takes a moment.
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        Begun.SetResult();
        await End.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
