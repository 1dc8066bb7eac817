using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EmailVerify.Adapters.Tests.Smtp;

/// <summary>A mail server of one behaviour on a free loopback port. Every connection is given to the behaviour; its end, or its failure, is kept.</summary>
internal sealed class MailHost : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private readonly List<Task> connections = [];

    public MailHost(params Func<HostSide, Task>[] behaviours)
    {
        listener.Start();
        accepting = AcceptAsync(behaviours);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections => connections.Count;

    public async Task<T> Within<T>(Task<T> task) => await task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, stop.Token);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        try
        {
            await accepting;
            await Task.WhenAll(connections);
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or IOException)
        {
            // A behaviour that was stopped.
        }

        stop.Dispose();
    }

    private async Task AcceptAsync(Func<HostSide, Task>[] behaviours)
    {
        while (!stop.IsCancellationRequested)
        {
            var socket = await listener.AcceptSocketAsync(stop.Token);
            var behaviour = behaviours[Math.Min(connections.Count, behaviours.Length - 1)];
            connections.Add(Task.Run(async () =>
            {
                await using var side = new HostSide(socket, stop.Token);
                await behaviour(side);
            }));
        }
    }
}

/// <summary>The server's end of one connection.</summary>
internal sealed class HostSide(Socket socket, CancellationToken stop) : IAsyncDisposable
{
    private Stream stream = new NetworkStream(socket, ownsSocket: true);

    public CancellationToken Stop => stop;

    public IPAddress Client => ((IPEndPoint)socket.RemoteEndPoint!).Address;

    public string? ServerName { get; private set; }

    public Task SayAsync(string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n") + "\r\n"), stop).AsTask();

    public Task SayAsync(byte[] octets) => stream.WriteAsync(octets, stop).AsTask();

    /// <summary>Reads as many octets; fewer at the end of the connection.</summary>
    public async Task<byte[]> HearAsync(int count)
    {
        var octets = new byte[count];
        var heard = await stream.ReadAtLeastAsync(octets, count, throwOnEndOfStream: false, stop);
        return octets[..heard];
    }

    /// <summary>Reads a line; null at the end of the connection. A reset throws.</summary>
    public async Task<string?> HearAsync()
    {
        var line = new StringBuilder();
        var octet = new byte[1];
        while (await stream.ReadAsync(octet, stop) == 1)
        {
            if (octet[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)octet[0]);
        }

        return null;
    }

    /// <summary>Answers each command with the next reply, and says what was heard to the end of the connection.</summary>
    public async Task<List<string>> AnswerAsync(params string[] replies)
    {
        var heard = new List<string>();
        while (await HearAsync() is { } line)
        {
            heard.Add(line);
            if (heard.Count <= replies.Length)
                await SayAsync(replies[heard.Count - 1]);
        }

        return heard;
    }

    public async Task SecureAsync(X509Certificate2 certificate)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(
            // Offline, or the server itself fetches what its certificate names.
            new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true) },
            stop);
        ServerName = tls.TargetHostName;
        stream = tls;
    }

    /// <summary>Cuts without a farewell.</summary>
    public void Reset() => socket.Close(0);

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}

/// <summary>Certificates as mail servers have them.</summary>
internal static class Certificates
{
    public static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=somebody.else", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
    }

    /// <summary>One whose issuer is not sent, but named by a URL.</summary>
    public static X509Certificate2 IssuedElsewhere(string issuerUrl)
    {
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issuerRequest = new CertificateRequest("CN=issuer", issuerKey, HashAlgorithmName.SHA256);
        issuerRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var issuer = issuerRequest.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(99));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mx.example", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([], [issuerUrl]));
        using var issued = request.Create(issuer, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(98), [1, 2, 3]);
        return issued.CopyWithPrivateKey(key);
    }
}
