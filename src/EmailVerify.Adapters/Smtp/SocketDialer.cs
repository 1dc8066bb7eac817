using System.Net;
using System.Net.Sockets;
using EmailVerify.Core.Probes;

namespace EmailVerify.Adapters.Smtp;

/// <summary>Connects to mail servers by TCP, from the egress' own address or through its proxy.</summary>
/// <param name="port">The port of every mail server: 25 but in tests and the sandbox.</param>
/// <param name="mayConnect">Judges the very address that is connected to, so that no name and no mapping leads to a forbidden one.</param>
/// <param name="clock">The clock for closing.</param>
public sealed class SocketDialer(int port, Func<IPAddress, bool> mayConnect, TimeProvider clock) : ISmtpDialer
{
    /// <summary>The port of mail servers (RFC 5321 4.5.4.2).</summary>
    public const int SmtpPort = 25;

    /// <inheritdoc/>
    public async ValueTask<Dialled> DialAsync(IPAddress address, Egress egress, CancellationToken cancellationToken)
    {
        // ::ffff:127.0.0.1 goes where 127.0.0.1 goes, and is judged as that.
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (!mayConnect(address) || (egress.Address is { } from && from.AddressFamily != address.AddressFamily))
            return Dialled.NoConnect;
        var target = new IPEndPoint(address, port);
        if (egress.Socks5 is not { } proxy)
            return await DirectAsync(target, egress.Address, cancellationToken);

        // Our end of it is the way to the proxy, which no mail server sees.
        var (socket, ending) = await Socks5.ConnectAsync(proxy, target, cancellationToken);
        return socket is not null ? new Dialled(new SocketChannel(socket, clock) { LocalAddress = null }, default)
            : ending.IsOfProxy() ? Dialled.ProxyFailed
            : Dialled.NoConnect;
    }

    private async ValueTask<Dialled> DirectAsync(IPEndPoint target, IPAddress? from, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        var isConnected = false;
        try
        {
            // A kernel without the family, or a process without descriptors, refuses here.
            socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _ = PlaceOfCompletions.Inline(socket);
            if (from is not null)
                socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(target, cancellationToken);
            isConnected = true;
            return new Dialled(new SocketChannel(socket, clock), default);
        }
        catch (Exception ending) when (ending is SocketException or OperationCanceledException)
        {
            return Dialled.NoConnect;
        }
        finally
        {
            if (!isConnected)
                socket?.Dispose();
        }
    }
}
