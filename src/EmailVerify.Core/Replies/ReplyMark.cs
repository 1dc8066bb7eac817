namespace EmailVerify.Core.Replies;

/// <summary>What stands in a reply's text that is a name and not the server's words. Each kind reads as one word of its own.</summary>
internal enum ReplyMark : byte
{
    /// <summary>Ordinary text.</summary>
    None,

    /// <summary>The address that was asked about.</summary>
    Recipient,

    /// <summary>Our MAIL FROM, or its domain alone.</summary>
    Sender,

    /// <summary>Our IP address or EHLO name.</summary>
    Us,

    /// <summary>Another e-mail address.</summary>
    Address,

    /// <summary>Another IP address.</summary>
    Ip,

    /// <summary>A URL.</summary>
    Link,

    /// <summary>A URL that carries our IP address or EHLO name, as a parameter for whoever follows it.</summary>
    OurLink,

    /// <summary>A host or domain name.</summary>
    Host,

    /// <summary>A URL or host name of a block list.</summary>
    BlockList,

    /// <summary>A code that stands in the text once more: a basic code at the start of a line, an enhanced code anywhere. It reads as nothing.</summary>
    Code,

    /// <summary>A queue id or other letters and digits by turns, which no word has. It reads as nothing.</summary>
    Noise,

    /// <summary>The characters behind the first of a marked name.</summary>
    Continued,
}
