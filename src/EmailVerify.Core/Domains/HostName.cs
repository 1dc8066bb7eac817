using System.Buffers;

namespace EmailVerify.Core.Domains;

/// <summary>Says which texts may be asked about in the DNS as names of hosts. Names come from strangers' zones: nothing else is ever sent to a resolver.</summary>
public static class HostName
{
    /// <summary>The longest name in presentation form without the final dot (RFC 1035 2.3.4: 255 octets on the wire).</summary>
    public const int LongestName = 253;

    /// <summary>The longest label (RFC 1035 2.3.4).</summary>
    public const int LongestLabel = 63;

    /// <summary>Letters, digits, hyphen (RFC 952, RFC 1123 2.1) and the underscore, which real mail hosts have; as hyphens at the ends of labels, which the DNS does not mind.</summary>
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Says whether a text is a host's name: lower-case labels without a final dot, no IP address in text form.</summary>
    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > LongestName)
            return false;

        var last = name;
        foreach (var range in name.Split('.'))
        {
            last = name[range];
            if (last.IsEmpty || last.Length > LongestLabel || last.ContainsAnyExcept(Allowed))
                return false;
        }

        // No top-level domain is a number (RFC 3696 2), so 192.0.2.1, 127.1 and 2130706433 are addresses in disguise.
        return last.ContainsAnyExceptInRange('0', '9') && !IsHexNumber(last);
    }

    private static bool IsHexNumber(ReadOnlySpan<char> label) =>
        label.StartsWith("0x") && !label[2..].ContainsAnyExcept(HexDigits);
}
