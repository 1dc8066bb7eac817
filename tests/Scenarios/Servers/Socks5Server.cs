using System.Globalization;
using System.Net;

namespace EmailVerify.Scenarios.Servers;

/// <summary>A real SOCKS5 proxy of Debian at 127.0.0.1 that connects from an address of its own.</summary>
internal sealed class Socks5Server : IAsyncDisposable
{
    private readonly ServerProcess process;
    private readonly Folder? folder;

    private Socks5Server(ServerProcess process, Folder? folder = null) => (this.process, this.folder) = (process, folder);

    /// <summary>Gets what it printed.</summary>
    public string Log => string.Join('\n', process.Output);

    /// <summary>Starts microsocks.</summary>
    /// <param name="port">Where it listens.</param>
    /// <param name="from">The address that it connects from.</param>
    /// <param name="credentials">User name and password, which it then demands; null lets everybody in.</param>
    public static Task<Socks5Server> MicrosocksAsync(int port, string from, (string User, string Password)? credentials, CancellationToken cancellationToken) =>
        ListensAsync(
            new Socks5Server(ServerProcess.Start("microsocks", [
                "-i", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-b", from,
                .. credentials is var (user, password) ? (string[])["-u", user, "-P", password] : []])),
            port, cancellationToken);

    /// <summary>Starts Dante, which asks nobody who he is.</summary>
    /// <param name="port">Where it listens.</param>
    /// <param name="allowed">The network that its rules let clients connect to.</param>
    public static Task<Socks5Server> DanteAsync(int port, string allowed, CancellationToken cancellationToken)
    {
        var files = new Folder("dante");
        File.WriteAllText(files["danted.conf"], string.Create(CultureInfo.InvariantCulture, $$"""
            logoutput: stderr
            internal: 127.0.0.1 port = {{port}}
            external: 127.0.0.1
            clientmethod: none
            socksmethod: none
            user.privileged: root
            user.unprivileged: nobody
            client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }
            socks pass {
              from: 127.0.0.0/8 to: {{allowed}}
              command: connect
            }
            """));
        return ListensAsync(new Socks5Server(ServerProcess.Start("danted", ["-f", files["danted.conf"], "-p", files["danted.pid"]]), files), port, cancellationToken);
    }

    /// <summary>Ends it; its children, of which Dante has many, end with it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await process.TerminateAsync(CancellationToken.None);
        await process.DisposeAsync();
        folder?.Dispose();
    }

    private static async Task<Socks5Server> ListensAsync(Socks5Server server, int port, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        try
        {
            await Ports.OpenAsync(IPAddress.Loopback, port, patience.Token);
            return server;
        }
        catch (OperationCanceledException late)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException($"The proxy does not listen: {server.Log}", late);
        }
    }
}
