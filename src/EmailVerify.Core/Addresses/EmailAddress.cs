using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmailVerify.Core.Addresses;

/// <summary>
/// A mailbox that is safe to put on the wire (RFC 5321 4.1.2, RFC 6531): no control character can be in it, and no angle bracket or space outside quotes.
/// Two addresses are equal when their canonical forms are.
/// </summary>
public sealed record EmailAddress
{
    /// <summary>An upper bound of the UTF-8 length of <see cref="Canonical"/> and <see cref="Key"/>: <see cref="MaxOctets"/> and room for what folding of case may add.</summary>
    public const int MaxUtf8Length = 512;

    /// <summary>The most octets on the wire: a path of 256 (RFC 5321 4.5.3.1.3) without its angle brackets.</summary>
    public const int MaxOctets = 254;

    /// <summary>The most UTF-16 units of a text that is looked at: twice <see cref="MaxOctets"/>, since a U-label may take two units where its A-label takes an octet.</summary>
    internal const int MaxTextLength = 512;

    private EmailAddress(string localPart, string domain) =>
        (LocalPart, Domain, Canonical) = (localPart, domain, string.Concat(localPart, "@", domain));

    /// <summary>
    /// Gets the part before the @ as it goes on the wire: its case kept, in NFC, and with no more quoting than it needs. Quotes and escapes do not change which mailbox is meant,
    /// and a client should send the least of them (RFC 5321 4.1.2), so <c>"john"@x</c> is <c>john@x</c>. Personal data: never logged.
    /// </summary>
    public string LocalPart { get; }

    /// <summary>Gets the domain in A-labels and lower case, or an address literal in brackets.</summary>
    public string Domain { get; }

    /// <summary>Gets the canonical form: <see cref="LocalPart"/>@<see cref="Domain"/>. It parses to an equal address. Personal data: never logged.</summary>
    public string Canonical { get; }

    /// <summary>Gets the form that is equal for all spellings of one mailbox: folded only where the provider is known to ignore the difference. Personal data: never logged.</summary>
    public string Key => field ??= MailboxFolding.Fold(this);

    /// <summary>Gets the domain in U-labels, as people read it; a literal as it is.</summary>
    public string DomainUnicode => field ??= Idn.ToUnicode(Domain);

    /// <summary>Gets a value indicating whether the domain is an address literal.</summary>
    public bool IsLiteral => Domain[0] == '[';

    /// <summary>Gets a value indicating whether the local part is a quoted string.</summary>
    public bool IsQuoted => LocalPart[0] == '"';

    /// <summary>Gets a value indicating whether the local part needs SMTPUTF8 (RFC 6531).</summary>
    public bool NeedsSmtputf8 => !Ascii.IsValid(LocalPart);

    /// <summary>Reads an address.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out EmailAddress? address) => TryParse(text.AsSpan(), out address, out _);

    /// <summary>Reads an address and says what is wrong with a text that is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out EmailAddress? address, out AddressFault fault) =>
        TryParse(text.AsSpan(), out address, out fault);

    /// <summary>
    /// Reads an address of any text in time linear in its length. Blanks around, comments, a trailing dot and the obsolete forms of RFC 5322 are refused; single labels and literals are not.
    /// A text that is refused costs no allocation, save that a domain with non-ASCII or <c>xn--</c> labels is converted by way of short strings.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out EmailAddress? address, out AddressFault fault)
    {
        address = null;
        if ((fault = CheckText(text)) != AddressFault.None || (fault = LocalPartSyntax.Split(text, out var at)) != AddressFault.None)
            return false;

        Span<char> localPart = stackalloc char[LocalPartSyntax.MaxOctets];
        if ((fault = LocalPartSyntax.Read(text[..at], localPart, out var localLength)) != AddressFault.None)
            return false;

        Span<char> domain = stackalloc char[DomainSyntax.MaxOctets];
        if ((fault = DomainSyntax.Read(text[(at + 1)..], domain, out var domainLength)) != AddressFault.None)
            return false;

        if (Encoding.UTF8.GetByteCount(localPart[..localLength]) + 1 + domainLength > MaxOctets)
        {
            fault = AddressFault.TooLong;
            return false;
        }

        address = new EmailAddress(new string(localPart[..localLength]), new string(domain[..domainLength]));
        return true;
    }

    /// <summary>Reads an address that is known to be one.</summary>
    /// <exception cref="FormatException">It is none; the message says why, without the text.</exception>
    public static EmailAddress Parse(string text) =>
        TryParse(text, out var address, out var fault) ? address : throw new FormatException(AddressFaults.Explain(fault));

    /// <inheritdoc/>
    public bool Equals(EmailAddress? other) => other is not null && string.Equals(Canonical, other.Canonical, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Canonical, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Canonical;

    private static AddressFault CheckText(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return AddressFault.Empty;

        if (text.Length > MaxTextLength)
            return AddressFault.TooLong;

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029')
                return AddressFault.ControlCharacter;

            if (!char.IsSurrogate(text[i]))
                continue;

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return AddressFault.IllFormedText;

            i++;
        }

        return AddressFault.None;
    }
}
