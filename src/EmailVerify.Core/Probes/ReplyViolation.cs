namespace EmailVerify.Core.Probes;

/// <summary>Why what came is no SMTP reply. Closed; the connection is of no use after any of them.</summary>
public enum ReplyViolation
{
    /// <summary>None: it is a reply or may still become one.</summary>
    None,

    /// <summary>A line does not begin with a code of 200 to 599 and a blank, a hyphen or its end (RFC 5321 4.2).</summary>
    NotAReply,

    /// <summary>The lines of one reply have different codes (RFC 5321 4.2.1 demands the same on each).</summary>
    CodesDiffer,

    /// <summary>A line is longer than <see cref="ReplyParser.MaxLineOctets"/>.</summary>
    LineTooLong,

    /// <summary>A reply has more than <see cref="ReplyParser.MaxLines"/>.</summary>
    TooManyLines,

    /// <summary>A reply is larger than <see cref="ReplyParser.MaxReplyOctets"/>.</summary>
    TooLarge,
}
