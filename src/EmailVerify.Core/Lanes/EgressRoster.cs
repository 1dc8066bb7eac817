using System.Collections.Immutable;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Lanes;

/// <summary>
/// The egresses of all silos as they stand at a moment, and which of them asks about a domain. All silos that have the same roster choose alike. An egress that went away keeps its domains for
/// half an hour, for greylisting hosts know us by it: the machine may come back.
/// </summary>
/// <param name="All">The egresses, in the order of their names.</param>
/// <param name="Revision">Of two rosters the one with the higher is the newer.</param>
public sealed record EgressRoster(ImmutableArray<KnownEgress> All, long Revision)
{
    /// <summary>How long after it was seen last an egress hands its domains on.</summary>
    public static readonly TimeSpan GoneAfter = TimeSpan.FromMinutes(30);

    /// <summary>How long after it was seen last an egress is asked no more: some missed reports, and a silo that starts again.</summary>
    public static readonly TimeSpan AbsentAfter = TimeSpan.FromSeconds(30);

    /// <summary>How long at most a question for an egress that is absent waits until it looks whether that is back. Less where it is not away for so long: nobody waits longer than twice the absence.</summary>
    private static readonly TimeSpan LooksAgainWithin = TimeSpan.FromMinutes(5);

    /// <summary>Gets the roster of nobody.</summary>
    public static EgressRoster Empty { get; } = new([], 0);

    /// <summary>Finds an egress by its name, or null.</summary>
    public KnownEgress? Find(string name) => All.FirstOrDefault(egress => string.Equals(egress.Egress.Name, name, StringComparison.Ordinal));

    /// <summary>Chooses who asks about a domain.</summary>
    /// <param name="domain">The ASCII domain.</param>
    /// <param name="now">The time.</param>
    public EgressFinding For(string domain, DateTimeOffset now)
    {
        KnownEgress? chosen = null;
        var (highest, firstRested) = (0UL, default(DateTimeOffset?));
        foreach (var egress in All)
        {
            if (egress.IsGone(now))
                continue;
            if (egress.Standing.RestsUntil is { } until && now < until)
            {
                firstRested = until < firstRested ? until : firstRested ?? until;
                continue;
            }

            var hash = NameHash.Of(egress.Egress.Name, domain);
            if (chosen is null || hash > highest)
                (chosen, highest) = (egress, hash);
        }

        if (chosen is null)
            return new(null, firstRested);
        if (!chosen.IsAbsent(now))
            return new(chosen.Egress.Name, null);
        var away = now - chosen.SeenAt;
        var (again, gone) = (now + (away < LooksAgainWithin ? away : LooksAgainWithin), chosen.SeenAt + GoneAfter);
        return new(null, again < gone ? again : gone) { IsAway = true };
    }
}

/// <summary>An egress of some silo.</summary>
/// <param name="Egress">Who it is.</param>
/// <param name="SeenAt">When a silo last said that it has it.</param>
/// <param name="Standing">How providers receive it.</param>
public sealed record KnownEgress(Egress Egress, DateTimeOffset SeenAt, EgressStanding Standing)
{
    /// <summary>Makes one of this very silo: it is there as long as the silo runs.</summary>
    public static KnownEgress Here(Egress egress, EgressStanding? standing = null) => new(egress, DateTimeOffset.MaxValue, standing ?? EgressStanding.Well);

    /// <summary>Says whether nobody can ask from it now.</summary>
    public bool IsAbsent(DateTimeOffset now) => now - SeenAt >= EgressRoster.AbsentAfter;

    /// <summary>Says whether it has handed its domains on.</summary>
    public bool IsGone(DateTimeOffset now) => now - SeenAt >= EgressRoster.GoneAfter;
}

/// <summary>Who asks about a domain.</summary>
/// <param name="Egress">The name of the egress; null when none may ask now.</param>
/// <param name="NotBefore">Without one: when to look again; null when there is none at all.</param>
public readonly record struct EgressFinding(string? Egress, DateTimeOffset? NotBefore)
{
    /// <summary>Gets a value indicating whether the one that is to ask is away: a silo that starts again, say, which no mail server has anything to do with.</summary>
    public bool IsAway { get; init; }
}
