namespace EmailVerify.Core.Addresses;

/// <summary>What the text of an address tells about it. Flags never change a status, unless a customer's policy says so.</summary>
/// <param name="Disposable">The domain, or one above it, gives mailboxes for throwing away.</param>
/// <param name="Free">The domain gives anyone a mailbox for free.</param>
/// <param name="Role">The local part names a function, not a person.</param>
/// <param name="Subaddress">The local part carries a tag behind <c>+</c> (RFC 5233).</param>
/// <param name="NoReply">The local part says that nobody reads what is sent to it.</param>
/// <param name="Smtputf8">The local part needs SMTPUTF8 (RFC 6531).</param>
/// <param name="Relay">The domain forwards to a mailbox that its owner does not show.</param>
public sealed record AddressFlags(bool Disposable, bool Free, bool Role, bool Subaddress, bool NoReply, bool Smtputf8, bool Relay)
{
    /// <summary>Finds the flags of an address. Order of truth: large providers, relays, disposable domains, free ones.</summary>
    public static AddressFlags Of(EmailAddress address)
    {
        var plain = !address.IsQuoted;
        var tag = plain ? address.LocalPart.IndexOf('+', StringComparison.Ordinal) : -1;
        var name = tag > 0 ? address.LocalPart.AsSpan(0, tag) : address.LocalPart;
        var noReply = plain && RoleWords.IsNoReply(name);
        var large = DomainList.Large.Contains(address.Domain);
        var relay = !large && !address.IsLiteral && DomainList.Relay.Covers(address.Domain);
        return new AddressFlags(
            Disposable: !large && !relay && !address.IsLiteral && DomainList.Disposable.Covers(address.Domain),
            Free: DomainList.Free.Contains(address.Domain),
            Role: noReply || (plain && RoleWords.Contains(name)),
            Subaddress: tag > 0,
            NoReply: noReply,
            Smtputf8: address.NeedsSmtputf8,
            Relay: relay);
    }
}
