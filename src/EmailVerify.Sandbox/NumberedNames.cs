using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace EmailVerify.Sandbox;

/// <summary>Names that differ in a number only, such as <c>d{N}.load.test</c>, so that thousands of them need no table.</summary>
internal sealed class NumberedNames
{
    private readonly string before;
    private readonly string after;
    private readonly byte[] beforeOctets;
    private readonly byte[] afterOctets;
    private readonly int count;

    public NumberedNames(string pattern, int count)
    {
        var at = pattern.IndexOf("{N}", StringComparison.Ordinal);
        (before, after, this.count) = (pattern[..at], pattern[(at + 3)..], count);
        (beforeOctets, afterOctets) = (Encoding.ASCII.GetBytes(before), Encoding.ASCII.GetBytes(after));
    }

    public string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{before}{number}{after}");

    /// <summary>Finds the number in a name that is written as on the wire.</summary>
    /// <returns>From 1 to the count, or null when it is none of these names.</returns>
    public int? NumberOf(ReadOnlySpan<byte> name)
    {
        if (name.Length <= beforeOctets.Length + afterOctets.Length
            || !Ascii.EqualsIgnoreCase(name[..beforeOctets.Length], beforeOctets)
            || !Ascii.EqualsIgnoreCase(name[^afterOctets.Length..], afterOctets))
            return null;
        var digits = name[beforeOctets.Length..^afterOctets.Length];
        return digits[0] is not ((byte)'0' or (byte)'+' or (byte)'-')
            && Utf8Parser.TryParse(digits, out int number, out var read) && read == digits.Length && number <= count ? number : null;
    }

    /// <summary>Finds the number in a name.</summary>
    /// <returns>From 1 to the count, or null when it is none of these names.</returns>
    public int? NumberOf(string name)
    {
        if (name.Length > 255)
            return null;
        Span<byte> octets = stackalloc byte[name.Length];
        return Ascii.FromUtf16(name, octets, out _) is System.Buffers.OperationStatus.Done ? NumberOf(octets) : null;
    }
}
