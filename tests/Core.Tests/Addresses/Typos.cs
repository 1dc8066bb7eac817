namespace EmailVerify.Core.Tests.Addresses;

/// <summary>Everything that one slip of the fingers makes of a domain, by kind of slip.</summary>
internal static class Typos
{
    /// <summary>What share each kind has among typos; own estimate, fixed so that the measure means the same from one day to the next.</summary>
    public static readonly IReadOnlyDictionary<string, double> Shares = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["adjacent"] = 0.20,
        ["doubled"] = 0.15,
        ["dropped"] = 0.20,
        ["swapped"] = 0.15,
        ["end"] = 0.22,
        ["dot too many"] = 0.03,
        ["dot too few"] = 0.05,
    };

    private static readonly string[][] Keyboards =
    [
        ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"],
        ["1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm"],
        ["1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn"],
    ];

    /// <summary>Lists them, each once for each kind.</summary>
    public static IEnumerable<(string Kind, string Typo)> Of(string domain) =>
        Raw(domain).Where(typo => !string.Equals(typo.Typo, domain, StringComparison.Ordinal)).Distinct();

    private static IEnumerable<(string Kind, string Typo)> Raw(string domain)
    {
        var first = domain.IndexOf('.', StringComparison.Ordinal);
        for (var i = 0; i < first; i++)
        {
            foreach (var key in Keyboards.SelectMany(rows => Touching(rows, domain[i])))
                yield return ("adjacent", domain[..i] + key + domain[(i + 1)..]);

            yield return ("doubled", domain.Insert(i, domain[i].ToString()));
            yield return ("dropped", domain.Remove(i, 1));
            if (i + 1 < first)
                yield return ("swapped", domain[..i] + domain[i + 1] + domain[i] + domain[(i + 2)..]);
            if (i > 0)
                yield return ("dot too many", domain.Insert(i, "."));
        }

        yield return ("dot too few", domain.Remove(first, 1));
        yield return ("dot too few", domain.Remove(domain.LastIndexOf('.'), 1));
        foreach (var end in EndsOf(domain[(domain.LastIndexOf('.') + 1)..]))
            yield return ("end", domain[..(domain.LastIndexOf('.') + 1)] + end);

        foreach (var (meant, typed) in ((string, string)[])[(".co.", ".com."), (".com.", ".co."), (".com.", ".con."), (".com.", ".cm.")])
        {
            if (domain.Contains(meant, StringComparison.Ordinal))
                yield return ("end", domain.Replace(meant, typed, StringComparison.Ordinal));
        }
    }

    private static string[] EndsOf(string end) => end switch
    {
        "com" => ["con", "cmo", "ocm", "comm", "cpm", "vom", "xom", "co", "cm", "om", "coom", "ccom", "cim", "cok", "comn", "c0m"],
        "net" => ["ner", "nte", "ent", "nett", "met", "bet", "ney", "ne", "nwt"],
        [var a, var b] => [$"{a}{b}{b}", $"{a}{a}{b}", $"{b}{a}", $"{a}"],
        _ => [end + end[^1], end[..^1], end[1..]],
    };

    private static IEnumerable<char> Touching(string[] rows, char key)
    {
        for (var row = 0; row < rows.Length; row++)
        {
            var at = rows[row].IndexOf(key, StringComparison.Ordinal);
            if (at < 0)
                continue;

            foreach (var (down, right) in ((int, int)[])[(0, -1), (0, 1), (-1, 0), (-1, 1), (1, -1), (1, 0)])
            {
                if (row + down >= 0 && row + down < rows.Length && at + right >= 0 && at + right < rows[row + down].Length)
                    yield return rows[row + down][at + right];
            }
        }
    }
}
