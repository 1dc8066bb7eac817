using System.Collections.Immutable;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Lanes;

/// <summary>What must outlive an activation about one provider or host: so that a restart is not taken for a fresh start.</summary>
/// <param name="Name">The provider or host.</param>
/// <param name="Rate">RCPTs a second.</param>
/// <param name="Blocks">How many blocks in a row.</param>
/// <param name="ClosedUntil">Until when nothing is asked, or null.</param>
/// <param name="ClosedBy">Why.</param>
/// <param name="OpenSessions">How many sessions were open.</param>
public sealed record RegimeRecord(string Name, double Rate, int Blocks, DateTimeOffset? ClosedUntil, Obstacle ClosedBy, int OpenSessions)
{
    /// <summary>Gets the steps of the last minute's sessions, as <see cref="SessionMinute.Tell"/> says: an heir's minute begins with them.</summary>
    public ImmutableArray<DateTimeOffset> SessionSteps { get; init; } = [];

    /// <summary>Gets it as it is when the minute is over, or null where it says nothing more.</summary>
    public RegimeRecord? AfterTheMinute(ProviderPolicy policy) =>
        SessionSteps.IsEmpty ? this : Blocks > 0 || OpenSessions > 0 || ClosedUntil is not null || Rate < policy.CautiousRate ? this with { SessionSteps = [] } : null;

    /// <summary>Gets when the block was that it still rests after, or null.</summary>
    public DateTimeOffset? BlockedAt(ProviderPolicy policy) => ClosedBy is Obstacle.Block && Blocks > 0 ? ClosedUntil - Regime.RestAfter(Blocks, policy) : null;
}
