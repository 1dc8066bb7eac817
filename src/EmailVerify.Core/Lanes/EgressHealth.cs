using System.Collections.Immutable;

namespace EmailVerify.Core.Lanes;

/// <summary>
/// Which egresses rest: one that two providers block within an hour is likely on a list that others read too, and each further question makes it worse. Pure: time is passed in.
/// A lane that begins tells the block again that it remembers.
/// </summary>
/// <param name="remembered">What an earlier one left, by <see cref="Remember"/>.</param>
public sealed class EgressHealth(IEnumerable<EgressHealthRecord> remembered)
{
    /// <summary>Two providers that block an egress within this time send it to rest.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>How long the first rest is; each further one is twice as long.</summary>
    public static readonly TimeSpan FirstRest = TimeSpan.FromHours(1);

    /// <summary>The longest rest, and how long after a rest it is forgotten.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromHours(24);

    private readonly Dictionary<string, EgressHealthRecord> records = remembered.ToDictionary(record => record.Egress, StringComparer.Ordinal);

    /// <summary>A provider blocked an egress.</summary>
    /// <param name="egress">The egress' name.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="at">When.</param>
    /// <returns>Whether it began to rest by that.</returns>
    public bool Blocked(string egress, string provider, DateTimeOffset at)
    {
        var record = records.GetValueOrDefault(egress) ?? new EgressHealthRecord(egress, null, null, DateTimeOffset.MinValue, [], 0);

        // Sessions that were open when it went to rest tell of blocks that belong to the same story.
        if (at < record.RestsUntil)
            return false;
        if (record is not { OtherProvider: { } other, OtherAt: { } otherAt } || (otherAt - at).Duration() >= Window || string.Equals(other, provider, StringComparison.Ordinal))
        {
            if (record.OtherAt is not { } last || last < at)
                records[egress] = record with { OtherProvider = provider, OtherAt = at };
            return false;
        }

        var rests = at - record.RestsUntil > LongestRest ? 0 : record.Rests;
        var rest = FirstRest * Math.Pow(2, Math.Min(rests, 10));
        records[egress] = new EgressHealthRecord(egress, null, null, (otherAt > at ? otherAt : at) + (rest < LongestRest ? rest : LongestRest), [other, provider], rests + 1);
        return true;
    }

    /// <summary>Says how an egress stands.</summary>
    public EgressStanding Stand(string egress, DateTimeOffset now)
    {
        if (!records.TryGetValue(egress, out var record))
            return EgressStanding.Well;
        var block = record is { OtherProvider: { } provider, OtherAt: { } at } ? (provider, at) : default((string, DateTimeOffset)?);
        return now < record.RestsUntil ? new EgressStanding(record.RestsUntil, record.BlockedBy, block) : new EgressStanding(null, [], block);
    }

    /// <summary>Gets what an heir must know, in the order of the names.</summary>
    public ImmutableArray<EgressHealthRecord> Remember() => [.. records.Values.OrderBy(record => record.Egress, StringComparer.Ordinal)];
}

/// <summary>What is remembered of an egress.</summary>
/// <param name="Egress">Its name.</param>
/// <param name="OtherProvider">Who blocked it last without sending it to rest, or null.</param>
/// <param name="OtherAt">When that was.</param>
/// <param name="RestsUntil">Until when it rests or last rested.</param>
/// <param name="BlockedBy">The providers whose blocks sent it to rest last.</param>
/// <param name="Rests">How often it has rested, one rest soon after the other.</param>
public sealed record EgressHealthRecord(string Egress, string? OtherProvider, DateTimeOffset? OtherAt, DateTimeOffset RestsUntil, ImmutableArray<string> BlockedBy, int Rests);

/// <summary>How an egress stands.</summary>
/// <param name="RestsUntil">Until when it rests, or null.</param>
/// <param name="BlockedBy">The providers whose blocks sent it to rest; empty when it does not.</param>
/// <param name="LastBlock">The last block that was not enough for a rest, or null.</param>
public sealed record EgressStanding(DateTimeOffset? RestsUntil, ImmutableArray<string> BlockedBy, (string Provider, DateTimeOffset At)? LastBlock)
{
    /// <summary>Gets the standing of one that nobody has blocked.</summary>
    public static EgressStanding Well { get; } = new(null, [], null);
}
