using EmailVerify.Core.Addresses;

namespace EmailVerify.Host.Hosting;

/// <summary>The word that was probably meant by one that there is not.</summary>
internal static class NearWord
{
    // Two slips of the finger.
    private const int Farthest = 2 * TypingDistance.Substitution;

    /// <summary>Finds it, whatever the case: what the word begins, else what is at most two slips away; null where nothing is near.</summary>
    /// <param name="word">The word.</param>
    /// <param name="names">The words that there are.</param>
    public static string? Of(string word, IEnumerable<string> names) => names
        .Distinct(StringComparer.Ordinal)
        .Select(name => (Name: name, Distance: name.StartsWith(word, StringComparison.OrdinalIgnoreCase) && word.Length > 2 ? 0 : TypingDistance.Between(word.ToLowerInvariant(), name.ToLowerInvariant(), Farthest)))
        .Where(one => one.Distance <= Math.Min(Farthest, one.Name.Length * TypingDistance.Edit / 2))
        .OrderBy(one => one.Distance)
        .ThenBy(one => one.Name, StringComparer.Ordinal)
        .Select(one => one.Name)
        .FirstOrDefault();
}
