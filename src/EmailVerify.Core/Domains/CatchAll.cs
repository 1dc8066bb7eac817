namespace EmailVerify.Core.Domains;

/// <summary>What decoys have shown about a domain.</summary>
public enum CatchAllState
{
    /// <summary>No usable answer to a decoy yet.</summary>
    Unknown,

    /// <summary>Decoys are refused as no such mailbox: a 2xx says that the mailbox exists.</summary>
    RefusesDecoys,

    /// <summary>Decoys are accepted: a 2xx says nothing.</summary>
    AcceptsDecoys,

    /// <summary>Decoys of different shapes were answered both ways.</summary>
    AnswersBothWays,
}

/// <summary>A domain's catch-all state and until when it is believed.</summary>
/// <param name="State">The state.</param>
/// <param name="ObservedAt">When a decoy was last answered usably.</param>
/// <param name="FreshUntil">When it decays to unknown.</param>
/// <param name="Samples">How many usable answers stand behind it.</param>
public sealed record CatchAllFinding(CatchAllState State, DateTimeOffset ObservedAt, DateTimeOffset FreshUntil, int Samples)
{
    /// <summary>How long a finding is believed: a week (<c>smtp.md</c> 3.6 advises 7 to 30 days; the short end, since a wrong "refuses decoys" makes a verdict wrong).</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromDays(7);

    /// <summary>Nothing is known.</summary>
    public static readonly CatchAllFinding None = new(CatchAllState.Unknown, DateTimeOffset.MinValue, DateTimeOffset.MinValue, 0);

    /// <summary>Gets the state that holds at an instant.</summary>
    public CatchAllState At(DateTimeOffset now) => now < FreshUntil ? State : CatchAllState.Unknown;
}

/// <summary>All that is remembered of a domain between probes.</summary>
/// <param name="Domain">The ASCII domain in lower case.</param>
/// <param name="Route">Where its mail goes, or null when never asked.</param>
/// <param name="CatchAll">What decoys have shown.</param>
/// <param name="PausedUntil">Until when its own answers asked us to stay away, or null.</param>
public sealed record DomainRecord(string Domain, RouteFinding? Route, CatchAllFinding CatchAll, DateTimeOffset? PausedUntil);

/// <summary>The table <c>domains</c>.</summary>
public interface IDomainStore
{
    /// <summary>Reads what is remembered of a domain, or null.</summary>
    ValueTask<DomainRecord?> FindAsync(string domain, CancellationToken cancellationToken);

    /// <summary>Replaces what is remembered of a domain. Durable when the task ends.</summary>
    Task SaveAsync(DomainRecord record);
}
