using System.Net;
using System.Net.Sockets;

namespace EmailVerify.Scenarios.Servers;

/// <summary>Free ports of the loopback.</summary>
internal static class Ports
{
    // Below those that the kernel gives to whoever connects or asks for any (ip_local_port_range, 32768 and up): none of these is lost between being found free and being bound.
    private const int First = 15_000;

    private const int Count = 17_000;

    // Suites that run beside each other begin at places of their own.
    private static int next = Environment.ProcessId * 97;

    /// <summary>Gets a port that is free for TCP and UDP now, and that no later call gives again soon.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref next) % Count);
            using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                tcp.Bind(new IPEndPoint(IPAddress.Loopback, port));
                udp.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }

    /// <summary>Waits until something listens on a port.</summary>
    public static async Task OpenAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(address, port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            }
        }
    }
}
