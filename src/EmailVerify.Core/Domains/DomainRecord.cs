using System.Collections.Immutable;

namespace EmailVerify.Core.Domains;

/// <summary>All that is remembered of a domain between probes.</summary>
/// <param name="Domain">The ASCII domain in lower case.</param>
/// <param name="Route">Where its mail goes, or null when never asked.</param>
/// <param name="CatchAll">What decoys have shown.</param>
/// <param name="PausedUntil">Until when its own answers asked us to stay away, or null.</param>
public sealed record DomainRecord(string Domain, RouteFinding? Route, CatchAllFinding CatchAll, DateTimeOffset? PausedUntil)
{
    /// <summary>Gets what is known of how it puts strangers off.</summary>
    public StrangerFinding Strangers { get; init; } = StrangerFinding.None;
}

/// <summary>The table <c>domains</c>.</summary>
public interface IDomainStore
{
    /// <summary>Reads what is remembered of a domain, or null.</summary>
    ValueTask<DomainRecord?> FindAsync(string domain, CancellationToken cancellationToken);

    /// <summary>Reads what is remembered of some domains; those of which nothing is are left out. One look for a chunk of a batch.</summary>
    ValueTask<ImmutableArray<DomainRecord>> FindManyAsync(ImmutableArray<string> domains, CancellationToken cancellationToken);

    /// <summary>Replaces what is remembered of a domain. Durable when the task ends.</summary>
    Task SaveAsync(DomainRecord record);
}
