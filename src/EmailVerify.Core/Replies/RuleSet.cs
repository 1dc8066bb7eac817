using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Replies;

/// <summary>The rule data as they were read, before they are compiled.</summary>
internal sealed record RuleSet(WordsFile Words, ProvidersFile Providers, RulesFile General, RulesFile Codes)
{
    /// <summary>Reads the data that are embedded in the assembly.</summary>
    public static RuleSet ReadEmbedded() => new(
        Embedded("rules.replies.words.json", RuleJson.Default.WordsFile),
        Embedded("rules.replies.providers.json", RuleJson.Default.ProvidersFile),
        Embedded("rules.replies.general.json", RuleJson.Default.RulesFile),
        Embedded("rules.replies.codes.json", RuleJson.Default.RulesFile));

    /// <summary>Gets every rule with the exchanger that its example comes from.</summary>
    public IEnumerable<(RuleData Rule, string? Exchanger)> All() =>
        Providers.Providers.SelectMany(provider => provider.Rules.Select(rule => (rule, ProviderCatalog.Default.PolicyOf(provider.Name).AnyHost())))
            .Concat(General.Rules.Concat(Codes.Rules).Select(rule => (rule, (string?)null)));

    private static T Embedded<T>(string name, JsonTypeInfo<T> type)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly has no resource {name}.");
        return JsonSerializer.Deserialize(stream, type) ?? throw new FormatException($"{name} is empty.");
    }
}

/// <summary>Gives numbers to word classes while rules are compiled: the named ones first, then the phrases that rules quote.</summary>
internal sealed class ClassNumbers
{
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly List<(string Phrase, int Class)> phrases = [];
    private readonly List<bool> claims = [];
    private readonly HashSet<int> asked = [];

    public ClassNumbers(IEnumerable<WordClassData> classes)
    {
        foreach (var data in classes)
        {
            var number = New(data.Name, data.Claims);
            phrases.AddRange(data.Phrases.Select(phrase => (Spelled(phrase), number)));
        }
    }

    /// <summary>Gets the names in the order of their numbers, so far.</summary>
    public ImmutableArray<string> Names => [.. numbers.OrderBy(pair => pair.Value).Select(pair => pair.Key)];

    public int Of(string name)
    {
        if (numbers.TryGetValue(name, out var number))
        {
            _ = asked.Add(number);
            return number;
        }

        if (name is not ['\'', _, .., '\''])
            throw new FormatException($"There is no word class \"{name}\".");
        number = New(name, claims: false);
        _ = asked.Add(number);
        phrases.Add((Spelled(name[1..^1]), number));
        return number;
    }

    /// <summary>Compiles what was asked for, and what takes words from others. Nobody looks for the rest: those are there to be included.</summary>
    public WordClasses Compile() => new(PhraseAutomaton.Of([.. phrases.Where(one => asked.Contains(one.Class) || claims[one.Class])]), [.. claims]);

    private int New(string name, bool claims)
    {
        if (numbers.Count == ClassSet.Capacity)
            throw new FormatException($"More than {ClassSet.Capacity} word classes.");
        if (!numbers.TryAdd(name, numbers.Count))
            throw new FormatException($"The word class \"{name}\" is there twice.");
        this.claims.Add(claims);
        return numbers.Count - 1;
    }

    private static string Spelled(string phrase)
    {
        if (phrase.StartsWith('@'))
            return Core.Words.TryParse<ReplyMark>(phrase[1..], out var mark) ? ReplyWords.Of(mark).ToString() : throw new FormatException($"\"{phrase}\" is no mark.");
        var words = ReplyWords.OfPhrase(phrase.Trim('*'));
        if (words.Length == 0)
            throw new FormatException($"\"{phrase}\" has no word.");
        return (phrase[0] == '*' ? "*" : "") + words + (phrase[^1] == '*' ? "*" : "");
    }
}

/// <summary>Whose rules an exchanger's replies are read by, as the provider catalogue names its operator.</summary>
internal sealed class ProviderNames
{
    private readonly FrozenDictionary<string, int> byName;
    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> byDomain;

    /// <summary>Reads the names.</summary>
    /// <exception cref="FormatException">The catalogue has no such name, or a name is there twice.</exception>
    public ProviderNames(IReadOnlyList<ProviderData> providers)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var number = 0; number < providers.Count; number++)
        {
            foreach (var name in providers[number].Also?.Append(providers[number].Name) ?? [providers[number].Name])
            {
                if (!ProviderCatalog.Default.Knows(name) || !numbers.TryAdd(name, number))
                    throw new FormatException($"Provider \"{name}\" is unknown to the catalogue, or has rules twice.");
            }
        }

        byName = numbers.ToFrozenDictionary(StringComparer.Ordinal);
        byDomain = numbers
            .SelectMany(entry => ProviderCatalog.Default.PolicyOf(entry.Key).DomainsWithoutCatchAll.Select(domain => KeyValuePair.Create(domain, entry.Value)))
            .DistinctBy(entry => entry.Key, StringComparer.Ordinal)
            .ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>
    /// Finds the number of the provider, or -1: by its exchangers, else by its mail domains, since who shows us a reply often names those, and hosts of an operator that take no mail from
    /// strangers are below them too.
    /// </summary>
    public int Of(ReadOnlySpan<char> exchanger)
    {
        exchanger = exchanger.TrimEnd('.');
        if (ProviderCatalog.Default.Of(exchanger) is { } policy)
            return byName.TryGetValue(policy.Name, out var number) ? number : -1;
        for (var rest = exchanger; !rest.IsEmpty; rest = rest[(rest.IndexOf('.') + 1)..])
        {
            if (byDomain.TryGetValue(rest, out var number))
                return number;
            if (!rest.Contains('.'))
                break;
        }

        return -1;
    }
}
