using System.Collections.Frozen;

namespace EmailVerify.Core.Addresses;

/// <summary>
/// Local parts that name a function, or that nobody reads: data in <c>schema/rules/role-local-parts.txt</c>, a class, a language and a word on each line. Dots, hyphens and underscores do not count in
/// words of six letters and more (<c>customer.service</c>); shorter ones with separators are initials (<c>h.r</c>). Up to two digits may follow (<c>info2</c>); three and more make it somebody's own name.
/// </summary>
internal static class RoleWords
{
    private const int ShortestSeparated = 6;
    private const int MostDigits = 2;

    // Of shorter ones, as "it" and "pr", with something behind a separator, most are a person's.
    private const int ShortestQualified = 4;

    // Which part of an organisation; countries besides.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Regions =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "apac", "asia", "dach", "emea", "europe", "global", "int", "international", "intl", "latam", "mena", "national", "nordic", "usa")
            .GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly Lazy<FrozenDictionary<string, bool>.AlternateLookup<ReadOnlySpan<char>>> Words = new(Load);

    private enum Kind
    {
        None,
        Role,
        NoReply,
    }

    /// <summary>Says whether a local part without its tag names a function, alone or with a country, a region or another function beside it: <c>sales-uk</c>, <c>support.team</c>.</summary>
    public static bool Contains(ReadOnlySpan<char> localPart)
    {
        if (KindOf(localPart) is not Kind.None)
            return true;

        for (var i = 1; i < localPart.Length - 1; i++)
        {
            if (IsSeparator(localPart[i]) && ((IsQualified(localPart[..i]) && IsQualifier(localPart[(i + 1)..])) || (IsRegion(localPart[..i]) && IsQualified(localPart[(i + 1)..]))))
                return true;
        }

        return false;
    }

    /// <summary>Says whether a local part without its tag is a word for "do not reply", with or without digits behind, or has one at its start or end: <c>alerts-noreply</c>, <c>no-reply-shop</c>.</summary>
    public static bool IsNoReply(ReadOnlySpan<char> localPart)
    {
        if (KindOf(localPart.TrimEnd("0123456789")) is Kind.NoReply)
            return true;

        for (var i = 1; i < localPart.Length - 1; i++)
        {
            if (IsSeparator(localPart[i]) && (KindOf(localPart[..i]) is Kind.NoReply || KindOf(localPart[(i + 1)..]) is Kind.NoReply))
                return true;
        }

        return false;
    }

    private static bool IsQualified(ReadOnlySpan<char> word) => word.Length >= ShortestQualified && KindOf(word) is Kind.Role;

    private static bool IsQualifier(ReadOnlySpan<char> word) =>
        IsRegion(word) || IsQualified(word) || (word.Length <= MostDigits && !word.ContainsAnyExceptInRange('0', '9'));

    private static bool IsRegion(ReadOnlySpan<char> word)
    {
        if (word.Length != 2)
            return Regions.Contains(word);

        Span<char> lower = stackalloc char[2];
        _ = word.ToLowerInvariant(lower);
        return DomainList.Countries.Contains(lower);
    }

    private static Kind KindOf(ReadOnlySpan<char> word)
    {
        var length = word.Length;
        while (length > 1 && word.Length - length < MostDigits && char.IsAsciiDigit(word[length - 1]))
            length--;

        word = word[..length];
        if (Find(word) is var kind and not Kind.None)
            return kind;

        if (word.Length <= ShortestSeparated || word.Length > LocalPartSyntax.MaxOctets || IsSeparator(word[0]) || IsSeparator(word[^1]) || !word.ContainsAny('-', '.', '_'))
            return Kind.None;

        Span<char> joined = stackalloc char[LocalPartSyntax.MaxOctets];
        var letters = 0;
        foreach (var c in word)
        {
            if (!IsSeparator(c))
                joined[letters++] = c;
        }

        return letters >= ShortestSeparated ? Find(joined[..letters]) : Kind.None;
    }

    private static Kind Find(ReadOnlySpan<char> word)
    {
        if (!Words.Value.TryGetValue(word, out var noReply))
            return Kind.None;

        return noReply ? Kind.NoReply : Kind.Role;
    }

    private static bool IsSeparator(char c) => c is '-' or '_' or '.';

    private static FrozenDictionary<string, bool>.AlternateLookup<ReadOnlySpan<char>> Load()
    {
        var words = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in RuleFile.ReadLines("role-local-parts.txt"))
        {
            if (line.Split(' ') is not [var kind, _, var word])
                throw new FormatException("A line of role-local-parts.txt is not 'class language word'.");

            foreach (var spelling in Spelling.Of(word))
                _ = words.TryAdd(spelling, string.Equals(kind, "noreply", StringComparison.Ordinal));
        }

        return words.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
    }
}
