namespace EmailVerify.Core.Replies;

/// <summary>Where in the dialogue something was said. Stage alone misleads: with Postfix' default settings objections to client, HELO and sender arrive as the reply to RCPT.</summary>
public enum SmtpStage
{
    /// <summary>Not known; only in replies that others show us.</summary>
    Unknown,

    /// <summary>From the first packet to the last line of the greeting (RFC 5321 3.1).</summary>
    Connect,

    /// <summary>EHLO or HELO (RFC 5321 3.2).</summary>
    Ehlo,

    /// <summary>STARTTLS and its handshake (RFC 3207).</summary>
    Starttls,

    /// <summary>MAIL FROM (RFC 5321 3.3).</summary>
    Mail,

    /// <summary>RCPT TO (RFC 5321 3.3).</summary>
    Rcpt,

    /// <summary>DATA; never sent by us.</summary>
    Data,

    /// <summary>The end of the mail data; never reached by us.</summary>
    Eod,
}
