using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace EmailVerify.Core.Domains;

/// <summary>What an IP address is for. Everything but <see cref="Public"/> is reached through our own network only, if at all.</summary>
public enum AddressKind
{
    /// <summary>Anywhere on the internet.</summary>
    Public,

    /// <summary>This machine.</summary>
    Loopback,

    /// <summary>No address (RFC 1122 3.2.1.3); Linux connects to itself instead.</summary>
    Unspecified,

    /// <summary>A private network: RFC 1918, RFC 6598, RFC 4193, site-local.</summary>
    Private,

    /// <summary>This link (RFC 3927, RFC 4291 2.5.6): cloud metadata services live there.</summary>
    LinkLocal,

    /// <summary>Set aside: documentation, benchmarks, protocol assignments, old tunnels, the future.</summary>
    Reserved,

    /// <summary>A group (RFC 5771, RFC 4291 2.7): nothing to connect to.</summary>
    Multicast,
}

/// <summary>The one table of addresses that are not public, by the special-purpose registries of IANA (RFC 6890 and its successors).</summary>
public static class AddressKinds
{
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork WellKnownNat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Gets the networks that are never connected to unless allowed. IPv6 outside 2000::/3 is not public either, listed or not.</summary>
    public static ImmutableArray<(IPNetwork Network, AddressKind Kind)> NotPublic { get; } =
    [
        (IPNetwork.Parse("0.0.0.0/32"), AddressKind.Unspecified),
        (IPNetwork.Parse("0.0.0.0/8"), AddressKind.Reserved),
        (IPNetwork.Parse("10.0.0.0/8"), AddressKind.Private),
        (IPNetwork.Parse("100.64.0.0/10"), AddressKind.Private),
        (IPNetwork.Parse("127.0.0.0/8"), AddressKind.Loopback),
        (IPNetwork.Parse("169.254.0.0/16"), AddressKind.LinkLocal),
        (IPNetwork.Parse("172.16.0.0/12"), AddressKind.Private),
        (IPNetwork.Parse("192.0.0.0/24"), AddressKind.Reserved),
        (IPNetwork.Parse("192.0.2.0/24"), AddressKind.Reserved),
        (IPNetwork.Parse("192.88.99.0/24"), AddressKind.Reserved),
        (IPNetwork.Parse("192.168.0.0/16"), AddressKind.Private),
        (IPNetwork.Parse("198.18.0.0/15"), AddressKind.Reserved),
        (IPNetwork.Parse("198.51.100.0/24"), AddressKind.Reserved),
        (IPNetwork.Parse("203.0.113.0/24"), AddressKind.Reserved),
        (IPNetwork.Parse("224.0.0.0/4"), AddressKind.Multicast),
        (IPNetwork.Parse("240.0.0.0/4"), AddressKind.Reserved),
        (IPNetwork.Parse("::/128"), AddressKind.Unspecified),
        (IPNetwork.Parse("::1/128"), AddressKind.Loopback),
        (IPNetwork.Parse("64:ff9b:1::/48"), AddressKind.Reserved),
        (IPNetwork.Parse("100::/64"), AddressKind.Reserved),
        (IPNetwork.Parse("2001::/23"), AddressKind.Reserved),
        (IPNetwork.Parse("2001:db8::/32"), AddressKind.Reserved),
        (IPNetwork.Parse("2002::/16"), AddressKind.Reserved),
        (IPNetwork.Parse("3fff::/20"), AddressKind.Reserved),
        (IPNetwork.Parse("fc00::/7"), AddressKind.Private),
        (IPNetwork.Parse("fe80::/10"), AddressKind.LinkLocal),
        (IPNetwork.Parse("fec0::/10"), AddressKind.Private),
        (IPNetwork.Parse("ff00::/8"), AddressKind.Multicast),
    ];

    /// <summary>
    /// Says what an address is for. One that carries an IPv4 address in plain sight (mapped, NAT64) is what that is; 6to4 and Teredo
    /// are refused whole, since tunnels that nobody runs any more (RFC 7526) can only be a trick.
    /// </summary>
    public static AddressKind Of(IPAddress address)
    {
        var inner = Unwrap(address);
        foreach (var (network, kind) in NotPublic)
        {
            if (network.Contains(inner))
                return kind;
        }

        return inner.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(inner) ? AddressKind.Public : AddressKind.Reserved;
    }

    /// <summary>Gets the IPv4 address that a mapped or NAT64 address leads to, else the address itself.</summary>
    public static IPAddress Unwrap(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || !WellKnownNat64.Contains(address))
            return address;

        Span<byte> octets = stackalloc byte[16];
        _ = address.TryWriteBytes(octets, out _);
        return new IPAddress(octets[12..]);
    }
}
