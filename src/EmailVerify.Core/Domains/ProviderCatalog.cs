using System.Collections.Immutable;
using System.Text.Json;

namespace EmailVerify.Core.Domains;

/// <summary>Who operates an exchanger and what that provider is known to allow. Immutable.</summary>
public sealed class ProviderCatalog
{
    /// <summary>How much of a greeting is looked at: RFC 5321 4.5.3.1.5 allows a reply line 512 octets.</summary>
    private const int MostRead = 512;

    private static readonly Lazy<ProviderCatalog> Loaded = new(LoadEmbedded);

    private readonly ImmutableDictionary<string, ProviderPolicy> byName;
    private readonly Dictionary<string, ProviderPolicy>.AlternateLookup<ReadOnlySpan<char>> byExchanger;
    private readonly Dictionary<string, ProviderPolicy>.AlternateLookup<ReadOnlySpan<char>> byEhloName;
    private readonly ImmutableArray<(string Words, ProviderPolicy Policy)> byBanner;
    private readonly PublicSuffixes suffixes;

    private ProviderCatalog(ImmutableDictionary<string, ProviderPolicy> byName, PublicSuffixes suffixes)
    {
        this.byName = byName;
        this.suffixes = suffixes;
        byExchanger = By(policy => policy.Exchangers);
        byEhloName = By(policy => policy.EhloNames);

        // Who runs software is told by more than its name: an operator's words come first, then the longer ones.
        byBanner = [.. byName.Values.SelectMany(policy => policy.Banners.Select(words => (words, policy))).OrderBy(pair => pair.policy.Software).ThenByDescending(pair => pair.words.Length).ThenBy(pair => pair.words, StringComparer.Ordinal)];
    }

    /// <summary>Gets the committed data, read at first use.</summary>
    public static ProviderCatalog Default => Loaded.Value;

    /// <summary>Gets the providers that data name.</summary>
    public IEnumerable<ProviderPolicy> Policies => byName.Values;

    /// <summary>Makes a catalogue of data alone.</summary>
    /// <param name="json">The data: JSON with comments.</param>
    /// <param name="suffixes">Tells the organisational domain of hosts that no data name.</param>
    /// <exception cref="FormatException">The data break a rule; the message says where.</exception>
    public static ProviderCatalog Parse(string json, PublicSuffixes suffixes) =>
        new ProviderCatalog(ImmutableDictionary.Create<string, ProviderPolicy>(StringComparer.Ordinal), suffixes).With(json);

    /// <summary>Lays an operator's data of the same shape over these: a known name changes the values that are given, a new name adds a provider.</summary>
    /// <exception cref="FormatException">The data break a rule; the message says where.</exception>
    public ProviderCatalog With(string json)
    {
        var merged = byName.ToBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in Read(json).Providers)
        {
            var name = entry.Name ?? throw new FormatException("A provider has no name.");
            if (!seen.Add(name))
                throw new FormatException($"Provider {name} is there twice.");
            merged[name] = entry.Over(merged.TryGetValue(name, out var known) ? known : new ProviderPolicy { Name = name });
        }

        if (ProviderRules.Broken(merged.Values) is { } complaint)
            throw new FormatException(complaint);
        return new(merged.ToImmutable(), suffixes);
    }

    /// <summary>Finds who operates an exchanger: the whole name, else the longest suffix that data name.</summary>
    /// <param name="exchangerHost">An A-label name in lower case, or the name that a server calls itself by.</param>
    /// <returns>Null where no data name it.</returns>
    public ProviderPolicy? Of(ReadOnlySpan<char> exchangerHost) => Longest(byExchanger, exchangerHost);

    /// <summary>Finds who greets: by the name that a host calls itself, else by the words of its banner. It is the host's own word, so it may make us more careful and never less.</summary>
    /// <param name="greeting">The text of a banner or of the answer to EHLO; hostile input.</param>
    /// <returns>A provider, or software; null where no data name it.</returns>
    public ProviderPolicy? ByGreeting(ReadOnlySpan<char> greeting)
    {
        greeting = greeting[..Math.Min(greeting.Length, MostRead)];
        var first = greeting[..(greeting.IndexOfAny(" \n") is >= 0 and var end ? end : greeting.Length)];
        Span<char> name = stackalloc char[first.Length];
        _ = first.ToLowerInvariant(name);
        if (Longest(byExchanger, name) is { } named || (named = Longest(byEhloName, name)) is not null)
            return named;
        foreach (var (words, policy) in byBanner)
        {
            if (Phrase.IsIn(greeting, words))
                return policy;
        }

        return null;
    }

    /// <summary>Gets the provider name of an exchanger: of the data, else its organisational domain.</summary>
    public string NameOf(string exchangerHost) => Of(exchangerHost)?.Name ?? suffixes.OrganisationalDomain(exchangerHost);

    /// <summary>Says whether data name a provider. Software is none.</summary>
    public bool Knows(string providerName) => byName.TryGetValue(providerName, out var policy) && !policy.Software;

    /// <summary>Gets the policy of a provider name; one that no data name has the default policy.</summary>
    public ProviderPolicy PolicyOf(string providerName) => byName.GetValueOrDefault(providerName) ?? new ProviderPolicy { Name = providerName };

    private static ProviderPolicy? Longest(in Dictionary<string, ProviderPolicy>.AlternateLookup<ReadOnlySpan<char>> patterns, ReadOnlySpan<char> name)
    {
        if (patterns.TryGetValue(name, out var policy))
            return policy;

        for (var rest = name; rest.IndexOf('.') is >= 0 and var dot; rest = rest[(dot + 1)..])
        {
            if (patterns.TryGetValue(rest[dot..], out policy))
                return policy;
        }

        return null;
    }

    private Dictionary<string, ProviderPolicy>.AlternateLookup<ReadOnlySpan<char>> By(Func<ProviderPolicy, ImmutableArray<string>> patterns) =>
        byName.Values
            .SelectMany(policy => patterns(policy).Select(pattern => (pattern, policy)))
            .ToDictionary(pair => pair.pattern, pair => pair.policy, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    private static ProviderData Read(string json)
    {
        try
        {
            var data = JsonSerializer.Deserialize(json, ProviderJson.Default.ProviderData);
            return data is { Providers.IsDefault: false } ? data : throw new FormatException("The provider data have no list \"providers\".");
        }
        catch (JsonException error)
        {
            throw new FormatException($"The provider data cannot be read: {error.Message}", error);
        }
    }

    private static ProviderCatalog LoadEmbedded()
    {
        using var stream = typeof(ProviderCatalog).Assembly.GetManifestResourceStream("rules.providers.json")
            ?? throw new InvalidOperationException("The provider data are not embedded.");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), PublicSuffixes.Default);
    }
}
