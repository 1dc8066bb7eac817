using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks;

/// <summary>
/// One kept connection, one request at a time, as cheaply as a program can: the load generator shares the processor with what it measures.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[16 * 1_024];
    private int filled;
    private int bodyAt;

    /// <summary>Gets the status of the last answer.</summary>
    public int Status { get; private set; }

    /// <summary>Gets the body of the last answer.</summary>
    public ReadOnlyMemory<byte> Body => buffer.AsMemory(bodyAt, filled - bodyAt);

    /// <summary>Makes the octets of a request to verify an address.</summary>
    public static byte[] VerificationOf(string email)
    {
        var body = $$"""{"email":"{{email}}"}""";
        return Encoding.ASCII.GetBytes(
            $"POST /v1/verifications HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {Service.Key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    /// <summary>Makes the octets of a request without a body.</summary>
    public static byte[] GetOf(string path) => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

    public async Task OpenAsync(Uri service, CancellationToken cancellationToken) =>
        await socket.ConnectAsync(IPAddress.Loopback, service.Port, cancellationToken);

    public void Send(ReadOnlySpan<byte> request)
    {
        if (socket.Send(request) != request.Length)
            throw new IOException("The service does not read.");
    }

    /// <summary>Reads an answer whole, holding the thread.</summary>
    public void Receive()
    {
        for (filled = 0; !IsWhole();)
            Add(socket.Receive(buffer.AsSpan(filled)));
    }

    /// <summary>Asks and reads the answer whole.</summary>
    public async Task AskAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        if (await socket.SendAsync(request, cancellationToken) != request.Length)
            throw new IOException("The service does not read.");
        for (filled = 0; !IsWhole();)
            Add(await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken));
    }

    public void Dispose() => socket.Dispose();

    private void Add(int read)
    {
        if (read == 0)
            throw new IOException("The connection ended within an answer, or the answer is longer than any that we ask for.");
        filled += read;
    }

    private bool IsWhole()
    {
        var text = buffer.AsSpan(0, filled);
        var end = text.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var head = text[..end];
        if (!Utf8Parser.TryParse(head["HTTP/1.1 ".Length..], out int status, out _))
            throw new IOException("The answer has no status.");
        (Status, bodyAt) = (status, end + 4);
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0 || !Utf8Parser.TryParse(head[(at + "Content-Length: ".Length)..], out int length, out _))
            throw new IOException("The answer does not say how long it is.");
        return filled >= bodyAt + length;
    }
}
