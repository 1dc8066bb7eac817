using System.Buffers;
using System.Globalization;
using System.Text;

namespace EmailVerify.Core.Addresses;

/// <summary>The local part: dot-string or quoted string (RFC 5321 4.1.2), with UTF-8 (RFC 6531 3.3).</summary>
internal static class LocalPartSyntax
{
    /// <summary>The most octets, in UTF-8 (RFC 5321 4.5.3.1.1).</summary>
    public const int MaxOctets = 64;

    private const int MaxNfcExpansion = 3;

    private static readonly SearchValues<char> Atext =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~");

    /// <summary>Finds the @ that ends the local part: the first one outside quotes.</summary>
    public static AddressFault Split(ReadOnlySpan<char> text, out int at)
    {
        if (text[0] != '"')
        {
            at = text.IndexOf('@');
            return at switch
            {
                < 0 => AddressFault.NoAt,
                0 => AddressFault.LocalPartEmpty,
                _ => AddressFault.None,
            };
        }

        at = 1;
        while (at < text.Length && text[at] != '"')
            at += text[at] == '\\' ? 2 : 1;

        at++;
        if (at > text.Length)
            return AddressFault.QuoteForm;

        if (at == text.Length)
            return AddressFault.NoAt;

        return text[at] == '@' ? AddressFault.None : AddressFault.QuoteForm;
    }

    /// <summary>Writes the canonical form: unescaped, in NFC, and quoted only when it has to be.</summary>
    /// <param name="given">The local part with its quotes, if any; well-formed and without control characters.</param>
    /// <param name="canonical">At least <see cref="MaxOctets"/> long.</param>
    /// <param name="written">How much of it was written.</param>
    public static AddressFault Read(ReadOnlySpan<char> given, Span<char> canonical, out int written)
    {
        written = 0;
        if (Encoding.UTF8.GetByteCount(given) > MaxOctets)
            return AddressFault.LocalPartTooLong;

        var quoted = given[0] == '"';
        Span<char> unescaped = stackalloc char[MaxOctets];
        scoped var content = given;
        if (quoted)
        {
            if (!TryUnescape(given[1..^1], unescaped, out var length))
                return AddressFault.QuoteForm;

            content = unescaped[..length];
        }
        else if (!IsDotString(content))
        {
            return content.Contains(' ') ? AddressFault.Blank : AddressFault.LocalPartForm;
        }

        Span<char> normalized = stackalloc char[MaxOctets * MaxNfcExpansion];
        if (!Ascii.IsValid(content))
        {
            if (!AreVisible(content) || !content.TryNormalize(normalized, out var length))
                return AddressFault.LocalPartCharacter;

            content = normalized[..length];
        }

        // Normalisation may turn a character into ASCII (U+037E becomes a semicolon) and may lengthen the text: all is looked at again.
        if (!AreVisible(content))
            return AddressFault.LocalPartCharacter;

        var dotString = IsDotString(content);
        if (!dotString && !quoted)
            return AddressFault.LocalPartForm;

        if (Encoding.UTF8.GetByteCount(content) + (dotString ? 0 : 2 + content.Count('"') + content.Count('\\')) > MaxOctets)
            return AddressFault.LocalPartTooLong;

        written = dotString ? Copy(content, canonical) : Quote(content, canonical);
        return AddressFault.None;
    }

    private static int Copy(ReadOnlySpan<char> content, Span<char> canonical)
    {
        content.CopyTo(canonical);
        return content.Length;
    }

    private static int Quote(ReadOnlySpan<char> content, Span<char> canonical)
    {
        var written = 0;
        canonical[written++] = '"';
        foreach (var c in content)
        {
            if (c is '"' or '\\')
                canonical[written++] = '\\';

            canonical[written++] = c;
        }

        canonical[written++] = '"';
        return written;
    }

    // A backslash quotes a printable ASCII character or a space (quoted-pairSMTP), nothing else.
    private static bool TryUnescape(ReadOnlySpan<char> quoted, Span<char> content, out int length)
    {
        length = 0;
        for (var i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] == '\\' && (++i == quoted.Length || !char.IsAscii(quoted[i])))
                return false;

            content[length++] = quoted[i];
        }

        return true;
    }

    private static bool IsDotString(ReadOnlySpan<char> content)
    {
        if (content.IsEmpty || content[0] == '.' || content[^1] == '.')
            return false;

        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] == '.' ? content[i - 1] == '.' : char.IsAscii(content[i]) && !Atext.Contains(content[i]))
                return false;
        }

        return true;
    }

    // RFC 6531 admits every non-ASCII character. We refuse those with which one mailbox can be made to look like another, or like none.
    private static bool AreVisible(ReadOnlySpan<char> content)
    {
        var before = default(Rune);
        for (var i = 0; i < content.Length;)
        {
            _ = Rune.DecodeFromUtf16(content[i..], out var rune, out var units);
            i += units;
            if (!rune.IsAscii && !IsVisible(rune, before, content[i..]))
                return false;

            before = rune;
        }

        return true;
    }

    private static bool IsVisible(Rune rune, Rune before, ReadOnlySpan<char> rest) => Rune.GetUnicodeCategory(rune) switch
    {
        // Joiners carry meaning in Persian, in Indic scripts and in emoji: between two characters of that kind they stay.
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D && Joins(before) && Rune.DecodeFromUtf16(rest, out var after, out _) == OperationStatus.Done && Joins(after),

        // A variation selector says how an emoji is drawn; behind an ASCII letter nobody sees it; keycaps are no letters.
        UnicodeCategory.NonSpacingMark when rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) or (>= 0x180B and <= 0x180F) =>
            before != default && (!before.IsAscii || rest is ['\u20E3', ..]),
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark => before != default && rune.Value != 0x034F,
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.Control
            or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,

        // Hangul fillers and the empty Braille pattern look like blanks; U+FFFC and U+FFFD stand for text that was lost.
        _ => rune.Value is not (0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800 or 0xFFFC or 0xFFFD),
    };

    private static bool Joins(Rune rune) => !rune.IsAscii && Rune.GetUnicodeCategory(rune) is not UnicodeCategory.Format;
}
