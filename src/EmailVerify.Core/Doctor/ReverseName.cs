using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmailVerify.Core.Doctor;

/// <summary>The names under which zones speak of addresses: turned round, the widest part last.</summary>
public static class ReverseName
{
    /// <summary>Gets the name of an address that is asked for its PTR (RFC 1035 3.5, RFC 3596 2.5).</summary>
    public static string Of(IPAddress address) => Under(address, address.AddressFamily is AddressFamily.InterNetwork ? "in-addr.arpa" : "ip6.arpa");

    /// <summary>Gets the name of an address in a block list (RFC 5782 2.1 and 2.4).</summary>
    public static string Under(IPAddress address, string zone)
    {
        var octets = address.GetAddressBytes().Reverse();
        var labels = address.AddressFamily is AddressFamily.InterNetwork
            ? octets.Select(octet => octet.ToString(CultureInfo.InvariantCulture))
            : octets.SelectMany(octet => new[] { Nibble(octet & 15), Nibble(octet >> 4) });
        return $"{string.Join('.', labels)}.{zone}";
    }

    private static string Nibble(int value) => value.ToString("x", CultureInfo.InvariantCulture);
}
