using System.Collections.Immutable;
using EmailVerify.Core.Lanes;

namespace EmailVerify.Grains.Wire;

/// <summary>The shape of a <see cref="LaneStanding"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("lane-standing")]
internal readonly record struct LaneStandingSurrogate(
    [property: Id(0)] int Sessions,
    [property: Id(1)] ImmutableArray<ProviderStandingSurrogate> Providers,
    [property: Id(2)] int LeftOut,
    [property: Id(3)] ImmutableArray<LaneReplySurrogate> LastReplies,
    [property: Id(4)] int WaitingInPerson,
    [property: Id(5)] int WaitingOfBatches,
    [property: Id(6)] long Accepted,
    [property: Id(7)] long Refused,
    [property: Id(8)] long Blocked);

/// <summary>The shape of a <see cref="ProviderStanding"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("provider-standing")]
internal readonly record struct ProviderStandingSurrogate(
    [property: Id(0)] string Provider,
    [property: Id(1)] double Rate,
    [property: Id(2)] double LowestRate,
    [property: Id(3)] double HighestRate,
    [property: Id(4)] int Sessions,
    [property: Id(5)] int? MostSessions,
    [property: Id(6)] Circuit Circuit,
    [property: Id(7)] DateTimeOffset? Until,
    [property: Id(8)] Obstacle Why,
    [property: Id(9)] double RefusedRatio,
    [property: Id(10)] double? RefusedRatioCap,
    [property: Id(11)] int WaitingInPerson,
    [property: Id(12)] int WaitingOfBatches)
{
    public static ProviderStandingSurrogate Of(ProviderStanding one) => new(
        one.Provider,
        one.Regime.Rate,
        one.Regime.LowestRate,
        one.Regime.HighestRate,
        one.Regime.Sessions,
        one.Regime.MostSessions,
        one.Regime.Circuit,
        one.Regime.Until,
        one.Regime.Why,
        one.Regime.RefusedRatio,
        one.Regime.RefusedRatioCap,
        one.WaitingInPerson,
        one.WaitingOfBatches);

    public ProviderStanding ToStanding() => new(
        Provider,
        new RegimeStanding(Rate, LowestRate, HighestRate, Sessions, MostSessions, Circuit, Until, Why, RefusedRatio, RefusedRatioCap),
        WaitingInPerson,
        WaitingOfBatches);
}

/// <summary>The shape of a <see cref="LaneReply"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("lane-reply")]
internal readonly record struct LaneReplySurrogate(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] string Provider,
    [property: Id(2)] string? Exchanger,
    [property: Id(3)] int? Code,
    [property: Id(4)] string? Enhanced,
    [property: Id(5)] string? Text,
    [property: Id(6)] string Meaning);

/// <summary>Takes standings of lanes to their shape and back.</summary>
[RegisterConverter]
internal sealed class LaneStandingConverter : IConverter<LaneStanding, LaneStandingSurrogate>
{
    public LaneStandingSurrogate ConvertToSurrogate(in LaneStanding value) => new(
        value.Sessions,
        [.. value.Providers.Select(ProviderStandingSurrogate.Of)],
        value.LeftOut,
        [.. value.LastReplies.Select(one => new LaneReplySurrogate(one.At, one.Provider, one.Exchanger, one.Code, one.Enhanced, one.Text, one.Meaning))],
        value.WaitingInPerson,
        value.WaitingOfBatches,
        value.Told.Accepted,
        value.Told.Refused,
        value.Told.Blocked);

    public LaneStanding ConvertFromSurrogate(in LaneStandingSurrogate surrogate) => new(
        surrogate.Sessions,
        [.. surrogate.Providers.Select(one => one.ToStanding())],
        surrogate.LeftOut,
        [.. surrogate.LastReplies.Select(one => new LaneReply(one.At, one.Provider, one.Exchanger, one.Code, one.Enhanced, one.Text, one.Meaning))])
    {
        WaitingInPerson = surrogate.WaitingInPerson,
        WaitingOfBatches = surrogate.WaitingOfBatches,
        Told = new LaneCounts(surrogate.Accepted, surrogate.Refused, surrogate.Blocked),
    };
}
