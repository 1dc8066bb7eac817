using EmailVerify.Core.Addresses;

namespace EmailVerify.Adapters;

/// <summary>The column <c>domain</c> of verifications, in whatever database.</summary>
internal static class DomainColumn
{
    /// <summary>Gets the domain of an address in A-labels and lower case, or null: the text is no address, or its domain is an address literal.</summary>
    public static string? Of(string email) => EmailAddress.TryParse(email, out var address) && !address.IsLiteral ? address.Domain : null;
}
