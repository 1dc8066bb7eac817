using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using EmailVerify.Core.Probes;

namespace EmailVerify.Adapters.Smtp;

/// <summary>A TCP connection, in clear or in TLS. It has no buffer of its own: octets go from the system to the dialogue's buffer.</summary>
internal sealed class SocketChannel(Socket socket, TimeProvider clock) : ISmtpChannel
{
    // What is thrown away at most, before TLS and at the end: a server that sends more is cut.
    private const int MostDiscarded = 64 * 1024;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private SslStream? tls;
    private bool isBroken;

    /// <inheritdoc/>
    public IPAddress? LocalAddress { get; init; } = (socket.LocalEndPoint as IPEndPoint)?.Address;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        try
        {
            if (tls is not null)
                await tls.WriteAsync(octets, cancellationToken);
            for (var rest = tls is null ? octets : default; !rest.IsEmpty;)
                rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellationToken)..];
            return true;
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            isBroken = true;
            return false;
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellationToken)
    {
        try
        {
            return tls is null
                ? await socket.ReceiveAsync(into, SocketFlags.None, cancellationToken)
                : await tls.ReadAsync(into, cancellationToken);
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            isBroken = true;
            return 0;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<string?> StartTlsAsync(string host, CancellationToken cancellationToken)
    {
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        isBroken = true;
        try
        {
            // The client speaks first in TLS: whatever is here already was sent in clear (CVE-2011-0411).
            Discard();
            await stream.AuthenticateAsClientAsync(TlsToMailServers.OptionsFor(host), cancellationToken);
            (tls, isBroken) = (stream, false);
            return TlsToMailServers.NameOf(stream.SslProtocol);
        }
        catch (Exception fault) when (fault is AuthenticationException or IOException or SocketException)
        {
            return null;
        }
        finally
        {
            if (isBroken)
                await stream.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (tls is not null && !isBroken)
            {
                // One record that the system takes at once, unless the server reads nothing; no QUIT is worth waiting for that.
                var farewell = tls.ShutdownAsync();
                if (!farewell.IsCompleted)
                    farewell = farewell.WaitAsync(Farewell, clock);
                await farewell;
            }

            // A socket that is closed with unread octets resets the connection, and QUIT may be lost with it.
            socket.Shutdown(SocketShutdown.Send);
            if (!isBroken)
                await HearEndAsync();
            Discard();
        }
        catch (Exception fault) when (fault is SocketException or IOException or TimeoutException or OperationCanceledException)
        {
            // The server was faster; there is nobody left to be polite to.
        }
        finally
        {
            if (tls is not null)
                await tls.DisposeAsync();
            socket.Dispose();
        }
    }

    // A session that ended for us only is still one of those that the server allows: the next one would be one too many.
    private async ValueTask HearEndAsync()
    {
        using var alarm = new CancellationTokenSource(Farewell, clock);
        var octets = new byte[1_024];
        for (var discarded = 0; discarded < MostDiscarded;)
        {
            if (await socket.ReceiveAsync(octets, SocketFlags.None, alarm.Token) is var count and > 0)
                discarded += count;
            else
                break;
        }
    }

    private void Discard()
    {
        Span<byte> octets = stackalloc byte[1_024];
        for (var discarded = 0; discarded < MostDiscarded && socket.Available > 0;)
        {
            if (socket.Receive(octets) is var count and > 0)
                discarded += count;
            else
                break;
        }
    }
}
