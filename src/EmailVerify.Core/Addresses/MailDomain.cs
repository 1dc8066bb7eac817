using System.Globalization;

namespace EmailVerify.Core.Addresses;

/// <summary>A large mail domain, as a candidate for what somebody meant to type.</summary>
internal sealed class MailDomain
{
    // A domain that is ten times as common wins over one that is nearer by so much, in tenths of an edit.
    private const double BonusOfTenfold = 3;

    // The best candidate must be better than the next by so much, or both may have been meant.
    private const double Margin = 1.5;

    // No limit lets more letters be missing or too many.
    private const int MostEdits = 2;

    // Shares of addresses, in thousandths.
    private const int Dominant = 20;
    private const int Common = 10;
    private const int Frequent = 4;
    private const int Regular = 2;

    // Of these the provider has one domain with mailboxes only, whatever the country.
    private static readonly string[] Singles = ["gmail.com", "icloud.com"];

    private static readonly Lazy<MailDomain[]> All = new(Load);

    // Without their dots, as in "webde".
    private static readonly Lazy<Dictionary<string, string>> ByLetters = new(() =>
        All.Value.GroupBy(domain => domain.Domain.Replace(".", string.Empty, StringComparison.Ordinal), StringComparer.Ordinal).Where(group => group.Count() == 1)
            .ToDictionary(group => group.Key, group => group.Single().Domain, StringComparer.Ordinal));

    private readonly string name;
    private readonly string end;
    private readonly int share;
    private readonly int nameShare;
    private readonly double bonus;

    private MailDomain(string domain, int share, int nameShare)
    {
        Domain = domain;
        name = NameOf(domain);
        end = domain[(domain.LastIndexOf('.') + 1)..];
        this.share = share;
        this.nameShare = nameShare;
        bonus = BonusOfTenfold * Math.Log10(Math.Max(share, 0.3));
    }

    /// <summary>Gets the domain.</summary>
    public string Domain { get; }

    /// <summary>Finds the large domain of which only the name was typed, or the one that a large provider has where another end was typed.</summary>
    public static string? WithoutEnd(string domain)
    {
        var dot = domain.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
            return DomainList.Large.Contains($"{domain}.com") ? $"{domain}.com" : ByLetters.Value.GetValueOrDefault(domain);

        var rest = domain.AsSpan(dot + 1);
        foreach (var candidate in All.Value)
        {
            if (candidate.share < Dominant || !domain.AsSpan(0, dot).SequenceEqual(candidate.name) || !candidate.Domain.EndsWith(".com", StringComparison.Ordinal))
                continue;

            if (rest is "net" or "org" || (Array.IndexOf(Singles, candidate.Domain) >= 0 && IsWholeEnd(rest)))
                return candidate.Domain;
        }

        return null;
    }

    /// <summary>Finds the large domain that is clearly the likeliest to have been meant, and its cost, in tenths of an edit; or null.</summary>
    /// <param name="typed">An A-label name in lower case.</param>
    /// <param name="isSecondSlip">Whether its end was corrected before: then its first letter has to be right.</param>
    public static (string? Domain, double Cost) Nearest(string typed, bool isSecondSlip = false)
    {
        var dot = typed.LastIndexOf('.');
        var typedEnd = typed.AsSpan(dot + 1);
        var fixedEnd = dot >= 0 && DomainEnd.Exists(typedEnd);
        string? nearest = null;
        var (least, second) = (double.PositiveInfinity, double.PositiveInfinity);
        foreach (var candidate in All.Value)
        {
            // mail.by was not meant to be mail.bg: both ends exist.
            if (Math.Abs(typed.Length - candidate.Domain.Length) > MostEdits || (fixedEnd && !typedEnd.SequenceEqual(candidate.end)) || (isSecondSlip && typed[0] != candidate.name[0]))
                continue;

            var cost = candidate.CostOf(typed);
            if (cost < least)
                (nearest, second, least) = (candidate.Domain, least, cost);
            else
                second = Math.Min(second, cost);
        }

        return least + Margin <= second ? (nearest, least) : (null, double.PositiveInfinity);
    }

    private double CostOf(string typed)
    {
        var (limit, light) = LimitOf(typed);
        var distance = TypingDistance.Between(typed, Domain, Math.Max(limit, light ? TypingDistance.Edit : 0));
        return distance <= limit || (light && distance <= TypingDistance.Edit && TypingDistance.IsLight(typed, Domain)) ? distance - bonus : double.PositiveInfinity;
    }

    // How far a typo may be off: the more common the name and the longer, the likelier is a slip and the rarer another name so near. Few people miss the first letter, and many names differ
    // in it alone. "Light" is a letter doubled, or undoubled, or swapped with the next: what fingers do, and what seldom makes another word.
    private (int Limit, bool Light) LimitOf(string typed)
    {
        if (typed.StartsWith(name, StringComparison.Ordinal) && typed.Length > name.Length && typed[name.Length] == '.')
            return (TypingDistance.Edit, true);

        var sameStart = typed[0] == name[0];
        return name.Length switch
        {
            _ when char.IsAsciiDigit(name[0]) => (0, false),
            <= 2 => (0, false),
            3 => (0, share >= Frequent || (share >= Regular && (end.Length < 3 || typed.Length > Domain.Length))),
            4 => (share >= Common && sameStart ? TypingDistance.Slip : 0, share >= Regular),
            5 => (nameShare switch
            {
                >= Dominant => sameStart ? TypingDistance.Substitution : TypingDistance.Edit,
                >= Frequent => sameStart ? TypingDistance.Edit : 0,
                _ => 0,
            }, true),
            var length => (nameShare switch
            {
                >= Dominant when sameStart => 2 * TypingDistance.Edit,
                >= Dominant => length > 6 ? TypingDistance.Substitution : TypingDistance.Slip,
                >= Frequent when sameStart && length > 8 => 2 * TypingDistance.Edit,
                >= Frequent when sameStart => length > 6 ? TypingDistance.Edit + TypingDistance.Slip : TypingDistance.Edit,
                >= Frequent => length > 6 ? TypingDistance.Edit : TypingDistance.Slip,
                >= Regular when sameStart => length > 8 ? 2 * TypingDistance.Edit : TypingDistance.Edit,
                _ => sameStart && length >= 8 ? TypingDistance.Edit : 0,
            }, true),
        };
    }

    private static string NameOf(string domain) => domain[..domain.IndexOf('.', StringComparison.Ordinal)];

    // A country, or what looks like one before it. Newer top-level domains are anybody's.
    private static bool IsWholeEnd(ReadOnlySpan<char> rest)
    {
        var dot = rest.IndexOf('.');
        var last = rest[(dot + 1)..];
        return dot < 0 ? last.Length == 2 || last is "info" or "biz" : last.Length == 2 && rest[..dot] is ("co" or "com" or "net" or "org");
    }

    private static MailDomain[] Load()
    {
        var shares = RuleFile.ReadLines("popular-domains.txt").Select(line => line.Split(' ')).ToDictionary(line => line[0], line => int.Parse(line[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        var large = DomainList.Large.All.Order(StringComparer.Ordinal).ToArray();
        var ofNames = large.GroupBy(NameOf, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Max(domain => shares.GetValueOrDefault(domain)), StringComparer.Ordinal);
        return [.. large.Select(domain => new MailDomain(domain, shares.GetValueOrDefault(domain), ofNames[NameOf(domain)]))];
    }
}
