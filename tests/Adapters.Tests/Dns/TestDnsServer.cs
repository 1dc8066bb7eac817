using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailVerify.Adapters.Tests.Dns;

/// <summary>What a test server was asked.</summary>
internal sealed record Asked(string Name, int Type, bool Tcp, int BufferSize);

/// <summary>A small DNS server on loopback, UDP and TCP on one free port. Its packets are made by hand, apart from any library.</summary>
internal sealed class TestDnsServer : IAsyncDisposable
{
    private readonly Socket udp;
    private readonly TcpListener tcp;
    private readonly CancellationTokenSource closing = new();
    private readonly Func<Asked, TestReply?> answer;
    private readonly Task[] loops;

    public TestDnsServer(Func<Asked, TestReply?> answer)
    {
        this.answer = answer;
        (udp, tcp) = Bind();
        loops = [Task.Run(ServeUdpAsync), Task.Run(ServeTcpAsync)];
    }

    public IPEndPoint EndPoint => (IPEndPoint)udp.LocalEndPoint!;

    public ConcurrentQueue<Asked> Questions { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await Task.WhenAll(loops);
        udp.Dispose();
        tcp.Stop();
        closing.Dispose();
    }

    private static (Socket Udp, TcpListener Tcp) Bind()
    {
        while (true)
        {
            var stream = new TcpListener(IPAddress.Loopback, 0);
            stream.Start();
            var datagram = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                datagram.Bind(stream.LocalEndpoint);
                return (datagram, stream);
            }
            catch (SocketException)
            {
                datagram.Dispose();
                stream.Stop();
            }
        }
    }

    private async Task ServeUdpAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var got = await udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), closing.Token);
                if (Answer(buffer.AsSpan(0, got.ReceivedBytes), overTcp: false) is { } reply)
                    await udp.SendToAsync(reply, SocketFlags.None, got.RemoteEndPoint, closing.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using var client = await tcp.AcceptTcpClientAsync(closing.Token);
                await ServeAsync(client.GetStream());
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        var length = new byte[2];
        try
        {
            await stream.ReadExactlyAsync(length, closing.Token);
            var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(query, closing.Token);
            if (Answer(query, overTcp: true) is not { } reply)
                return;
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)reply.Length);
            await stream.WriteAsync(length, closing.Token);
            await stream.WriteAsync(reply, closing.Token);
        }
        catch (IOException)
        {
            // The client went.
        }
    }

    private byte[]? Answer(ReadOnlySpan<byte> query, bool overTcp)
    {
        var at = 12;
        var name = new StringBuilder();
        while (query[at] != 0)
        {
            name.Append(Encoding.ASCII.GetString(query.Slice(at + 1, query[at]))).Append('.');
            at += query[at] + 1;
        }

        var type = BinaryPrimitives.ReadUInt16BigEndian(query[(at + 1)..]);
        var end = at + 5;

        // The OPT record (RFC 6891) is the only additional one: root name, type 41, then the buffer size as its class.
        var bufferSize = query.Length > end + 5 ? BinaryPrimitives.ReadUInt16BigEndian(query[(end + 3)..]) : 512;
        var asked = new Asked(name.ToString().TrimEnd('.'), type, overTcp, bufferSize);
        Questions.Enqueue(asked);
        return answer(asked)?.ToPacket(query[..2], query[12..end]);
    }
}
