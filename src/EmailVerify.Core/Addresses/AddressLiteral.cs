using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace EmailVerify.Core.Addresses;

/// <summary>
/// Address literals (RFC 5321 4.1.3): <c>[192.0.2.1]</c> and <c>[IPv6:2001:db8::1]</c>. The general form <c>[tag:content]</c> is refused: a tag must be registered with IANA, and none is but IPv6,
/// so what has the form is a mistake, such as an IPv6 address without its tag.
/// </summary>
internal static class AddressLiteral
{
    private const int Ipv6Groups = 8;
    private const string Ipv6Tag = "IPv6:";

    /// <summary>Writes the canonical form, brackets and all: numbers without leading zeros, IPv6 as RFC 5952 has it.</summary>
    public static bool TryRead(ReadOnlySpan<char> given, Span<char> literal, out int written)
    {
        written = 0;
        if (given.Length < 3 || given.Length > literal.Length || given[^1] != ']')
            return false;

        var content = given[1..^1];
        return content.StartsWith(Ipv6Tag, StringComparison.OrdinalIgnoreCase)
            ? TryReadIpv6(content[Ipv6Tag.Length..], literal, out written)
            : TryReadIpv4(content, literal, out written);
    }

    private static bool TryReadIpv4(ReadOnlySpan<char> content, Span<char> literal, out int written)
    {
        Span<byte> octets = stackalloc byte[4];
        written = 0;
        if (!TryParseIpv4(content, octets))
            return false;

        foreach (var octet in octets)
        {
            literal[written] = written == 0 ? '[' : '.';
            _ = octet.TryFormat(literal[++written..], out var digits, provider: CultureInfo.InvariantCulture);
            written += digits;
        }

        literal[written++] = ']';
        return true;
    }

    private static bool TryReadIpv6(ReadOnlySpan<char> content, Span<char> literal, out int written)
    {
        written = 0;
        Span<byte> octets = stackalloc byte[2 * Ipv6Groups];
        return TryParseIpv6(content, octets) && literal.TryWrite(CultureInfo.InvariantCulture, $"[{Ipv6Tag}{new IPAddress(octets)}]", out written);
    }

    // Snum: one to three digits, a decimal value of 0 to 255.
    private static bool TryParseIpv4(ReadOnlySpan<char> text, Span<byte> octets)
    {
        var count = 0;
        foreach (var range in text.Split('.'))
        {
            if (count == octets.Length || !TryParseSnum(text[range], out octets[count++]))
                return false;
        }

        return count == octets.Length;
    }

    private static bool TryParseSnum(ReadOnlySpan<char> text, out byte value)
    {
        value = 0;
        return text.Length is >= 1 and <= 3 && byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    // IPv6-full, IPv6-comp, IPv6v4-full, IPv6v4-comp. "::" stands for at least one group, as RFC 4291 2.2 reads it; RFC 5321 asks for two, and what is written has them.
    private static bool TryParseIpv6(ReadOnlySpan<char> text, Span<byte> octets)
    {
        var gap = text.IndexOf("::", StringComparison.Ordinal);
        if (gap < 0)
            return TryParseGroups(text, octets, out var all) && all == Ipv6Groups;

        Span<byte> tail = stackalloc byte[octets.Length];
        if (!TryParseGroups(text[..gap], octets, out var before) || text[..gap].Contains('.') || !TryParseGroups(text[(gap + 2)..], tail, out var after) || before + after > Ipv6Groups - 1)
            return false;

        octets[(2 * before)..].Clear();
        tail[..(2 * after)].CopyTo(octets[^(2 * after)..]);
        return true;
    }

    private static bool TryParseGroups(ReadOnlySpan<char> text, Span<byte> octets, out int count)
    {
        count = 0;
        if (text.IsEmpty)
            return true;

        foreach (var range in text.Split(':'))
        {
            var group = text[range];
            if (group.Contains('.') && range.End.GetOffset(text.Length) == text.Length)
            {
                if (count > Ipv6Groups - 2 || !TryParseIpv4(group, octets.Slice(2 * count, 4)))
                    return false;

                count += 2;
                continue;
            }

            if (count == Ipv6Groups || group.Length is < 1 or > 4 || !ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                return false;

            BinaryPrimitives.WriteUInt16BigEndian(octets[(2 * count++)..], value);
        }

        return true;
    }
}
