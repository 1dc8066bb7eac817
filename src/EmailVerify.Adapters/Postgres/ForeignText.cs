using System.Buffers;
using System.Text;

namespace EmailVerify.Adapters.Postgres;

/// <summary>
/// Texts of users and of the network as PostgreSQL can have them. It has no U+0000, and half a surrogate pair is no UTF-8: each stands as two characters behind U+FDD0, a code point that
/// Unicode gives to nobody, and so does that one itself. Everything else stays as it is; nothing is lost.
/// </summary>
internal static class ForeignText
{
    private const char Escape = '\uFDD0';
    private const char Nul = '\uFDD1';
    private const char FirstSurrogate = '\uD800';

    // The half pairs, moved to where characters are for private use.
    private const char FirstHalf = '\uE000';
    private const char LastHalf = '\uE7FF';

    // Rare is all that may need a look: texts without any of these are stored as they are.
    private static readonly SearchValues<char> Suspects = SearchValues.Create([Escape, '\0', .. Enumerable.Range(FirstSurrogate, LastHalf - FirstHalf + 1).Select(code => (char)code)]);

    /// <summary>Gets a text as it is stored.</summary>
    public static string Stored(string text)
    {
        var first = text.AsSpan().IndexOfAny(Suspects);
        if (first < 0)
            return text;
        var stored = new StringBuilder(text, 0, first, text.Length + 8);
        for (var at = first; at < text.Length; at++)
        {
            var character = text[at];
            if (char.IsHighSurrogate(character) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
                stored.Append(character).Append(text[++at]);
            else if (char.IsSurrogate(character))
                stored.Append(Escape).Append((char)(character - FirstSurrogate + FirstHalf));
            else if (character is '\0')
                stored.Append(Escape).Append(Nul);
            else if (character is Escape)
                stored.Append(Escape).Append(Escape);
            else
                stored.Append(character);
        }

        return stored.ToString();
    }

    /// <summary>Gets a text as it is stored, or null.</summary>
    public static string? StoredOrNull(string? text) => text is null ? null : Stored(text);

    /// <summary>Gets the text of what is stored.</summary>
    public static string Text(string stored)
    {
        var first = stored.IndexOf(Escape, StringComparison.Ordinal);
        if (first < 0)
            return stored;
        var text = new StringBuilder(stored, 0, first, stored.Length);
        for (var at = first; at < stored.Length; at++)
        {
            var character = stored[at];
            if (character is Escape && at + 1 < stored.Length)
            {
                character = stored[++at] switch
                {
                    Nul => '\0',
                    >= FirstHalf and <= LastHalf and var half => (char)(half - FirstHalf + FirstSurrogate),
                    var itself => itself,
                };
            }

            text.Append(character);
        }

        return text.ToString();
    }
}
