using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Domains;

/// <summary>How long a provider wants to be left alone after one kind of reply, where the text names no time.</summary>
/// <param name="Says">Words of the reply, whatever their case, that do not begin or end within a word, such as <c>TSS04</c>; null for any.</param>
/// <param name="Meaning">What the reply means; null for any meaning that asks us to come back.</param>
/// <param name="Length">How long.</param>
/// <param name="Closes">Whether it sends us away, so that nobody is asked there until then; else only the address that was asked about comes back so late.</param>
public sealed record ProviderPause(string? Says, ReplyMeaning? Meaning, TimeSpan Length, bool Closes = false)
{
    /// <summary>Says whether it holds for a reply.</summary>
    public bool Holds(ReplyMeaning meaning, ReadOnlySpan<char> text) => (Meaning is null || Meaning == meaning) && (Says is null || Phrase.IsIn(text, Says));
}

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
