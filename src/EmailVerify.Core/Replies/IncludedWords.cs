namespace EmailVerify.Core.Replies;

/// <summary>Gives each word class the phrases of the classes that it includes, and of those that these include.</summary>
internal static class IncludedWords
{
    /// <summary>Resolves the inclusions.</summary>
    /// <returns>The classes in the same order, none of which includes another.</returns>
    /// <exception cref="FormatException">An included class is not there, a class includes itself, or two have one name.</exception>
    public static WordClassData[] Resolve(WordClassData[] classes)
    {
        var byName = new Dictionary<string, WordClassData>(StringComparer.Ordinal);
        foreach (var data in classes)
        {
            if (!byName.TryAdd(data.Name, data))
                throw new FormatException($"The word class \"{data.Name}\" is there twice.");
        }

        return [.. classes.Select(data => data.Includes is null ? data : data with { Phrases = [.. PhrasesOf(data, [], byName)], Includes = null })];
    }

    private static IEnumerable<string> PhrasesOf(WordClassData data, string[] within, Dictionary<string, WordClassData> byName)
    {
        string[] path = [.. within, data.Name];
        if (within.Contains(data.Name, StringComparer.Ordinal))
            throw new FormatException($"The word class \"{data.Name}\" includes itself: {string.Join(" > ", path)}.");
        return data.Phrases.Concat((data.Includes ?? []).SelectMany(name => PhrasesOf(
            byName.TryGetValue(name, out var included) ? included : throw new FormatException($"The word class \"{data.Name}\" includes \"{name}\", which is not there."), path, byName)));
    }
}
