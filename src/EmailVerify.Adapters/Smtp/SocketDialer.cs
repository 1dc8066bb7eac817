using System.Net;
using System.Net.Sockets;
using EmailVerify.Core.Probes;

namespace EmailVerify.Adapters.Smtp;

/// <summary>Connects to mail servers by TCP, from the egress' own address.</summary>
/// <param name="port">The port of every mail server: 25 but in tests and the sandbox.</param>
/// <param name="mayConnect">Judges the very address that is connected to, so that no name and no mapping leads to a forbidden one.</param>
/// <param name="clock">The clock for closing.</param>
public sealed class SocketDialer(int port, Func<IPAddress, bool> mayConnect, TimeProvider clock) : ISmtpDialer
{
    /// <summary>The port of mail servers (RFC 5321 4.5.4.2).</summary>
    public const int SmtpPort = 25;

    /// <inheritdoc/>
    public async ValueTask<ISmtpChannel?> DialAsync(IPAddress address, Egress egress, CancellationToken cancellationToken)
    {
        // ::ffff:127.0.0.1 goes where 127.0.0.1 goes, and is judged as that.
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (!mayConnect(address) || (egress.Address is { } from && from.AddressFamily != address.AddressFamily))
            return null;

        Socket? socket = null;
        var isConnected = false;
        try
        {
            // A kernel without the family, or a process without descriptors, refuses here.
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (egress.Address is not null)
                socket.Bind(new IPEndPoint(egress.Address, 0));
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            isConnected = true;
            return new SocketChannel(socket, clock);
        }
        catch (SocketException)
        {
            return null;
        }
        finally
        {
            if (!isConnected)
                socket?.Dispose();
        }
    }
}
