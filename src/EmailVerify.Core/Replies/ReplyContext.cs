namespace EmailVerify.Core.Replies;

/// <summary>A reply and what must be known to read it.</summary>
/// <param name="Stage">Where in the dialogue it came.</param>
/// <param name="Reply">The whole reply.</param>
/// <param name="Exchanger">The host name that answered (the MX name), lower case, or null when unknown. Chooses the provider's rules.</param>
/// <param name="Ours">What is ours and must not be read as the server's words, or null.</param>
public readonly record struct ReplyContext(SmtpStage Stage, SmtpReply Reply, string? Exchanger, ReplyMask? Ours = null);

/// <summary>What a reply was found to mean, and why.</summary>
/// <param name="Meaning">The meaning.</param>
/// <param name="Rule">The id of the rule that decided, such as <c>generic/no-such-user</c>.</param>
/// <param name="RetryAfter">The pause that the text names ("try again in 300 seconds"), or null.</param>
/// <param name="NamesUs">Whether the text names our address, HELO name or a block list: the refusal is certainly about us.</param>
public sealed record ReplyFinding(ReplyMeaning Meaning, string Rule, TimeSpan? RetryAfter = null, bool NamesUs = false)
{
    /// <summary>Gets a value indicating whether the rate is the recipient's own: this mailbox gets too much, whoever sends, and nobody else has to wait for it.</summary>
    public bool IsOfRecipient { get; init; }
}
