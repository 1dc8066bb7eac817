namespace EmailVerify.Core.Verdicts;

/// <summary>Whether mail would be delivered: the field's four words.</summary>
public enum VerdictStatus
{
    /// <summary>Mail would be delivered.</summary>
    Deliverable,

    /// <summary>Mail would not be delivered; there is evidence about this mailbox or its domain.</summary>
    Undeliverable,

    /// <summary>Mail may be delivered, or should not be sent.</summary>
    Risky,

    /// <summary>Nobody told us.</summary>
    Unknown,
}

/// <summary>The stable word behind a status. A closed list: a new word is a decision.</summary>
public enum VerdictReason
{
    /// <summary>Accepted, and a decoy at this domain was refused.</summary>
    AcceptedEmail,

    /// <summary>Accepted where everything is accepted.</summary>
    AcceptAll,

    /// <summary>The host says that this mailbox does not exist.</summary>
    RejectedEmail,

    /// <summary>The mailbox takes no mail now.</summary>
    MailboxDisabled,

    /// <summary>The mailbox is over its quota.</summary>
    MailboxFull,

    /// <summary>The domain does not exist, has no mail host, or no host serves it.</summary>
    InvalidDomain,

    /// <summary>The domain says that it takes no mail (RFC 7505).</summary>
    NullMx,

    /// <summary>No mailbox by RFC 5321 or 6531.</summary>
    InvalidEmail,

    /// <summary>A non-ASCII local part, and no exchanger offers SMTPUTF8.</summary>
    Smtputf8Unsupported,

    /// <summary>A throw-away mailbox that would otherwise be deliverable.</summary>
    Disposable,

    /// <summary>An address literal, which we do not probe.</summary>
    AddressLiteral,

    /// <summary>The DNS did not tell.</summary>
    DnsError,

    /// <summary>A reply that says nothing about the mailbox, or no SMTP at all.</summary>
    UnexpectedReply,

    /// <summary>We were refused for who we are.</summary>
    BlockedByPolicy,

    /// <summary>We were told to ask slower, to the last try.</summary>
    RateLimited,

    /// <summary>We were put off as strangers, to the last try.</summary>
    Greylisted,

    /// <summary>The server could not answer, to the last try.</summary>
    TemporaryFailure,

    /// <summary>No exchanger can be connected to.</summary>
    NoConnect,

    /// <summary>Silence, or the connection was cut without a reply.</summary>
    Timeout,

    /// <summary>No egress may be used, or the proxy of the one that asks cannot be.</summary>
    NoEgress,

    /// <summary>The operator or the domain's owner forbids probing.</summary>
    ProviderUnverifiable,
}
