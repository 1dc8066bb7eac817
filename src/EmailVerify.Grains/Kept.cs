using System.Collections.Concurrent;

namespace EmailVerify.Grains;

/// <summary>What was learnt of names and holds for a while, on this silo: the chunks of a batch begin together and have the same domains, and would each ask their grains. Safe for many callers.</summary>
/// <param name="time">How long it holds.</param>
/// <param name="clock">The time.</param>
internal sealed class Kept<T>(TimeSpan time, TimeProvider clock)
{
    /// <summary>The most names; whoever comes then begins anew.</summary>
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, (T Value, DateTimeOffset Until)> kept = new(StringComparer.Ordinal);

    /// <summary>Gets what is known of a name, if it still holds.</summary>
    public bool TryGet(string name, out T value)
    {
        var isKnown = kept.TryGetValue(name, out var found) && clock.GetUtcNow() < found.Until;
        value = found.Value;
        return isKnown;
    }

    /// <summary>Keeps what was learnt now.</summary>
    public void Keep(string name, T value)
    {
        if (kept.Count >= Most)
            kept.Clear();
        kept[name] = (value, clock.GetUtcNow() + time);
    }
}
