namespace EmailVerify.Core.Addresses;

/// <summary>
/// What the text of an address tells about it. Flags never change a status, unless a customer's policy says so. The lists are in <c>schema/rules</c>, each with its source, licence and date;
/// order of truth about a domain: the operator's own lists, large providers, privacy relays, disposable domains, free ones.
/// </summary>
/// <param name="Disposable">
/// The domain, or one above it, gives mailboxes for throwing away. Decided by <c>disposable-domains.txt</c>: the reviewed community list (disposable-email-domains, CC0) and the domains that fakefilter
/// has seen at the operators' own sites (BSD). Large providers (<c>mail-domains.txt</c>) and relays are never disposable.
/// </param>
/// <param name="Free">
/// The domain gives anyone a mailbox for free, or with an internet access. Decided by <c>free-domains.txt</c> (email-providers' common list, curated, and the large providers), for the domain itself only.
/// </param>
/// <param name="Role">
/// The local part names a function, not a person: <c>sales</c>, <c>sales-uk</c>, <c>info2</c>. Decided by <c>role-local-parts.txt</c> (RFC 2142, role-based-email-addresses, own words in nineteen languages);
/// words that are names or initials of people as well are left out. A no-reply address is one too.
/// </param>
/// <param name="Subaddress">The local part carries a tag behind <c>+</c> (RFC 5233), whoever the provider is; a <c>+</c> at its start is none.</param>
/// <param name="NoReply">The local part says that nobody reads what is sent to it: a no-reply word of <c>role-local-parts.txt</c>, whole or between separators: <c>alerts-noreply</c>.</param>
/// <param name="Smtputf8">The local part is not ASCII and needs SMTPUTF8 (RFC 6531). A domain that is not ASCII does not.</param>
/// <param name="Relay">
/// The domain, or one above it, forwards to a mailbox that its owner does not show. Decided by <c>relay-domains.txt</c>, curated from the services' own pages. The mailbox behind lasts: not disposable.
/// </param>
public sealed record AddressFlags(bool Disposable, bool Free, bool Role, bool Subaddress, bool NoReply, bool Smtputf8, bool Relay)
{
    /// <summary>Finds the flags of an address.</summary>
    public static AddressFlags Of(EmailAddress address) => Of(address, OperatorLists.Current);

    /// <summary>Finds the flags of an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="lists">What the operator knows.</param>
    public static AddressFlags Of(EmailAddress address, OperatorLists lists)
    {
        var plain = !address.IsQuoted;
        var tag = plain ? address.LocalPart.IndexOf('+', StringComparison.Ordinal) : -1;
        var name = tag > 0 ? address.LocalPart.AsSpan(0, tag) : address.LocalPart;
        var noReply = plain && RoleWords.IsNoReply(name);
        var large = DomainList.Large.Contains(address.Domain);
        var relay = !large && !address.IsLiteral && DomainList.Relay.Covers(address.Domain);
        return new AddressFlags(
            Disposable: !address.IsLiteral && (lists.IsDisposable(address.Domain) ?? (!large && !relay && DomainList.Disposable.Covers(address.Domain))),
            Free: DomainList.Free.Contains(address.Domain) || lists.IsFree(address.Domain),
            Role: noReply || (plain && RoleWords.Contains(name)),
            Subaddress: tag > 0,
            NoReply: noReply,
            Smtputf8: address.NeedsSmtputf8,
            Relay: relay);
    }
}
