namespace EmailVerify.Core.Domains;

/// <summary>
/// The Public Suffix List: where a registrable domain begins. Data: <c>schema/rules/public-suffixes.txt</c>. Both its sections count, as in
/// DMARC's organisational domain (RFC 7489 3.2), so that hosts rented under one cloud's name are not taken for one operator.
/// </summary>
public sealed class PublicSuffixes
{
    private static readonly Lazy<PublicSuffixes> Loaded = new(LoadEmbedded);

    private readonly Dictionary<string, Rule>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly int deepest;

    private PublicSuffixes(Dictionary<string, Rule> rules)
    {
        lookup = rules.GetAlternateLookup<ReadOnlySpan<char>>();
        deepest = rules.Keys.Max(rule => rule.Count('.') + 1);
    }

    [Flags]
    private enum Rule
    {
        None = 0,

        /// <summary><c>co.uk</c>: this name is a suffix.</summary>
        Suffix = 1,

        /// <summary><c>*.ck</c>: every child of this name is a suffix.</summary>
        Children = 2,

        /// <summary><c>!www.ck</c>: this name is none, although its siblings are.</summary>
        Exception = 4,
    }

    /// <summary>Gets the committed list, read at first use.</summary>
    public static PublicSuffixes Default => Loaded.Value;

    /// <summary>Reads a list in the format of publicsuffix.org: a rule a line, <c>//</c> comments, <c>*.</c> wildcards and <c>!</c> exceptions.</summary>
    public static PublicSuffixes Read(TextReader lines)
    {
        var rules = new Dictionary<string, Rule>(16_384, StringComparer.Ordinal);
        while (lines.ReadLine() is { } line)
        {
            var text = line.AsSpan().Trim();
            if (text.IsEmpty || text.StartsWith("//"))
                continue;

            var (name, rule) = text switch
            {
                ['!', .. var rest] => (rest.ToString(), Rule.Exception),
                ['*', '.', .. var rest] => (rest.ToString(), Rule.Children),
                _ => (text.ToString(), Rule.Suffix),
            };
            rules[name] = rules.GetValueOrDefault(name) | rule;
        }

        return rules.Count > 0 ? new(rules) : throw new InvalidDataException("The list of public suffixes has no rule.");
    }

    /// <summary>Gets the organisational domain of a host: its public suffix and one label more, such as <c>example.co.uk</c> of <c>mx1.example.co.uk</c>.</summary>
    /// <param name="host">An A-label name in lower case without a final dot.</param>
    /// <returns>The host itself where it is a public suffix.</returns>
    public string OrganisationalDomain(string host)
    {
        var length = OrganisationalDomain(host.AsSpan()).Length;
        return length == host.Length ? host : host[^length..];
    }

    /// <summary>Gets the organisational domain of a host without allocating.</summary>
    public ReadOnlySpan<char> OrganisationalDomain(ReadOnlySpan<char> host)
    {
        var start = SuffixStart(host);
        return start == 0 ? host : host[(host[..(start - 1)].LastIndexOf('.') + 1)..];
    }

    /// <summary>Says whether the list knows a top-level domain.</summary>
    public bool HasTopLevel(ReadOnlySpan<char> label) => !label.Contains('.') && lookup.ContainsKey(label);

    /// <summary>Finds where the public suffix begins: the longest rule that matches, else the last label (publicsuffix.org, "Algorithm").</summary>
    private int SuffixStart(ReadOnlySpan<char> host)
    {
        var found = host.LastIndexOf('.') + 1;
        var start = host.Length + 1;
        var parent = Rule.None;
        for (var depth = 0; depth <= deepest && start > 0; depth++)
        {
            start = host[..(start - 1)].LastIndexOf('.') + 1;
            var rule = lookup.TryGetValue(host[start..], out var known) ? known : Rule.None;
            if ((rule & Rule.Exception) is not Rule.None)
                return start + host[start..].IndexOf('.') + 1;
            if ((rule & Rule.Suffix) is not Rule.None || (parent & Rule.Children) is not Rule.None)
                found = start;
            parent = rule;
        }

        return found;
    }

    private static PublicSuffixes LoadEmbedded()
    {
        using var stream = typeof(PublicSuffixes).Assembly.GetManifestResourceStream("rules.public-suffixes.txt")
            ?? throw new InvalidOperationException("The list of public suffixes is not embedded.");
        using var reader = new StreamReader(stream);
        return Read(reader);
    }
}
