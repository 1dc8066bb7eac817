using System.Diagnostics.CodeAnalysis;

namespace EmailVerify.Core.Addresses;

/// <summary>A mailbox that is safe to put on the wire (RFC 5321 4.1.2, RFC 6531): no control character can be in it, and no angle bracket or space outside quotes.</summary>
public sealed record EmailAddress
{
    /// <summary>An upper bound of the UTF-8 length of <see cref="Canonical"/> and <see cref="Key"/>: path limit of 254 octets (RFC 5321 4.5.3.1.3) and some room.</summary>
    public const int MaxUtf8Length = 512;

    private EmailAddress(string localPart, string domain) => (LocalPart, Domain) = (localPart, domain);

    /// <summary>Gets the part before the last @ as it goes on the wire. Personal data: never logged.</summary>
    public string LocalPart { get; }

    /// <summary>Gets the domain in A-labels and lower case, or an address literal in brackets.</summary>
    public string Domain { get; }

    /// <summary>Gets the canonical form: the case of the local part kept, the domain in A-labels.</summary>
    public string Canonical => $"{LocalPart}@{Domain}";

    /// <summary>Gets the form that is equal for all spellings of one mailbox: folded only where the provider is known to ignore the difference.</summary>
    public string Key => Canonical;

    /// <summary>Gets a value indicating whether the domain is an address literal.</summary>
    public bool IsLiteral => Domain.StartsWith('[');

    /// <summary>Gets a value indicating whether the local part needs SMTPUTF8 (RFC 6531).</summary>
    public bool NeedsSmtputf8 => !System.Text.Ascii.IsValid(LocalPart);

    /// <summary>Reads an address.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out EmailAddress? address)
    {
        var at = text.LastIndexOf('@');
        address = at > 0 ? new EmailAddress(text[..at], text[(at + 1)..].ToLowerInvariant()) : null;
        return address is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Canonical;
}
