namespace EmailVerify.Core.Domains;

/// <summary>Finds words in what a server says.</summary>
internal static class Phrase
{
    /// <summary>Says whether a phrase stands in a text, whatever the case and not within a word.</summary>
    public static bool IsIn(ReadOnlySpan<char> text, ReadOnlySpan<char> phrase)
    {
        for (var from = 0; text[from..].IndexOf(phrase, StringComparison.OrdinalIgnoreCase) is >= 0 and var found; from += found + 1)
        {
            var at = from + found;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (at + phrase.Length == text.Length || !char.IsLetterOrDigit(text[at + phrase.Length])))
                return true;
        }

        return false;
    }
}
