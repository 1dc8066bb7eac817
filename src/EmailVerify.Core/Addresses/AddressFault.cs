namespace EmailVerify.Core.Addresses;

/// <summary>Why a text is no mailbox by RFC 5321 and RFC 6531. A closed list.</summary>
public enum AddressFault
{
    /// <summary>It is a mailbox.</summary>
    None,

    /// <summary>There is no text.</summary>
    Empty,

    /// <summary>The address is longer than 254 octets (RFC 5321 4.5.3.1.3: a path of 256 with its angle brackets).</summary>
    TooLong,

    /// <summary>A control character, a line separator or a paragraph separator.</summary>
    ControlCharacter,

    /// <summary>Half of a surrogate pair: the text is not Unicode.</summary>
    IllFormedText,

    /// <summary>No @ between a local part and a domain.</summary>
    NoAt,

    /// <summary>More than one @ outside quotes.</summary>
    ManyAts,

    /// <summary>A blank outside quotes.</summary>
    Blank,

    /// <summary>Nothing before the @.</summary>
    LocalPartEmpty,

    /// <summary>More than 64 octets before the @ (RFC 5321 4.5.3.1.1).</summary>
    LocalPartTooLong,

    /// <summary>Neither a dot-string nor a quoted string (RFC 5321 4.1.2).</summary>
    LocalPartForm,

    /// <summary>A quoted local part that is not closed, has text after the quote or a wrong escape.</summary>
    QuoteForm,

    /// <summary>A non-ASCII character that nobody can see, tell apart or has assigned.</summary>
    LocalPartCharacter,

    /// <summary>Nothing after the @.</summary>
    DomainEmpty,

    /// <summary>More than 255 octets after the @ (RFC 5321 4.5.3.1.2).</summary>
    DomainTooLong,

    /// <summary>Two dots in a row, or a dot at an end of the domain.</summary>
    LabelEmpty,

    /// <summary>A label of more than 63 octets (RFC 1035 2.3.4).</summary>
    LabelTooLong,

    /// <summary>A label that is not letters, digits and inner hyphens (RFC 5321 4.1.2), or has hyphens third and fourth (RFC 5891 4.2.3.1).</summary>
    LabelForm,

    /// <summary>A label that is no internationalised domain name (UTS #46 and RFC 5892).</summary>
    IdnForm,

    /// <summary>Brackets that do not hold an address (RFC 5321 4.1.3).</summary>
    LiteralForm,
}

/// <summary>What to say about a fault.</summary>
public static class AddressFaults
{
    /// <summary>Explains a fault to the person who typed the address; null when there is none.</summary>
    public static string? Explain(AddressFault fault) => fault switch
    {
        AddressFault.None => null,
        AddressFault.Empty => "There is no address.",
        AddressFault.TooLong => "The address is longer than 254 octets.",
        AddressFault.ControlCharacter => "The address holds a control character or a line break.",
        AddressFault.IllFormedText => "The address is not well-formed Unicode text.",
        AddressFault.NoAt => "There is no @ between a local part and a domain.",
        AddressFault.ManyAts => "There is more than one @.",
        AddressFault.Blank => "There is a blank outside quotes.",
        AddressFault.LocalPartEmpty => "There is nothing before the @.",
        AddressFault.LocalPartTooLong => "The part before the @ is longer than 64 octets.",
        AddressFault.LocalPartForm => "The part before the @ holds a character that needs quotes, or a dot at its start, at its end or next to another dot.",
        AddressFault.QuoteForm => "The quotes before the @ are not closed, do not enclose all of it, or hold a wrong escape.",
        AddressFault.LocalPartCharacter => "The part before the @ holds a character that cannot be seen or is not assigned.",
        AddressFault.DomainEmpty => "There is nothing after the @.",
        AddressFault.DomainTooLong => "The domain is longer than 255 octets.",
        AddressFault.LabelEmpty => "The domain begins or ends with a dot, or has two dots in a row.",
        AddressFault.LabelTooLong => "A part of the domain is longer than 63 octets.",
        AddressFault.LabelForm => "A part of the domain holds something else than letters, digits and inner hyphens.",
        AddressFault.IdnForm => "A part of the domain is no valid internationalised domain name.",
        AddressFault.LiteralForm => "The brackets after the @ do not hold an IP address.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not a fault."),
    };
}
