using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmailVerify.Core.Probes;

/// <summary>A SOCKS5 proxy that an egress connects through (RFC 1928). Its user name and password are secret: no text that is made of it has them.</summary>
public sealed record Socks5Proxy
{
    /// <summary>The port of proxies that name none (RFC 1928 3).</summary>
    public const int DefaultPort = 1080;

    /// <summary>The most octets that a user name, and a password, may have in UTF-8; the least is one (RFC 1929 2).</summary>
    public const int MaxSecretLength = 255;

    private Socks5Proxy(string host, int port) => (Host, Port) = (host, port);

    /// <summary>Gets its host: an IP address, or a name that the system resolves at each connection.</summary>
    public string Host { get; }

    /// <summary>Gets its port, 1 to 65535. Default: 1080.</summary>
    public int Port { get; }

    /// <summary>Gets the user name, 1 to 255 octets in UTF-8; null where the proxy asks for none.</summary>
    public string? User { get; private init; }

    /// <summary>Gets the password, 1 to 255 octets in UTF-8; there with the user name only.</summary>
    public string? Password { get; private init; }

    /// <summary>Reads <c>socks5://[user:password@]host[:port]</c>; what is special in user name and password stands there percent-encoded.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Socks5Proxy? proxy)
    {
        proxy = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || !uri.Scheme.Equals("socks5", StringComparison.Ordinal)
            || uri.HostNameType is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6)
            || uri.PathAndQuery is not ("" or "/") || uri.Fragment.Length > 0 || uri.Port is 0)
            return false;

        var bare = new Socks5Proxy(uri.IdnHost, uri.Port < 0 ? DefaultPort : uri.Port);
        if (uri.UserInfo.Length == 0)
        {
            proxy = text!.Contains('@', StringComparison.Ordinal) ? null : bare;
            return proxy is not null;
        }

        // A colon that belongs to the user name is encoded; in the password it need not be.
        var parts = uri.UserInfo.Split(':', 2);
        var (user, password) = (Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : string.Empty);
        if (IsSecret(user) && IsSecret(password))
            proxy = bare with { User = user, Password = password };
        return proxy is not null;
    }

    /// <summary>Says where it is, and whether it asks who we are; never what it is told then.</summary>
    public override string ToString() => FormattableString.Invariant($"socks5://{(User is null ? string.Empty : "***@")}{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");

    private static bool IsSecret(string text) => Encoding.UTF8.GetByteCount(text) is >= 1 and <= MaxSecretLength;
}
