using System.Collections.Concurrent;

namespace EmailVerify.Core.Addresses;

/// <summary>
/// What a mistyped domain was meant to be: measured against the large mail domains, and against common slips at the end of a domain. Suggests only when one domain is clearly nearest,
/// and never for a domain that is known to give mailboxes.
/// </summary>
public static class DidYouMean
{
    // A short name has too many neighbours that are names of their own (ao.com, nail.com): only its end may be mistyped.
    private const int ShortName = 4;

    // From this length of name on two edits are still more likely a slip than another name.
    private const int LongName = 6;

    private const int MaxDomainLength = 64;

    // A domain is compared with hundreds of others; many addresses share one. When it is full it starts anew.
    private const int MaxRemembered = 10_000;
    private static readonly ConcurrentDictionary<string, string?> Remembered = new(StringComparer.Ordinal);

    private static readonly Lazy<string[]> Targets = new(() => [.. DomainList.Large.All.Order(StringComparer.Ordinal)]);
    private static readonly Lazy<SuffixTypo[]> SuffixTypos = new(() => [.. RuleFile.ReadLines("suffix-typos.txt").Select(SuffixTypo.Read)]);

    /// <summary>Finds the address that was meant, in canonical form and with the same local part, or null.</summary>
    public static string? For(EmailAddress address) =>
        !address.IsLiteral && ForDomain(address.Domain) is { } domain ? $"{address.LocalPart}@{domain}" : null;

    /// <summary>Finds the domain that was meant, or null. Bounded work, whatever the domain.</summary>
    internal static string? ForDomain(string domain)
    {
        if (domain.Length > MaxDomainLength || domain.Contains("xn--", StringComparison.Ordinal) || IsKnown(domain))
            return null;
        if (Remembered.TryGetValue(domain, out var known))
            return known;
        if (Remembered.Count >= MaxRemembered)
            Remembered.Clear();
        return Remembered[domain] = Compare(domain);
    }

    private static string? Compare(string domain)
    {
        // :: 1: the end of the domain alone.
        var corrected = CorrectSuffix(domain, out var cannotExist);
        if (corrected is not null && DomainList.Large.Contains(corrected))
            return corrected;

        // :: 2: a name without its end, as in "gmail".
        if (!domain.Contains('.', StringComparison.Ordinal))
            return DomainList.Large.Contains($"{domain}.com") ? $"{domain}.com" : Nearest(domain);

        // :: 3: the nearest large domain; else what the corrected end alone gives, where the end as typed exists nowhere.
        return Nearest(cannotExist ? corrected! : domain) ?? (cannotExist ? corrected : null);
    }

    private static bool IsKnown(string domain) =>
        DomainList.Large.Contains(domain) || DomainList.Free.Contains(domain) || DomainList.Relay.Covers(domain);

    private static string? CorrectSuffix(string domain, out bool cannotExist)
    {
        cannotExist = false;
        foreach (var typo in SuffixTypos.Value)
        {
            if (domain.Length <= typo.Typed.Length + 1 || !domain.EndsWith(typo.Typed, StringComparison.Ordinal) || domain[^(typo.Typed.Length + 1)] != '.')
                continue;

            cannotExist = !typo.Exists;
            return string.Concat(domain.AsSpan(0, domain.Length - typo.Typed.Length), typo.Meant);
        }

        return null;
    }

    private static string? Nearest(string domain)
    {
        var end = domain.AsSpan(domain.LastIndexOf('.') + 1);
        var country = DomainList.Countries.Contains(end) ? end : default;
        string? nearest = null;
        var (least, second) = (int.MaxValue, int.MaxValue);
        foreach (var target in Targets.Value)
        {
            // mail.by was not meant to be mail.bg: both countries exist.
            if (!country.IsEmpty && !target.AsSpan(target.LastIndexOf('.') + 1).SequenceEqual(country))
                continue;

            var distance = Distance(domain, target);
            if (distance < least)
                (nearest, second, least) = (target, least, distance);
            else
                second = Math.Min(second, distance);
        }

        return least < second ? nearest : null;
    }

    private static int Distance(string domain, string target)
    {
        var name = target.IndexOf('.', StringComparison.Ordinal);
        if (name <= ShortName && !domain.AsSpan().StartsWith(target.AsSpan(0, name + 1), StringComparison.Ordinal))
            return int.MaxValue;

        var limit = name >= LongName ? 2 * TypingDistance.Edit : TypingDistance.Edit;

        // Few people miss the first letter, and many names differ in it alone.
        if (domain[0] != target[0])
            limit = TypingDistance.Edit;

        return TypingDistance.Between(domain, target, limit);
    }

    /// <summary>A mistyped end of a domain.</summary>
    /// <param name="Typed">As typed, without the dot before it.</param>
    /// <param name="Meant">What was meant.</param>
    /// <param name="Exists">Whether the end as typed exists, so that another domain may have been meant.</param>
    private sealed record SuffixTypo(string Typed, string Meant, bool Exists)
    {
        public static SuffixTypo Read(string line) =>
            line.Split(' ') is [var typed, var meant, var exists] ? new(typed, meant, string.Equals(exists, "exists", StringComparison.Ordinal)) : throw new FormatException("A line of suffix-typos.txt is not 'typed meant exists|never'.");
    }
}
