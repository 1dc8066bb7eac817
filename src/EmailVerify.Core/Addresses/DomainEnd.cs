using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Addresses;

/// <summary>Mistyped ends of domains: those that <c>schema/rules/suffix-typos.txt</c> lists, and top-level domains that do not exist and are one slip away from one that many use.</summary>
internal static class DomainEnd
{
    // Of two letters nearly everything exists, or is as near to many.
    private const int ShortestGuessed = 3;

    // What is more common comes first; a slip in it is more likely than one in what follows, by the margin.
    private const int Margin = 1;

    private static readonly string[] Common =
    [
        "com", "net", "org", "info", "de", "fr", "uk", "it", "es", "ru", "nl", "pl", "br", "jp", "in", "au", "ca", "ch", "at", "be", "se", "cz", "us", "eu", "edu", "gov",
    ];

    private static readonly Lazy<Typo[]> Typos = new(() => [.. RuleFile.ReadLines("suffix-typos.txt").Select(Typo.Read)]);

    /// <summary>Says whether a top-level domain exists.</summary>
    public static bool Exists(ReadOnlySpan<char> label) => PublicSuffixes.Default.HasTopLevel(label) || DomainList.Countries.Contains(label);

    /// <summary>Corrects the end of a domain, or returns null.</summary>
    /// <param name="domain">An A-label name in lower case.</param>
    /// <param name="cannotExist">Whether the end as typed exists nowhere, so that no other domain can have been meant.</param>
    public static string? Correct(string domain, out bool cannotExist)
    {
        cannotExist = false;
        foreach (var typo in Typos.Value)
        {
            if (domain.Length <= typo.Typed.Length + 1 || !domain.EndsWith(typo.Typed, StringComparison.Ordinal) || domain[^(typo.Typed.Length + 1)] != '.')
                continue;

            cannotExist = !typo.Exists;
            return string.Concat(domain.AsSpan(0, domain.Length - typo.Typed.Length), typo.Meant);
        }

        var dot = domain.LastIndexOf('.');
        var end = domain.AsSpan(dot + 1);
        if (dot <= 0 || end.Length < ShortestGuessed || Exists(end) || NearestTo(end) is not { } meant)
            return null;

        cannotExist = true;
        return string.Concat(domain.AsSpan(0, dot + 1), meant);
    }

    private static string? NearestTo(ReadOnlySpan<char> end)
    {
        string? nearest = null;
        var least = int.MaxValue;
        foreach (var candidate in Common)
        {
            var distance = TypingDistance.Between(end, candidate, TypingDistance.Edit);
            if (distance < least - Margin)
                (nearest, least) = (candidate, distance);
        }

        return nearest;
    }

    /// <summary>A mistyped end of a domain.</summary>
    /// <param name="Typed">As typed, without the dot before it.</param>
    /// <param name="Meant">What was meant.</param>
    /// <param name="Exists">Whether the end as typed exists, so that another domain may have been meant.</param>
    private sealed record Typo(string Typed, string Meant, bool Exists)
    {
        public static Typo Read(string line) =>
            line.Split(' ') is [var typed, var meant, "exists" or "never"] parts ? new(typed, meant, string.Equals(parts[2], "exists", StringComparison.Ordinal)) : throw new FormatException("A line of suffix-typos.txt is not 'typed meant exists|never'.");
    }
}
