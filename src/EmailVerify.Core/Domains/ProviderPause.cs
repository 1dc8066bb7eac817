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
