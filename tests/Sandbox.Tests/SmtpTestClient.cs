using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace EmailVerify.Sandbox.Tests;

/// <summary>Talks SMTP by hand, and as badly as a test wants.</summary>
internal sealed class SmtpTestClient : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<byte> unread = [];
    private Stream stream = Stream.Null;

    public static async Task<SmtpTestClient> ConnectAsync(IPEndPoint host)
    {
        var client = new SmtpTestClient();
        await client.socket.ConnectAsync(host, Token);
        client.stream = new NetworkStream(client.socket);
        return client;
    }

    /// <summary>Connects, takes the banner and says EHLO.</summary>
    public static async Task<SmtpTestClient> GreetedAsync(SandboxInternet sandbox, string host)
    {
        var client = await ConnectAsync(SandboxFixture.At(sandbox, host));
        await client.ReadAsync();
        await client.AskAsync("EHLO probe.sender.test");
        return client;
    }

    /// <summary>Reads one whole reply, its lines parted by LF; empty at the end of the connection.</summary>
    public async Task<string> ReadAsync()
    {
        var reply = new StringBuilder();
        while (await ReadLineAsync() is { } line)
        {
            reply.Append(reply.Length > 0 ? "\n" : "").Append(line);
            if (line.Length < 4 || line[3] != '-')
                break;
        }

        return reply.ToString();
    }

    /// <summary>Reads what comes until the connection ends.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync())
        {
            // Until there is no more.
        }

        var rest = Encoding.Latin1.GetString([.. unread]);
        unread.Clear();
        return rest;
    }

    /// <summary>Reads this many octets, whatever they are.</summary>
    public async Task<byte[]> ReadOctetsAsync(int count)
    {
        while (unread.Count < count && await FillAsync())
        {
            // Until there are enough.
        }

        var taken = unread.Take(count).ToArray();
        unread.RemoveRange(0, taken.Length);
        return taken;
    }

    public ValueTask SendAsync(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), Token);

    public async Task<string> AskAsync(string command)
    {
        await SendAsync(command + "\r\n");
        return await ReadAsync();
    }

    /// <summary>Starts a transaction and asks for a recipient.</summary>
    public async Task<string> RcptAsync(string address)
    {
        var mail = await AskAsync(Ascii.IsValid(address) ? "MAIL FROM:<probe@sender.test>" : "MAIL FROM:<probe@sender.test> SMTPUTF8");
        return mail.StartsWith('2') ? await AskAsync($"RCPT TO:<{address}>") : mail;
    }

    public async Task<string> StartTlsAsync()
    {
        var answer = await AskAsync("STARTTLS");
        if (answer.StartsWith("220", StringComparison.Ordinal))
        {
            unread.Clear();
            var tls = new SslStream(stream, leaveInnerStreamOpen: false);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "sandbox.test", RemoteCertificateValidationCallback = (_, shown, _, _) => shown is { Subject: "CN=sandbox.test" } }, Token);
            stream = tls;
        }

        return answer;
    }

    /// <summary>Says QUIT and waits for the end, so that the session is counted.</summary>
    public async Task<string> QuitAsync()
    {
        await SendAsync("QUIT\r\n");
        return await ReadToEndAsync();
    }

    /// <summary>Leaves without a word and waits until the host has noticed.</summary>
    public async Task LeaveAsync()
    {
        socket.Shutdown(SocketShutdown.Send);
        await ReadToEndAsync();
    }

    public void Dispose()
    {
        stream.Dispose();
        socket.Dispose();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<string?> ReadLineAsync()
    {
        int end;
        while ((end = unread.IndexOf((byte)'\n')) < 0)
        {
            if (!await FillAsync())
                return null;
        }

        var line = Encoding.UTF8.GetString([.. unread.Take(end)]).TrimEnd('\r');
        unread.RemoveRange(0, end + 1);
        return line;
    }

    private async Task<bool> FillAsync()
    {
        var buffer = new byte[65_536];
        var read = await stream.ReadAsync(buffer, Token);
        unread.AddRange(buffer.AsSpan(0, read));
        return read > 0;
    }
}
