using System.Globalization;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>What the text of an address tells; null is not known.</summary>
internal readonly record struct AddressFacts(
    string? DomainUnicode, string? DidYouMean, bool? Disposable, bool? Free, bool? Role, bool? Subaddress, bool? NoReply)
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Gets the facts of an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="verdict">Its verdict, since under test keys a magic word decides what the text is taken for; null while there is none.</param>
    public static AddressFacts Of(EmailAddress address, Verdict? verdict)
    {
        var facts = new AddressFacts(
            Unicode(address), null, null, null, null, address.LocalPart.IndexOf('+', StringComparison.Ordinal) > 0, null);
        if (verdict is not { Source: VerdictSource.Test })
            return facts;
        return facts with
        {
            Role = TestVerdicts.IsRole(address) ? true : facts.Role,
            Disposable = verdict.Reason == VerdictReason.Disposable ? true : facts.Disposable,
            DidYouMean = TestVerdicts.Suggestion(address) ?? facts.DidYouMean,
        };
    }

    private static string? Unicode(EmailAddress address)
    {
        if (address.IsLiteral || !address.Domain.Contains("xn--", StringComparison.Ordinal))
            return address.IsLiteral ? null : address.Domain;
        try
        {
            return Idn.GetUnicode(address.Domain);
        }
        catch (ArgumentException)
        {
            return address.Domain;
        }
    }
}
