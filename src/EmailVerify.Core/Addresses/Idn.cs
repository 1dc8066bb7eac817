using System.Globalization;
using System.Text;

namespace EmailVerify.Core.Addresses;

/// <summary>
/// Internationalised domain names: UTS #46, non-transitional, by ICU, and of what that lets pass only what IDNA 2008 admits (RFC 5892): letters, marks and digits, no symbols.
/// </summary>
public static class Idn
{
    private static readonly IdnMapping Mapping = new() { AllowUnassigned = false, UseStd3AsciiRules = true };

    /// <summary>
    /// Gets a value indicating whether names are converted by ICU. In the invariant mode of the runtime (<c>DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1</c>) they are converted wrongly
    /// and without an error: a process where this is false must not start.
    /// </summary>
    public static bool IsUsable { get; } =
        string.Equals(Convert(Mapping.GetAscii, "FA\u00DF.de"), "xn--fa-hia.de", StringComparison.Ordinal)
        && Convert(Mapping.GetAscii, "a\u200Db.de") is null
        && string.Equals("u\u0308".Normalize(), "\u00FC", StringComparison.Ordinal);

    /// <summary>Gets a domain in U-labels, for people to read; what has none is returned as it is.</summary>
    public static string ToUnicode(string domain) =>
        domain.Contains("xn--", StringComparison.Ordinal) ? Convert(Mapping.GetUnicode, domain) ?? domain : domain;

    /// <summary>
    /// Says whether a text holds what nobody sees and UTS #46 drops: zero-width spaces, soft hyphens, variation selectors. IDNA 2008 disallows them (RFC 5892), and RFC 5895 maps none of them away: what was
    /// typed, or pasted, is not the name that it seems to be. Joiners are for the labels' own rules.
    /// </summary>
    internal static bool HasInvisible(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsInvisible(rune))
                return true;
        }

        return false;
    }

    /// <summary>Says whether a character is one of these.</summary>
    internal static bool IsInvisible(Rune rune) =>
        rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x3164 or 0xFFA0 or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF)
        || (rune.Value is not (0x200C or 0x200D) && !rune.IsAscii && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format);

    /// <summary>Maps a domain with non-ASCII labels to A-labels.</summary>
    internal static bool TryToAscii(ReadOnlySpan<char> domain, Span<char> ascii, out int written)
    {
        written = 0;
        if (Convert(Mapping.GetAscii, new string(domain)) is not { } converted || !converted.TryCopyTo(ascii))
            return false;

        written = converted.Length;
        return true;
    }

    /// <summary>Says whether a label in lower case that begins with <c>xn--</c> is the A-label of a U-label that may be registered.</summary>
    internal static bool IsALabel(ReadOnlySpan<char> label)
    {
        var given = new string(label);
        return Convert(Mapping.GetUnicode, given) is { } unicode
            && !Ascii.IsValid(unicode)
            && IdnLabel.IsPermitted(unicode)
            && string.Equals(Convert(Mapping.GetAscii, unicode), given, StringComparison.Ordinal);
    }

    private static string? Convert(Func<string, string> conversion, string text)
    {
        try
        {
            return conversion(text);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
