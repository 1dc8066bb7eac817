using System.Collections.Frozen;
using System.Text.Json;

namespace EmailVerify.Core.Addresses;

/// <summary>Which differences between addresses a provider ignores, by domain: data in <c>schema/rules/mailbox-folding.json</c>, each row with its source.</summary>
internal static class MailboxFolding
{
    private static readonly Lazy<FrozenDictionary<string, Folding>.AlternateLookup<ReadOnlySpan<char>>> ByDomain = new(Load);

    /// <summary>Folds an address to the form that is equal for all spellings of its mailbox. Quoted and non-ASCII local parts and literals stay as they are.</summary>
    public static string Fold(EmailAddress address)
    {
        if (address.IsLiteral || address.IsQuoted || address.NeedsSmtputf8)
            return address.Canonical;

        if (ByDomain.Value.TryGetValue(address.Domain, out var folding))
            return Fold(address.LocalPart, folding) ?? address.Canonical;

        // anything@name.domain is name@domain. A hyphen in it may stand for an underscore, which no host has: it is left alone.
        var dot = address.Domain.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && ByDomain.Value.TryGetValue(address.Domain.AsSpan(dot + 1), out folding) && folding.Subdomains && !address.Domain.AsSpan(0, dot).Contains('-')
            ? Fold(address.Domain.AsSpan(0, dot), folding) ?? address.Canonical
            : address.Canonical;
    }

    // What would fold to nothing is no mailbox of that provider: it stays as it is.
    private static string? Fold(ReadOnlySpan<char> localPart, Folding folding)
    {
        Span<char> folded = stackalloc char[LocalPartSyntax.MaxOctets];
        var length = 0;
        foreach (var c in folding.WithoutTag(localPart))
        {
            if (!folding.Ignored.Contains(c))
                folded[length++] = char.ToLowerInvariant(c);
        }

        return length == 0 ? null : $"{folded[..length]}@{folding.Domain}";
    }

    private static FrozenDictionary<string, Folding>.AlternateLookup<ReadOnlySpan<char>> Load()
    {
        using var stream = RuleFile.Open("mailbox-folding.json");
        using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var foldings = new Dictionary<string, Folding>(StringComparer.Ordinal);
        foreach (var row in document.RootElement.GetProperty("providers").EnumerateArray())
        {
            foreach (var element in row.GetProperty("domains").EnumerateArray())
            {
                var domain = element.GetString()!;
                foldings.Add(domain, new Folding(
                    row.TryGetProperty("domain", out var one) ? one.GetString()! : domain,
                    row.GetProperty("ignored").GetString()!,
                    row.GetProperty("tag").GetString() is [var separator] ? separator : null,
                    row.TryGetProperty("subdomains", out var subdomains) && subdomains.GetBoolean()));
            }
        }

        return foldings.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>What is folded besides the case.</summary>
    /// <param name="Domain">The domain that stands for all of a provider's that are one.</param>
    /// <param name="Ignored">Characters that do not count.</param>
    /// <param name="Tag">The character from which on the local part does not count; null where it all counts.</param>
    /// <param name="Subdomains">Whether anything at a name below the domain is that name's mailbox.</param>
    private sealed record Folding(string Domain, string Ignored, char? Tag, bool Subdomains)
    {
        public ReadOnlySpan<char> WithoutTag(ReadOnlySpan<char> localPart) =>
            Tag is { } separator && localPart.IndexOf(separator) is > 0 and var at ? localPart[..at] : localPart;
    }
}
