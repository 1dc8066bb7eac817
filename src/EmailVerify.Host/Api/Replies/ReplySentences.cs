using EmailVerify.Core.Replies;

namespace EmailVerify.Host.Api.Replies;

/// <summary>One sentence for a person, for each meaning of a reply.</summary>
internal static class ReplySentences
{
    /// <summary>Explains a meaning.</summary>
    public static string Of(ReplyMeaning meaning) => meaning switch
    {
        ReplyMeaning.MailboxExists => "The server accepts mail for this mailbox; that proves that it exists only where mailboxes that cannot exist are refused.",
        ReplyMeaning.NoSuchMailbox => "The server says that this mailbox does not exist.",
        ReplyMeaning.MailboxDisabled => "The server says that this mailbox takes no mail now.",
        ReplyMeaning.MailboxFull => "The server says that this mailbox is full.",
        ReplyMeaning.RelayOrDomainRejected => "The server says that it does not take mail for this domain.",
        ReplyMeaning.AddressSyntaxRejected => "The server does not like how the address is written. That says nothing about the mailbox.",
        ReplyMeaning.SenderRejected => "The server refuses our sender. That says nothing about the mailbox.",
        ReplyMeaning.PolicyBlocked => "The server refuses us for who we are. That says nothing about the mailbox.",
        ReplyMeaning.RateLimited => "The server is asked too fast, or the mailbox receives too fast. That says nothing about whether it exists.",
        ReplyMeaning.Greylisted => "The server puts strangers off, and may answer when it is asked again.",
        ReplyMeaning.TemporaryFailure => "The server cannot answer now.",
        ReplyMeaning.MessageContentRejected => "The server refuses a message for what is in it. That says nothing about the mailbox.",
        ReplyMeaning.Other => "The reply has no words that tell what it is about.",
        _ => throw new ArgumentOutOfRangeException(nameof(meaning), meaning, "Not a meaning."),
    };
}
