using System.Text;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Addresses;

/// <summary>All that the text of an address tells, without asking anybody.</summary>
/// <param name="Input">The text as given. Personal data: never logged.</param>
/// <param name="Valid">Whether grammar, lengths and IDN rules hold.</param>
/// <param name="Reason"><c>invalid_email</c>, or <c>address_literal</c> for a valid address that is not probed; else null.</param>
/// <param name="Detail">What is wrong, for people; null when valid.</param>
/// <param name="Canonical">The form that all spellings of the mailbox share, folded as its provider does (<see cref="EmailAddress.Key"/>), or null.</param>
/// <param name="DidYouMean">The address that was probably meant, or null.</param>
/// <param name="Flags">The flags of a valid address, or null.</param>
public sealed record AddressReport(string Input, bool Valid, VerdictReason? Reason, string? Detail, string? Canonical, string? DidYouMean, AddressFlags? Flags)
{
    /// <summary>Reports on any text, up to 1 MiB and more: what is longer than an address can be costs no more than its echo.</summary>
    public static AddressReport Of(string input)
    {
        if (EmailAddress.TryParse(input, out var address, out var fault))
        {
            VerdictReason? reason = address.IsLiteral ? VerdictReason.AddressLiteral : null;
            return new AddressReport(input, Valid: true, reason, Detail: null, address.Key, Addresses.DidYouMean.For(address), AddressFlags.Of(address));
        }

        return new AddressReport(input, Valid: false, VerdictReason.InvalidEmail, AddressFaults.Explain(fault), Canonical: null, Repaired(input), Flags: null);
    }

    // An address with something around it, as blanks, angle brackets, the scheme of a link, the dot that ended a sentence; or with a slip that makes it none: a comma for a dot, a dot or an @
    // twice, a blank or a character that nobody sees in the domain.
    private static string? Repaired(string input)
    {
        if (input.Length > EmailAddress.MaxTextLength)
            return null;

        var text = Trim(input);
        if (text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
            text = text["mailto:".Length..];

        if (text is ['<', .. var inner, '>'])
            text = inner;

        text = Trim(text.TrimEnd(".,;"));
        if (text.Length < input.Length && EmailAddress.TryParse(text, out var address, out _))
            return Suggestion(address);

        var at = text.LastIndexOf('@');
        return at > 0 && EmailAddress.TryParse($"{text[..at].TrimEnd("@ ")}@{DomainOf(text[(at + 1)..])}", out address) ? Suggestion(address) : null;
    }

    private static string? Suggestion(EmailAddress address) =>
        address.IsLiteral || address.IsQuoted ? null : Addresses.DidYouMean.For(address) ?? address.Canonical;

    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        while (text.Length > 0 && IsBlank(text[0]))
            text = text[1..];
        while (text.Length > 0 && IsBlank(text[^1]))
            text = text[..^1];
        return text;
    }

    private static bool IsBlank(char c) => char.IsWhiteSpace(c) || (Rune.TryCreate(c, out var rune) && Idn.IsInvisible(rune));

    private static string DomainOf(ReadOnlySpan<char> text)
    {
        var domain = new StringBuilder(text.Length);
        foreach (var typed in text)
        {
            var c = typed is ',' or ';' or '\u3002' ? '.' : typed;
            if (!IsBlank(c) && (c != '.' || (domain.Length > 0 && domain[^1] != '.')))
                domain.Append(c);
        }

        return domain.ToString();
    }
}
