using System.Collections.Concurrent;
using EmailVerify.Core.Domains;

namespace EmailVerify.Adapters;

/// <summary>Routes as they were read, by their stored text, shared by all who read them again: the chunks of a batch, domains with one provider.</summary>
internal sealed class SharedRoutes
{
    /// <summary>How many are kept. Some 1 kB each.</summary>
    private const int MostShared = 10_000;

    private readonly ConcurrentDictionary<string, Route> shared = new(StringComparer.Ordinal);

    /// <summary>Gets the route of a text, or null where it is of a newer kind.</summary>
    public Route? Of(string text)
    {
        if (shared.TryGetValue(text, out var known))
            return known;
        if (RouteJson.Read(text) is not { } route)
            return null;
        if (shared.Count >= MostShared)
            shared.Clear();
        return shared[text] = route;
    }
}
