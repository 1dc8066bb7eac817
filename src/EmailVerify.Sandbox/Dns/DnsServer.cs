using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EmailVerify.Sandbox.Counting;

namespace EmailVerify.Sandbox.Dns;

/// <summary>A DNS server on 127.0.0.1, over UDP and TCP on one port.</summary>
internal sealed class DnsServer : IAsyncDisposable
{
    private const int MostTcpConnections = 200;
    private static readonly TimeSpan TcpIdle = TimeSpan.FromSeconds(10);

    private readonly DnsZones zones;
    private readonly Counters counters;
    private readonly TimeProvider clock;
    private readonly TimeSpan delay;
    private readonly Socket udp;
    private readonly Socket tcp;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task[] loops;
    private int tcpConnections;

    private DnsServer(Socket udp, Socket tcp, DnsZones zones, Counters counters, TimeSpan delay, TimeProvider clock)
    {
        (this.udp, this.tcp, this.zones, this.counters, this.delay, this.clock) = (udp, tcp, zones, counters, delay, clock);
        EndPoint = (IPEndPoint)udp.LocalEndPoint!;
        loops = [ServeUdpAsync(), ServeTcpAsync()];
    }

    /// <summary>Gets where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="port">The port, or 0 for one that is free for both UDP and TCP.</param>
    public static DnsServer Start(int port, DnsZones zones, Counters counters, TimeSpan delay, TimeProvider clock)
    {
        for (var tries = 0; ; tries++)
        {
            var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 20 };
            var connections = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                datagrams.Bind(new IPEndPoint(IPAddress.Loopback, port));
                connections.Bind(datagrams.LocalEndPoint!);
                connections.Listen(MostTcpConnections);
                return new DnsServer(datagrams, connections, zones, counters, delay, clock);
            }
            catch (SocketException) when (port == 0 && tries < 20)
            {
                // The port was free for UDP and not for TCP: the next one may be for both.
                datagrams.Dispose();
                connections.Dispose();
            }
            catch
            {
                datagrams.Dispose();
                connections.Dispose();
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        udp.Dispose();
        tcp.Dispose();
        await Task.WhenAll(loops);
        stopping.Dispose();
    }

    private async Task ServeUdpAsync()
    {
        var query = new byte[1_500];
        var answer = new byte[16_384];
        var client = new SocketAddress(AddressFamily.InterNetwork);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var length = await udp.ReceiveFromAsync(query, SocketFlags.None, client, stopping.Token);
                var answered = Answer(query.AsSpan(0, length), isUdp: true, answer);
                if (answered == 0)
                    continue;
                if (delay > TimeSpan.Zero)
                    _ = SendLaterAsync(answer.AsSpan(0, answered).ToArray(), client);
                else
                    await udp.SendToAsync(answer.AsMemory(0, answered), SocketFlags.None, client, stopping.Token);
            }
            catch (SocketException)
            {
                // An earlier answer met a closed port: nothing about the next question.
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private Task SendLaterAsync(byte[] answer, SocketAddress client)
    {
        var to = new SocketAddress(client.Family, client.Size);
        client.Buffer[..client.Size].CopyTo(to.Buffer);
        return SendAsync();

        async Task SendAsync()
        {
            try
            {
                await Task.Delay(delay, clock, stopping.Token);
                await udp.SendToAsync(answer, SocketFlags.None, to, stopping.Token);
            }
            catch (Exception gone) when (gone is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Whoever asked has left, or the server has.
            }
        }
    }

    private async Task ServeTcpAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var connection = await tcp.AcceptAsync(stopping.Token);
                if (Interlocked.Increment(ref tcpConnections) > MostTcpConnections)
                {
                    Interlocked.Decrement(ref tcpConnections);
                    connection.Dispose();
                    continue;
                }

                _ = ServeConnectionAsync(connection);
            }
            catch (SocketException)
            {
                // The client went away between its connect and our accept.
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeConnectionAsync(Socket connection)
    {
        try
        {
            await using var stream = new NetworkStream(connection, ownsSocket: true);
            var query = new byte[4_096];
            var answer = new byte[16_384];
            while (true)
            {
                using var idle = new CancellationTokenSource(TcpIdle, clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, stopping.Token);
                await stream.ReadExactlyAsync(query.AsMemory(0, 2), either.Token);
                int length = BinaryPrimitives.ReadUInt16BigEndian(query);
                if (length > query.Length)
                    return;
                await stream.ReadExactlyAsync(query.AsMemory(0, length), either.Token);
                var answered = Answer(query.AsSpan(0, length), isUdp: false, answer.AsSpan(2));
                if (answered == 0)
                    continue;
                if (delay > TimeSpan.Zero)
                    await Task.Delay(delay, clock, either.Token);
                BinaryPrimitives.WriteUInt16BigEndian(answer, (ushort)answered);
                await stream.WriteAsync(answer.AsMemory(0, answered + 2), either.Token);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client has what it wanted, or was idle, or the server stops.
        }
        finally
        {
            connection.Dispose();
            Interlocked.Decrement(ref tcpConnections);
        }
    }

    private int Answer(ReadOnlySpan<byte> query, bool isUdp, Span<byte> buffer)
    {
        var fault = DnsMessage.Read(query, out var question);
        if (fault is null)
            return 0;
        counters.DnsQuery();
        return fault is DnsCode.NoError
            ? zones.Answer(query, question, isUdp, buffer)
            : new DnsResponse(buffer, query, question with { QuestionLength = 0, HasOpt = false }).End(fault.Value, 512, truncate: false);
    }
}
