using EmailVerify.Core.Addresses;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>What the text of an address tells; null is not known.</summary>
internal readonly record struct AddressFacts(
    string? DomainUnicode, string? Suggestion, bool? Disposable, bool? Free, bool? Role, bool? Subaddress, bool? NoReply)
{
    /// <summary>Gets the facts of an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="verdict">Its verdict, since under test keys a magic word decides what the text is taken for; null while there is none.</param>
    public static AddressFacts Of(EmailAddress address, Verdict? verdict)
    {
        var flags = AddressFlags.Of(address);
        var facts = new AddressFacts(
            address.IsLiteral ? null : address.DomainUnicode,
            DidYouMean.For(address),
            flags.Disposable || verdict is { Reason: VerdictReason.Disposable },
            flags.Free,
            flags.Role,
            flags.Subaddress,
            flags.NoReply);
        if (verdict is not { Source: VerdictSource.Test })
            return facts;
        return facts with
        {
            Role = TestVerdicts.IsRole(address) ? true : facts.Role,
            Suggestion = TestVerdicts.Suggestion(address) ?? facts.Suggestion,
        };
    }
}
