using System.Text;

namespace EmailVerify.Core.Addresses;

/// <summary>The domain: labels of letters, digits and inner hyphens (RFC 5321 4.1.2), internationalised ones as A-labels, or an address literal.</summary>
internal static class DomainSyntax
{
    /// <summary>The most octets (RFC 5321 4.5.3.1.2).</summary>
    public const int MaxOctets = 255;

    private const int MaxLabelOctets = 63;

    /// <summary>Writes the domain in A-labels and lower case.</summary>
    /// <param name="given">The text after the @.</param>
    /// <param name="domain">At least <see cref="MaxOctets"/> long.</param>
    /// <param name="written">How much of it was written.</param>
    public static AddressFault Read(ReadOnlySpan<char> given, Span<char> domain, out int written)
    {
        written = 0;
        if (given.IsEmpty)
            return AddressFault.DomainEmpty;

        if (given[0] == '[')
            return AddressLiteral.TryRead(given, domain, out written) ? AddressFault.None : AddressFault.LiteralForm;

        if (given.Contains('@'))
            return AddressFault.ManyAts;

        if (given.Contains(' '))
            return AddressFault.Blank;

        if (!Ascii.IsValid(given))
            return !Idn.HasInvisible(given) && Idn.TryToAscii(given, domain, out written) ? CheckLabels(domain[..written]) : AddressFault.IdnForm;

        if (given.Length > MaxOctets)
            return AddressFault.DomainTooLong;

        written = given.ToLowerInvariant(domain);
        return CheckLabels(domain[..written]);
    }

    private static AddressFault CheckLabels(ReadOnlySpan<char> domain)
    {
        foreach (var range in domain.Split('.'))
        {
            if (CheckLabel(domain[range]) is var fault and not AddressFault.None)
                return fault;
        }

        return AddressFault.None;
    }

    private static AddressFault CheckLabel(ReadOnlySpan<char> label)
    {
        if (label.IsEmpty)
            return AddressFault.LabelEmpty;

        if (label.Length > MaxLabelOctets)
            return AddressFault.LabelTooLong;

        if (label[0] == '-' || label[^1] == '-')
            return AddressFault.LabelForm;

        foreach (var c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return AddressFault.LabelForm;
        }

        if (label.StartsWith("xn--", StringComparison.Ordinal))
            return Idn.IsALabel(label) ? AddressFault.None : AddressFault.IdnForm;

        return label.Length >= 4 && label[2] == '-' && label[3] == '-' ? AddressFault.LabelForm : AddressFault.None;
    }
}
