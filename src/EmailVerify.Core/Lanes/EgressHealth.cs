using System.Collections.Immutable;

namespace EmailVerify.Core.Lanes;

/// <summary>
/// Which egresses rest: one that two providers block within an hour is likely on a list that others read too, and each further question makes it worse.
/// Small, locked and pure: time is passed in. Kept in memory; a lane that begins tells the block again that it remembers.
/// </summary>
public sealed class EgressHealth
{
    /// <summary>Two providers that block an egress within this time send it to rest.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>How long the first rest is; each further one is twice as long.</summary>
    public static readonly TimeSpan FirstRest = TimeSpan.FromHours(1);

    /// <summary>The longest rest, and how long after a rest it is forgotten.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromHours(24);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Record> records = new(StringComparer.Ordinal);

    /// <summary>A provider blocked an egress.</summary>
    /// <param name="egress">The egress' name.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="at">When.</param>
    /// <returns>Whether it began to rest by that.</returns>
    public bool Blocked(string egress, string provider, DateTimeOffset at)
    {
        lock (gate)
        {
            if (!records.TryGetValue(egress, out var record))
                records.Add(egress, record = new Record());

            // Sessions that were open when it went to rest tell of blocks that belong to the same story.
            if (at < record.RestsUntil)
                return false;
            if (record.Other is not { } other || (at - other.At).Duration() >= Window || string.Equals(other.Provider, provider, StringComparison.Ordinal))
            {
                if (record.Other is null || record.Other.Value.At < at)
                    record.Other = (provider, at);
                return false;
            }

            if (at - record.RestsUntil > LongestRest)
                record.Rests = 0;
            var rest = FirstRest * Math.Pow(2, Math.Min(record.Rests++, 10));
            record.RestsUntil = (other.At > at ? other.At : at) + (rest < LongestRest ? rest : LongestRest);
            record.BlockedBy = [other.Provider, provider];
            record.Other = null;
            return true;
        }
    }

    /// <summary>Gets until when an egress rests, or null when it does not.</summary>
    public DateTimeOffset? RestsUntil(string egress, DateTimeOffset now)
    {
        lock (gate)
            return records.TryGetValue(egress, out var record) && now < record.RestsUntil ? record.RestsUntil : null;
    }

    /// <summary>Says how an egress stands, for people.</summary>
    public EgressStanding Stand(string egress, DateTimeOffset now)
    {
        lock (gate)
        {
            if (!records.TryGetValue(egress, out var record))
                return new EgressStanding(null, [], null);
            return now < record.RestsUntil ? new EgressStanding(record.RestsUntil, record.BlockedBy, record.Other) : new EgressStanding(null, [], record.Other);
        }
    }

    /// <summary>Says whether an egress rests.</summary>
    public bool IsResting(string egress, DateTimeOffset now) => RestsUntil(egress, now) is not null;

    private sealed class Record
    {
        /// <summary>Gets or sets the last block that sent it to no rest.</summary>
        public (string Provider, DateTimeOffset At)? Other { get; set; }

        public DateTimeOffset RestsUntil { get; set; } = DateTimeOffset.MinValue;

        /// <summary>Gets or sets the providers whose blocks sent it to rest last.</summary>
        public ImmutableArray<string> BlockedBy { get; set; } = [];

        public int Rests { get; set; }
    }
}

/// <summary>How an egress stands.</summary>
/// <param name="RestsUntil">Until when it rests, or null.</param>
/// <param name="BlockedBy">The providers whose blocks sent it to rest; empty when it does not.</param>
/// <param name="LastBlock">The last block that was not enough for a rest, or null.</param>
public sealed record EgressStanding(DateTimeOffset? RestsUntil, ImmutableArray<string> BlockedBy, (string Provider, DateTimeOffset At)? LastBlock);
