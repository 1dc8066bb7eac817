using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace EmailVerify.Adapters.Dns;

/// <summary>How the DNS is asked.</summary>
public sealed record DnsOptions
{
    /// <summary>The port of the DNS (RFC 1035 4.2).</summary>
    public const int DefaultPort = 53;

    /// <summary>Gets the recursive servers in order of preference; empty for the system's. More than three are not asked, as in resolv.conf(5).</summary>
    public ImmutableArray<IPEndPoint> Servers { get; init; } = [];

    /// <summary>Gets how long one try waits for a server. Default: 2 s; a recursive server that needs longer is itself waiting for a dead one.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets how often a server is asked again after silence. Default: 1, since UDP loses packets.</summary>
    public int Retries { get; init; } = 1;

    /// <summary>Gets how many queries are on the wire at once. Default: 64, where a local resolver answers the most; above, throughput falls.</summary>
    public int QueriesInFlight { get; init; } = 64;

    /// <summary>Gets how many records the cache holds before the least recently used go. Default: 100,000, some 30 MB.</summary>
    public int CacheCapacity { get; init; } = 100_000;

    /// <summary>Gets a value indicating whether questions go over TCP from the start. Default: false; it is for seeing whether TCP works at all.</summary>
    public bool OverTcp { get; init; }

    /// <summary>Gets the servers that are asked: those of <see cref="Servers"/> or the system's, at most three.</summary>
    public ImmutableArray<IPEndPoint> ServersInUse() => DnsServers.InUse(this);

    /// <summary>Reads one server of the setting <c>Dns:Servers</c>.</summary>
    /// <param name="text"><c>ip</c> or <c>ip:port</c>; an IPv6 address with a port stands in brackets.</param>
    /// <param name="server">The server, when the text names one.</param>
    public static bool TryParseServer(string? text, [NotNullWhen(true)] out IPEndPoint? server)
    {
        if (!IPEndPoint.TryParse(text ?? string.Empty, out server))
            return false;
        if (server.Port == 0)
            server.Port = DefaultPort;
        return true;
    }
}
