using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EmailVerify.Sandbox.Counting;

namespace EmailVerify.Sandbox.Control;

/// <summary>Shows the counters over HTTP: <c>GET /counters</c>, <c>POST /counters/reset</c>. One request a connection, on loopback.</summary>
internal sealed class ControlListener : IAsyncDisposable
{
    private const int LongestRequest = 8 * 1_024;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Shape = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private readonly Socket listener;
    private readonly Counters counters;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stopping = new();
    private readonly string root;
    private readonly Task serving;

    private ControlListener(Socket listener, string root, Counters counters, TimeProvider clock)
    {
        (this.listener, this.root, this.counters, this.clock) = (listener, root, counters, clock);
        Url = new Uri($"http://{listener.LocalEndPoint}{root}/");
        serving = ServeAsync();
    }

    /// <summary>Gets where it is, with its real port.</summary>
    public Uri Url { get; }

    public static ControlListener Start(Uri url, Counters counters, TimeProvider clock)
    {
        var address = IPAddress.TryParse(url.Host.Trim('[', ']'), out var named) ? named : IPAddress.Loopback;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, url.Port));
            socket.Listen(16);
            return new ControlListener(socket, url.AbsolutePath.TrimEnd('/'), counters, clock);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await serving;
        stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var connection = await listener.AcceptAsync(stopping.Token);
                await AnswerAsync(connection);
            }
            catch (SocketException)
            {
                // One client has gone: nothing about the next.
            }
            catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
            {
                // This request took too long, or the listener stops.
            }
        }
    }

    private async Task AnswerAsync(Socket connection)
    {
        using var slow = new CancellationTokenSource(RequestTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, stopping.Token);
        var buffer = new byte[LongestRequest];
        var filled = 0;
        while (buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) < 0)
        {
            var read = filled < buffer.Length ? await connection.ReceiveAsync(buffer.AsMemory(filled), either.Token) : 0;
            if (read == 0)
                return;
            filled += read;
        }

        var request = Encoding.ASCII.GetString(buffer, 0, buffer.AsSpan(0, filled).IndexOf("\r\n"u8)).Split(' ');
        var (status, body) = request is [var method, var path, ..] ? Answer(method, path) : ("400 Bad Request", "{}");
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n");
        for (var left = (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(head + body); left.Length > 0;)
            left = left[await connection.SendAsync(left, either.Token)..];
        connection.Shutdown(SocketShutdown.Send);
        _ = await connection.ReceiveAsync(buffer, either.Token);
    }

    private (string Status, string Body) Answer(string method, string path)
    {
        if (path.Equals($"{root}/counters", StringComparison.Ordinal))
            return method is "GET" ? ("200 OK", JsonSerializer.Serialize(counters.Snapshot(), Shape)) : ("405 Method Not Allowed", "{}");
        if (!path.Equals($"{root}/counters/reset", StringComparison.Ordinal))
            return ("404 Not Found", "{}");
        if (method is not "POST")
            return ("405 Method Not Allowed", "{}");
        counters.Reset();
        return ("200 OK", "{}");
    }
}
