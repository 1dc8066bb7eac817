namespace EmailVerify.Core.Replies;

/// <summary>What one SMTP reply says. A closed list: every value is decided on wherever it is read.</summary>
public enum ReplyMeaning
{
    /// <summary>2xx at RCPT: accepted. The mailbox exists only where a decoy is refused.</summary>
    MailboxExists,

    /// <summary>The host says that this mailbox does not exist.</summary>
    NoSuchMailbox,

    /// <summary>The mailbox exists or existed and takes no mail now.</summary>
    MailboxDisabled,

    /// <summary>The mailbox exists and is over its quota.</summary>
    MailboxFull,

    /// <summary>The host does not serve this domain.</summary>
    RelayOrDomainRejected,

    /// <summary>The host does not like the form of the address.</summary>
    AddressSyntaxRejected,

    /// <summary>Our MAIL FROM was refused. Nothing about the recipient.</summary>
    SenderRejected,

    /// <summary>We were refused for who we are: address, HELO, reputation, policy. Nothing about the recipient.</summary>
    PolicyBlocked,

    /// <summary>We ask too fast, or the recipient receives too fast.</summary>
    RateLimited,

    /// <summary>A stranger is put off and may come back.</summary>
    Greylisted,

    /// <summary>The server cannot answer now.</summary>
    TemporaryFailure,

    /// <summary>A message's content was refused; cannot happen in a probe.</summary>
    MessageContentRejected,

    /// <summary>None of these: bad sequence, unknown command, words that nobody could place.</summary>
    Other,
}

/// <summary>Whom a reply is about, which decides what may be concluded from it.</summary>
public enum ReplySubject
{
    /// <summary>The mailbox that was asked about.</summary>
    Mailbox,

    /// <summary>The domain or its routing.</summary>
    Domain,

    /// <summary>The text of the address.</summary>
    Address,

    /// <summary>Our MAIL FROM.</summary>
    Sender,

    /// <summary>Us: our address, name, rate or newness.</summary>
    Us,

    /// <summary>The server's own state.</summary>
    Server,

    /// <summary>A message.</summary>
    Message,

    /// <summary>Nothing that can be named.</summary>
    Nothing,
}

/// <summary>What every meaning implies.</summary>
public static class ReplyMeanings
{
    /// <summary>Says whom a meaning is about.</summary>
    public static ReplySubject About(this ReplyMeaning meaning) => meaning switch
    {
        ReplyMeaning.MailboxExists or ReplyMeaning.NoSuchMailbox or ReplyMeaning.MailboxDisabled or ReplyMeaning.MailboxFull => ReplySubject.Mailbox,
        ReplyMeaning.RelayOrDomainRejected => ReplySubject.Domain,
        ReplyMeaning.AddressSyntaxRejected => ReplySubject.Address,
        ReplyMeaning.SenderRejected => ReplySubject.Sender,
        ReplyMeaning.PolicyBlocked or ReplyMeaning.RateLimited or ReplyMeaning.Greylisted => ReplySubject.Us,
        ReplyMeaning.TemporaryFailure => ReplySubject.Server,
        ReplyMeaning.MessageContentRejected => ReplySubject.Message,
        ReplyMeaning.Other => ReplySubject.Nothing,
        _ => throw new ArgumentOutOfRangeException(nameof(meaning), meaning, "Not a meaning."),
    };
}
