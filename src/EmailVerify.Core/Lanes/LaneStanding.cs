using System.Collections.Immutable;

namespace EmailVerify.Core.Lanes;

/// <summary>How a lane stands at an instant, for people.</summary>
/// <param name="Sessions">How many sessions are open.</param>
/// <param name="Providers">Its providers: all of one that data name; of the small hosts those with something to tell, the most notable first.</param>
/// <param name="LeftOut">How many hosts are remembered beside these.</param>
/// <param name="LastReplies">What was said last, newest first.</param>
public sealed record LaneStanding(int Sessions, ImmutableArray<ProviderStanding> Providers, int LeftOut, ImmutableArray<LaneReply> LastReplies)
{
    /// <summary>The most small hosts that are told of.</summary>
    public const int MaxProviders = 50;

    /// <summary>Gets how many questions wait for which somebody waits in person, in all.</summary>
    public int WaitingInPerson { get; init; }

    /// <summary>Gets how many questions of batches wait, in all.</summary>
    public int WaitingOfBatches { get; init; }

    /// <summary>Gets what it was told since it began.</summary>
    public LaneCounts Told { get; init; }
}

/// <summary>What a lane was told since it began.</summary>
/// <param name="Accepted">How many recipients were taken.</param>
/// <param name="Refused">How many were refused for their own sake.</param>
/// <param name="Blocked">How often we were refused for who we are.</param>
public readonly record struct LaneCounts(long Accepted, long Refused, long Blocked);

/// <summary>How we stand with one provider, or one small host, from one egress.</summary>
/// <param name="Provider">The provider, or the host's organisational domain.</param>
/// <param name="Regime">What may be done.</param>
/// <param name="WaitingInPerson">How many questions wait for which somebody waits in person.</param>
/// <param name="WaitingOfBatches">How many questions of batches wait.</param>
public sealed record ProviderStanding(string Provider, RegimeStanding Regime, int WaitingInPerson, int WaitingOfBatches)
{
    /// <summary>Gets a value indicating whether there is something to tell: it is asked, or would be and may not.</summary>
    public bool IsNotable => WaitingInPerson + WaitingOfBatches + Regime.Sessions > 0 || Regime.Circuit is not Circuit.Closed;
}

/// <summary>What may be done toward a provider from an egress.</summary>
/// <param name="Rate">RCPTs a second now.</param>
/// <param name="LowestRate">To what the rate may fall.</param>
/// <param name="HighestRate">To what it may climb.</param>
/// <param name="Sessions">How many sessions are open.</param>
/// <param name="MostSessions">How many may be open now; null without limits.</param>
/// <param name="Circuit">Whether anything may be asked.</param>
/// <param name="Until">Until when nothing may be asked, or null.</param>
/// <param name="Why">What stands in the way; none while the circuit is closed.</param>
/// <param name="RefusedRatio">The share of refused recipients among the last hundred or so, 0 to 1; 0 while too few were answered.</param>
/// <param name="RefusedRatioCap">The share above which batches go slower, or null.</param>
public readonly record struct RegimeStanding(
    double Rate,
    double LowestRate,
    double HighestRate,
    int Sessions,
    int? MostSessions,
    Circuit Circuit,
    DateTimeOffset? Until,
    Obstacle Why,
    double RefusedRatio,
    double? RefusedRatioCap);

/// <summary>Whether anything may be asked.</summary>
public enum Circuit
{
    /// <summary>It may.</summary>
    Closed,

    /// <summary>Nothing may: we were blocked, or told to slow down.</summary>
    Open,

    /// <summary>After a block one session tries.</summary>
    HalfOpen,
}

/// <summary>A reply as a lane remembers it: masked as evidence is, so that no address is in it.</summary>
/// <param name="At">When it came.</param>
/// <param name="Provider">By whom, as <see cref="ProviderStanding.Provider"/>.</param>
/// <param name="Exchanger">The host, or null where none could be connected to.</param>
/// <param name="Code">The basic code; null where there was no reply.</param>
/// <param name="Enhanced">The enhanced code, or null.</param>
/// <param name="Text">The masked text; null where there was no reply.</param>
/// <param name="Meaning">The word of its meaning, or of why there was none.</param>
public sealed record LaneReply(DateTimeOffset At, string Provider, string? Exchanger, int? Code, string? Enhanced, string? Text, string Meaning);
