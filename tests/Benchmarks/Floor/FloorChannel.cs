using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using EmailVerify.Adapters.Smtp;

namespace EmailVerify.Benchmarks.Floor;

/// <summary>A socket, perhaps in TLS, with a buffer for what is said and one for what is heard. Nothing is guarded against: the sandbox is known.</summary>
internal sealed class FloorChannel : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] said = new byte[1_024];
    private readonly byte[] heard = new byte[4_096];
    private SslStream? tls;
    private int length;
    private int start;
    private int end;
    private int replyAt;

    /// <summary>Gets the last reply.</summary>
    public ReadOnlySpan<byte> Reply => heard.AsSpan(replyAt, start - replyAt);

    public Task ConnectAsync(IPEndPoint host) => socket.ConnectAsync(host);

    /// <summary>Adds to what is said next.</summary>
    public FloorChannel Add(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(said.AsSpan(length));
        length += octets.Length;
        return this;
    }

    /// <summary>Adds text to what is said next.</summary>
    public FloorChannel Add(string text)
    {
        length += System.Text.Encoding.ASCII.GetBytes(text, said.AsSpan(length));
        return this;
    }

    /// <summary>Says what was added and hears the reply to its first command.</summary>
    /// <returns>The reply's first digit.</returns>
    public async ValueTask<byte> SayAsync()
    {
        await SendAsync();
        return await HearAsync();
    }

    /// <summary>Hears the next reply.</summary>
    /// <returns>The reply's first digit.</returns>
    public async ValueTask<byte> HearAsync()
    {
        int reply;
        while ((reply = ReplyScanner.LengthOf(heard.AsSpan(start, end - start))) == 0)
        {
            heard.AsSpan(start, end - start).CopyTo(heard);
            (start, end) = (0, end - start);
            var received = tls is null ? await socket.ReceiveAsync(heard.AsMemory(end)) : await tls.ReadAsync(heard.AsMemory(end));
            if (received == 0)
                throw new IOException("The sandbox ended the session within a dialogue.");
            end += received;
        }

        (replyAt, start) = (start, start + reply);
        return heard[replyAt];
    }

    /// <summary>Negotiates TLS with the settings that the service has.</summary>
    public async ValueTask StartTlsAsync(string host)
    {
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        await stream.AuthenticateAsClientAsync(TlsToMailServers.OptionsFor(host));
        tls = stream;
    }

    /// <summary>Says what was added and waits, as the service does, until the host has ended the session too.</summary>
    public async ValueTask EndAsync()
    {
        await SendAsync();
        try
        {
            if (tls is not null)
                await tls.ShutdownAsync();
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(heard) > 0)
            {
            }
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            // The host was faster: it has closed before it read the last of TLS.
        }
    }

    public void Dispose()
    {
        tls?.Dispose();
        socket.Dispose();
    }

    private async ValueTask SendAsync()
    {
        var octets = said.AsMemory(0, length);
        length = 0;
        if (tls is not null)
            await tls.WriteAsync(octets);
        else if (await socket.SendAsync(octets) != octets.Length)
            throw new IOException("The sandbox does not read.");
    }
}
