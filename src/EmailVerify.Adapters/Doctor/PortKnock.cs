using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailVerify.Adapters.Smtp;
using EmailVerify.Core.Probes;

namespace EmailVerify.Adapters.Doctor;

/// <summary>How a knock at a mail host ended.</summary>
internal enum KnockEnding
{
    /// <summary>It greeted us.</summary>
    Greeted,

    /// <summary>It answered, and not with a greeting: it does not want us, or not now.</summary>
    TurnedAway,

    /// <summary>It took the connection and said nothing.</summary>
    Silent,

    /// <summary>The connection was refused: by the host, or by a firewall that says so.</summary>
    Refused,

    /// <summary>Nothing came back: so do firewalls that say nothing.</summary>
    TimedOut,

    /// <summary>There is no way there from here.</summary>
    NoWay,

    /// <summary>The egress' address is not one of this machine.</summary>
    NotOurs,

    /// <summary>The proxy of the egress failed.</summary>
    ProxyFailed,
}

/// <summary>A knock at a mail host.</summary>
/// <param name="Host">The host.</param>
/// <param name="Ending">How it ended.</param>
/// <param name="Said">The first line that it said, in visible ASCII; empty where it said nothing.</param>
internal readonly record struct Knock(string Host, KnockEnding Ending, string Said = "")
{
    /// <summary>Gets how the proxy failed, where it did.</summary>
    public SocksEnding Proxy { get; init; }
}

/// <summary>Connects to a mail host, hears its greeting, says QUIT: nothing is asked, and nothing kept open.</summary>
internal static class PortKnock
{
    // A line of a reply has at most 512 octets (RFC 5321 4.5.3.1.5), and greetings have few.
    private const int MostHeard = 4_096;

    /// <summary>Knocks.</summary>
    /// <param name="host">Its name, for the report.</param>
    /// <param name="target">Where it is.</param>
    /// <param name="egress">Who knocks; null is this machine as it is.</param>
    /// <param name="patience">How long the connection may take, and again how long the greeting.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Knock> KnockAsync(string host, IPEndPoint target, Egress? egress, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (socket, failed) = egress?.Socks5 is { } proxy
            ? await ThroughAsync(proxy, host, target, patience, clock, cancellationToken)
            : await DirectAsync(host, target, egress?.Address, patience, clock, cancellationToken);
        if (socket is null)
            return failed;
        await using var channel = new SocketChannel(socket, clock);
        return await HearAsync(host, channel, patience, clock, cancellationToken);
    }

    private static async Task<(Socket? Socket, Knock Failed)> ThroughAsync(Socks5Proxy proxy, string host, IPEndPoint target, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var alarm = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, cancellationToken);
        var (socket, ending) = await Socks5.ConnectAsync(proxy, target, either.Token);
        if (socket is null)
            cancellationToken.ThrowIfCancellationRequested();
        return (socket, new Knock(host, EndingOf(ending)) { Proxy = ending });
    }

    private static async Task<(Socket? Socket, Knock Failed)> DirectAsync(string host, IPEndPoint target, IPAddress? from, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        var isConnected = false;
        try
        {
            // A kernel without the family, or a process without descriptors, refuses here.
            socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (from is not null)
                socket.Bind(new IPEndPoint(from, 0));
            using var alarm = new CancellationTokenSource(patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, cancellationToken);
            await socket.ConnectAsync(target, either.Token);
            isConnected = true;
            return (socket, default);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new Knock(host, KnockEnding.TimedOut));
        }
        catch (SocketException failure)
        {
            return (null, new Knock(host, EndingOf(failure.SocketErrorCode)));
        }
        finally
        {
            if (!isConnected)
                socket?.Dispose();
        }
    }

    private static async Task<Knock> HearAsync(string host, SocketChannel channel, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        var heard = new byte[MostHeard];
        var length = 0;
        try
        {
            using var alarm = new CancellationTokenSource(patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, cancellationToken);
            var isWhole = false;
            while (!isWhole && length < MostHeard && await channel.ReceiveAsync(heard.AsMemory(length), either.Token) is var count and > 0)
            {
                length += count;
                isWhole = EndsReply(heard.AsSpan(0, length));
            }

            // Who talks before the greeting has ended is taken for a spammer.
            if (isWhole)
                _ = await channel.SendAsync("QUIT\r\n"u8.ToArray(), either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What it said until then is what it said.
        }

        var said = FirstLine(heard.AsSpan(0, length));
        return new Knock(host, said.StartsWith("220", StringComparison.Ordinal) ? KnockEnding.Greeted : said.Length > 0 ? KnockEnding.TurnedAway : KnockEnding.Silent, said);
    }

    // The last line of a reply has no hyphen behind its code (RFC 5321 4.2.1).
    private static bool EndsReply(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty || octets[^1] != '\n')
            return false;
        var line = octets[(octets[..^1].LastIndexOf((byte)'\n') + 1)..];
        return line.Length < 4 || line[3] != '-';
    }

    private static string FirstLine(ReadOnlySpan<byte> octets)
    {
        var end = octets.IndexOfAny((byte)'\r', (byte)'\n');
        var line = Encoding.Latin1.GetString(end < 0 ? octets : octets[..end]);
        return string.Concat(line.Select(letter => letter is >= ' ' and <= '~' ? letter : '?')).Trim();
    }

    private static KnockEnding EndingOf(SocksEnding ending) => ending switch
    {
        SocksEnding.Refused => KnockEnding.Refused,
        SocksEnding.TimedOut => KnockEnding.TimedOut,
        SocksEnding.NoWay => KnockEnding.NoWay,
        _ => KnockEnding.ProxyFailed,
    };

    private static KnockEnding EndingOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused or SocketError.ConnectionReset => KnockEnding.Refused,
        SocketError.TimedOut => KnockEnding.TimedOut,
        SocketError.AddressNotAvailable => KnockEnding.NotOurs,
        _ => KnockEnding.NoWay,
    };
}
