using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailVerify.Core.Probes;

namespace EmailVerify.Adapters.Smtp;

/// <summary>How connecting through a proxy ended. First what a direct connection can end with as well, then what is the proxy's own.</summary>
internal enum SocksEnding
{
    /// <summary>The proxy has connected to the target.</summary>
    Connected,

    /// <summary>The target refused (reply 05).</summary>
    Refused,

    /// <summary>There is no way to the target (replies 03 and 04).</summary>
    NoWay,

    /// <summary>The target did not answer: the proxy said so (reply 06), or was still trying when the time was over.</summary>
    TimedOut,

    /// <summary>The proxy cannot be connected to, or its name does not resolve.</summary>
    Unreachable,

    /// <summary>The proxy did not answer in time, before it was asked for the target.</summary>
    Silent,

    /// <summary>The proxy wants another proof of who we are than we have (method FF).</summary>
    NoMethod,

    /// <summary>The proxy does not accept user name and password.</summary>
    NotAuthenticated,

    /// <summary>The proxy's rules do not allow the target (reply 02).</summary>
    NotAllowed,

    /// <summary>The proxy could not, for a reason that it keeps to itself (reply 01), or cannot at all (replies 07, 08 and unknown ones).</summary>
    Failed,

    /// <summary>The proxy closed the connection.</summary>
    Cut,

    /// <summary>What came is no SOCKS5.</summary>
    Nonsense,
}

/// <summary>
/// Connects to an address through a proxy: CONNECT of RFC 1928, with user name and password of RFC 1929. What the proxy says is read as a stranger's: no more octets than
/// the form has, so that the first of the mail server's stay in the socket, and none of it goes into a text. The target is always an address: a name would be resolved where nobody checks it.
/// </summary>
internal static class Socks5
{
    private const byte Version = 5;
    private const byte None = 0;
    private const byte UserPassword = 2;
    private const byte NoAcceptable = 0xff;
    private const byte UserPasswordVersion = 1;
    private const byte Connect = 1;
    private const byte IPv4 = 1;
    private const byte Name = 3;
    private const byte IPv6 = 4;

    /// <summary>Says whether an ending tells of the proxy alone.</summary>
    public static bool IsOfProxy(this SocksEnding ending) => ending > SocksEnding.TimedOut;

    /// <summary>Connects.</summary>
    /// <param name="proxy">Through whom.</param>
    /// <param name="target">Where to; checked by the caller.</param>
    /// <param name="cancellationToken">Ends each step; that is an ending, not an exception.</param>
    /// <returns>The socket, next to be read by SMTP, when connected; else null.</returns>
    public static async Task<(Socket? Socket, SocksEnding Ending)> ConnectAsync(Socks5Proxy proxy, IPEndPoint target, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        var ending = SocksEnding.Unreachable;
        var isAsked = false;
        try
        {
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _ = PlaceOfCompletions.Inline(socket);
            await socket.ConnectAsync(new DnsEndPoint(proxy.Host, proxy.Port), cancellationToken);

            // :: Step 1: who are we?
            ending = SocksEnding.Cut;
            ending = await AuthenticateAsync(socket, proxy, cancellationToken);
            if (ending is not SocksEnding.Connected)
                return (null, ending);

            // :: Step 2: where to?
            (ending, isAsked) = (SocksEnding.Cut, true);
            await SendAsync(socket, Request(target), cancellationToken);
            ending = await HearReplyAsync(socket, cancellationToken);
            return (ending is SocksEnding.Connected ? socket : null, ending);
        }
        catch (SocketException)
        {
            return (null, ending);
        }
        catch (EndOfStreamException)
        {
            return (null, ending);
        }
        catch (OperationCanceledException)
        {
            ending = isAsked ? SocksEnding.TimedOut : SocksEnding.Silent;
            return (null, ending);
        }
        finally
        {
            if (ending is not SocksEnding.Connected)
                socket?.Dispose();
        }
    }

    // RFC 1928 3. Only what we can keep is offered.
    private static async Task<SocksEnding> AuthenticateAsync(Socket socket, Socks5Proxy proxy, CancellationToken cancellationToken)
    {
        await SendAsync(socket, proxy.User is null ? [Version, 1, None] : [Version, 2, None, UserPassword], cancellationToken);
        var choice = await HearAsync(socket, 2, cancellationToken);
        if (choice[0] != Version)
            return SocksEnding.Nonsense;
        switch (choice[1])
        {
            case None:
                return SocksEnding.Connected;
            case UserPassword when proxy is { User: { } user, Password: { } password }:
                // RFC 1929 2.
                var (name, secret) = (Encoding.UTF8.GetBytes(user), Encoding.UTF8.GetBytes(password));
                await SendAsync(socket, [UserPasswordVersion, (byte)name.Length, .. name, (byte)secret.Length, .. secret], cancellationToken);
                var verdict = await HearAsync(socket, 2, cancellationToken);

                // Some proxies answer with the version of SOCKS; what counts is the status.
                return verdict[0] is not (UserPasswordVersion or Version) ? SocksEnding.Nonsense : verdict[1] == 0 ? SocksEnding.Connected : SocksEnding.NotAuthenticated;
            case NoAcceptable or UserPassword:
                return SocksEnding.NoMethod;
            default:
                return SocksEnding.Nonsense;
        }
    }

    // RFC 1928 4.
    private static byte[] Request(IPEndPoint target) =>
    [
        Version, Connect, 0, target.AddressFamily is AddressFamily.InterNetworkV6 ? IPv6 : IPv4,
        .. target.Address.GetAddressBytes(), (byte)(target.Port >> 8), (byte)target.Port,
    ];

    // RFC 1928 6. Of a refusal no more is read than that it is one: some proxies leave the rest away.
    private static async Task<SocksEnding> HearReplyAsync(Socket socket, CancellationToken cancellationToken)
    {
        var reply = await HearAsync(socket, 2, cancellationToken);
        if (reply[0] != Version)
            return SocksEnding.Nonsense;
        if (EndingOf(reply[1]) is var ending and not SocksEnding.Connected)
            return ending;

        // The address that the proxy asks from: whatever it says, nothing rests on it.
        var length = (await HearAsync(socket, 2, cancellationToken))[1] switch
        {
            IPv4 => 4,
            IPv6 => 16,
            Name => (await HearAsync(socket, 1, cancellationToken))[0],
            _ => -1,
        };
        if (length < 0)
            return SocksEnding.Nonsense;
        _ = await HearAsync(socket, length + 2, cancellationToken);
        return SocksEnding.Connected;
    }

    private static SocksEnding EndingOf(byte reply) => reply switch
    {
        0 => SocksEnding.Connected,
        2 => SocksEnding.NotAllowed,
        3 or 4 => SocksEnding.NoWay,
        5 => SocksEnding.Refused,
        6 => SocksEnding.TimedOut,
        _ => SocksEnding.Failed,
    };

    private static async Task SendAsync(Socket socket, byte[] octets, CancellationToken cancellationToken)
    {
        for (var rest = octets.AsMemory(); !rest.IsEmpty;)
            rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellationToken)..];
    }

    // Not one octet more: what follows is the mail server's.
    private static async Task<byte[]> HearAsync(Socket socket, int count, CancellationToken cancellationToken)
    {
        var octets = new byte[count];
        for (var heard = 0; heard < count;)
        {
            if (await socket.ReceiveAsync(octets.AsMemory(heard), SocketFlags.None, cancellationToken) is var some and > 0)
                heard += some;
            else
                throw new EndOfStreamException();
        }

        return octets;
    }
}
