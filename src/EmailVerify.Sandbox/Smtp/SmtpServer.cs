using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using EmailVerify.Sandbox.Counting;

namespace EmailVerify.Sandbox.Smtp;

/// <summary>Listens for all hosts, on one port and an address for each.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    /// <summary>More sessions than this at once are closed unheard.</summary>
    private const int MostSessions = 16_000;
    private const int Backlog = 512;
    private const int PortTries = 20;

    private readonly List<Socket> listeners;
    private readonly Task[] loops;
    private readonly Task reaping;
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<SmtpSession, Task> sessions = new();
    private readonly Counters counters;
    private int open;
    private long lastId;

    private SmtpServer(
        List<Socket> listeners,
        IReadOnlyList<SmtpHost> hosts,
        SandboxOptions options,
        SslServerAuthenticationOptions tlsOptions,
        Counters counters,
        TimeProvider clock)
    {
        (this.listeners, this.counters, Options, TlsOptions, Total, Clock) = (listeners, counters, options, tlsOptions, counters.Total, clock);
        Stopping = stopping.Token;
        Port = ((IPEndPoint)listeners[0].LocalEndPoint!).Port;
        loops = [.. listeners.Zip(hosts, AcceptAsync)];
        reaping = ReapAsync();
    }

    public static ReplyTemplate LineTooLong { get; } = new("500 5.5.2 That line is too long");

    public int Port { get; }

    public SandboxOptions Options { get; }

    public SslServerAuthenticationOptions TlsOptions { get; }

    public CounterSet Total { get; }

    public TimeProvider Clock { get; }

    public CancellationToken Stopping { get; }

    /// <summary>Starts listening.</summary>
    /// <exception cref="SocketException">The port that was asked for is taken.</exception>
    public static SmtpServer Start(
        IReadOnlyList<SmtpHost> hosts, SandboxOptions options, SslServerAuthenticationOptions tlsOptions, Counters counters, TimeProvider clock) =>
        new(Listen([.. hosts.Select(host => host.Address)], options.SmtpPort), hosts, options, tlsOptions, counters, clock);

    public string NextId() => Interlocked.Increment(ref lastId).ToString("x8", CultureInfo.InvariantCulture);

    public void Forget(SmtpSession session)
    {
        Interlocked.Decrement(ref open);
        sessions.TryRemove(session, out _);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        foreach (var listener in listeners)
            listener.Dispose();
        await Task.WhenAll(loops);
        await reaping;
        var running = sessions.ToArray();
        foreach (var (session, _) in running)
            session.Abort();
        await Task.WhenAll(running.Select(pair => pair.Value));
        stopping.Dispose();
    }

    private static List<Socket> Listen(IReadOnlyList<IPAddress> addresses, int port)
    {
        for (var tries = 1; ; tries++)
        {
            var opened = new List<Socket>(addresses.Count);
            try
            {
                var chosen = port;
                foreach (var address in addresses)
                {
                    var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    opened.Add(listener);
                    listener.Bind(new IPEndPoint(address, chosen));
                    listener.Listen(Backlog);
                    chosen = ((IPEndPoint)listener.LocalEndPoint!).Port;
                }

                return opened;
            }
            catch (SocketException taken)
            {
                opened.ForEach(listener => listener.Dispose());
                if (port != 0 || tries == PortTries || taken.SocketErrorCode is not SocketError.AddressAlreadyInUse)
                    throw;
            }
        }
    }

    private async Task AcceptAsync(Socket listener, SmtpHost host)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Begin(await listener.AcceptAsync(stopping.Token), host);
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

    private void Begin(Socket socket, SmtpHost host)
    {
        if (Volatile.Read(ref open) >= MostSessions || ClientOf(socket) is not { } client)
        {
            socket.Dispose();
            return;
        }

        Interlocked.Increment(ref open);
        counters.Client(client);
        socket.NoDelay = true;
        var session = new SmtpSession(this, host, socket, client);

        // Known before it runs: a session that ends at once must not be remembered for ever.
        sessions[session] = Task.CompletedTask;
        var running = session.RunAsync();
        if (!running.IsCompleted)
            sessions.TryUpdate(session, running, Task.CompletedTask);
    }

    private static IPAddress? ClientOf(Socket socket)
    {
        try
        {
            return (socket.RemoteEndPoint as IPEndPoint)?.Address;
        }
        catch (SocketException)
        {
            // It has left already.
            return null;
        }
    }

    private async Task ReapAsync()
    {
        using var timer = new PeriodicTimer(Options.IdleTimeout / 4, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(Stopping))
            {
                foreach (var (session, _) in sessions)
                {
                    if (session.IdleFor() > Options.IdleTimeout)
                        session.Abort();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}
