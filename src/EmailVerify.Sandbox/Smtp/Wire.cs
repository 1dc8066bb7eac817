using System.Net.Security;
using System.Net.Sockets;

namespace EmailVerify.Sandbox.Smtp;

/// <summary>One connection, in clear text until it is secured.</summary>
internal sealed class Wire(Socket socket) : IDisposable
{
    private SslStream? tls;

    /// <summary>Gets a value indicating whether the client has sent something that was not read.</summary>
    public bool HasInput => socket.Available > 0;

    public ValueTask<int> ReadAsync(Memory<byte> buffer) => tls is null ? socket.ReceiveAsync(buffer) : tls.ReadAsync(buffer);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets)
    {
        if (tls is not null)
        {
            await tls.WriteAsync(octets);
            return;
        }

        while (octets.Length > 0)
            octets = octets[await socket.SendAsync(octets)..];
    }

    public async Task SecureAsync(SslServerAuthenticationOptions options)
    {
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        try
        {
            await stream.AuthenticateAsServerAsync(options);
            tls = stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says that nothing more will come; what was sent still arrives.</summary>
    public void EndOutput() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Breaks the connection: the client sees a reset.</summary>
    public void Break()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    /// <summary>Ends both directions under whoever reads or writes: a read then finds the end, a write fails.</summary>
    public void Abort()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    public void Dispose()
    {
        tls?.Dispose();
        socket.Dispose();
    }
}
