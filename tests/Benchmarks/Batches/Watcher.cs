using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailVerify.Benchmarks.Batches;

/// <summary>One who watches a batch's events to their end, as cheaply as a program can.</summary>
/// <param name="key">With which key.</param>
internal sealed class Watcher(string key) : IDisposable
{
    private static readonly byte[] Accepted = "HTTP/1.1 200"u8.ToArray();
    private static readonly byte[] Completed = "\"status\":\"completed\""u8.ToArray();

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[8_192];
    private int filled;

    /// <summary>Gets how many octets came.</summary>
    public long Octets { get; private set; }

    /// <summary>Opens the stream and waits until it is there.</summary>
    /// <param name="service">Where the service is.</param>
    /// <param name="batch">The path of the batch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task OpenAsync(Uri service, string batch, CancellationToken cancellationToken)
    {
        await socket.ConnectAsync(IPAddress.Loopback, service.Port, cancellationToken);
        var request = $"GET {batch}/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nAccept: text/event-stream\r\n\r\n";
        _ = await socket.SendAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
        while (filled < Accepted.Length && await ReceiveAsync(cancellationToken))
        {
        }

        if (!buffer.AsSpan(0, filled).StartsWith(Accepted))
            throw new RefusedException($"GET {batch}/events was answered with {Encoding.ASCII.GetString(buffer, 0, filled)}");
    }

    /// <summary>Reads events until one says that the batch is completed.</summary>
    /// <returns>Whether one did before the stream ended.</returns>
    public async Task<bool> WatchAsync(CancellationToken cancellationToken)
    {
        while (buffer.AsSpan(0, filled).IndexOf(Completed) < 0)
        {
            // What is behind may be the beginning of the word.
            var kept = Math.Min(filled, Completed.Length - 1);
            buffer.AsSpan(filled - kept, kept).CopyTo(buffer);
            filled = kept;
            if (!await ReceiveAsync(cancellationToken))
                return false;
        }

        return true;
    }

    public void Dispose() => socket.Dispose();

    private async ValueTask<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        var received = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
        filled += received;
        Octets += received;
        return received > 0;
    }
}
