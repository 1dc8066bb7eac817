using System.Globalization;
using System.Text;

namespace EmailVerify.Core.Addresses;

/// <summary>Which U-labels IDNA 2008 permits beyond what UTS #46 checks (ICU has judged hyphens, marks and joiners): categories and contexts of RFC 5892, and the rule for right-to-left labels of RFC 5893.</summary>
internal static class IdnLabel
{
    /// <summary>Says whether every character of a mapped U-label is permitted where it stands.</summary>
    public static bool IsPermitted(string label)
    {
        for (var i = 0; i < label.Length; i += char.IsSurrogatePair(label, i) ? 2 : 1)
        {
            if (!Rune.TryGetRuneAt(label, i, out var rune) || !IsPermitted(rune, label, i))
                return false;
        }

        return !MixesDigits(label) && IsBidi(label);
    }

    private static bool IsPermitted(Rune rune, string label, int at) => rune.Value switch
    {
        '-' => true,

        // RFC 5892 2.6, exceptions: permitted, then disallowed.
        0x3007 or 0x06FD or 0x06FE or 0x0F0B => true,
        0x0640 or 0x07FA or 0x302E or 0x302F or (>= 0x3031 and <= 0x3035) or 0x303B => false,

        // RFC 5892 2.9: the parts of Hangul syllables.
        (>= 0x1100 and <= 0x11FF) or (>= 0xA960 and <= 0xA97F) or (>= 0xD7B0 and <= 0xD7FF) => false,

        // RFC 5892 appendix A, contexts: middle dot between two l, keraia before Greek, geresh after Hebrew, Katakana middle dot with Japanese. ICU judges the joiners.
        0x00B7 => at > 0 && label[at - 1] == 'l' && at + 1 < label.Length && label[at + 1] == 'l',
        0x0375 => at + 1 < label.Length && label[at + 1] is (>= '\u0370' and <= '\u03FF') or (>= '\u1F00' and <= '\u1FFF'),
        0x05F3 or 0x05F4 => at > 0 && label[at - 1] is >= '\u0590' and <= '\u05FF',
        0x30FB => label.AsSpan().ContainsAnyInRange('\u3041', '\u309F') || label.AsSpan().ContainsAnyInRange('\u30A1', '\u30FA')
            || label.AsSpan().ContainsAnyInRange('\u3400', '\u4DBF') || label.AsSpan().ContainsAnyInRange('\u4E00', '\u9FFF'),
        0x200C or 0x200D => true,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber,
    };

    // Arabic-Indic digits meet neither extended ones (RFC 5892 A.8 and A.9) nor European ones (RFC 5893 2, rule 4).
    private static bool MixesDigits(string label) =>
        label.AsSpan().ContainsAnyInRange('\u0660', '\u0669')
        && (label.AsSpan().ContainsAnyInRange('\u06F0', '\u06F9') || label.AsSpan().ContainsAnyInRange('0', '9'));

    // RFC 5893 2, rules 1 and 2, as far as the runtime's tables allow: a label with right-to-left letters or Arabic-Indic digits begins with such a letter and has no left-to-right one.
    private static bool IsBidi(string label)
    {
        var (rightToLeft, leftToRight) = (false, false);
        foreach (var rune in label.EnumerateRunes())
        {
            rightToLeft |= (Rune.IsLetter(rune) && IsRightToLeft(rune.Value)) || rune.Value is >= 0x0660 and <= 0x0669;
            leftToRight |= Rune.IsLetter(rune) && !IsRightToLeft(rune.Value);
        }

        return !rightToLeft || (!leftToRight && Rune.IsLetter(Rune.GetRuneAt(label, 0)));
    }

    // The blocks that Unicode reserves for right-to-left scripts.
    private static bool IsRightToLeft(int value) =>
        value is (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFF) or (>= 0x10800 and <= 0x10FFF) or (>= 0x1E800 and <= 0x1EFFF);
}
