using EmailVerify.Core.Addresses;

namespace EmailVerify.Host.Api.Domains;

/// <summary>Reads the domains that requests name, in either spelling.</summary>
internal static class DomainText
{
    /// <summary>What is said of a text that is none.</summary>
    public const string Detail = "This is no domain that mail could be sent to: it is written like example.com, or in its own script.";

    // In its longest spelling with a percent sign for each octet.
    private const int MaxText = 1_024;

    /// <summary>Reads a domain: as the end of an address, the same rules in one place.</summary>
    /// <returns>An address there, or null: the text is no domain, or an address literal.</returns>
    public static EmailAddress? Parse(string? text) =>
        text is { Length: <= MaxText } && !text.Contains('@', StringComparison.Ordinal) && EmailAddress.TryParse("postmaster@" + text, out var address) && !address.IsLiteral ? address : null;
}
