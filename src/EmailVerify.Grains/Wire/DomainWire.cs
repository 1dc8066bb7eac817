using EmailVerify.Core.Domains;
using EmailVerify.Core.Replies;
using EmailVerify.Grains.Domains;

namespace EmailVerify.Grains.Wire;

/// <summary>The shape of a <see cref="DomainAnswer"/> between silos; the route as the JSON that is stored. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("domain-answer-wire")]
internal readonly record struct DomainAnswerSurrogate(
    [property: Id(0)] string Route,
    [property: Id(1)] CatchAllState CatchAll,
    [property: Id(2)] DateTimeOffset? PausedUntil,
    [property: Id(3)] double CatchAllChance,
    [property: Id(4)] DecoyShape? OnlyShape,
    [property: Id(5)] bool GreylistsKnownOnly,
    [property: Id(6)] DecoyShape? Untried);

/// <summary>Takes answers of domains to their shape and back.</summary>
[RegisterConverter]
internal sealed class DomainAnswerConverter : IConverter<DomainAnswer, DomainAnswerSurrogate>
{
    public DomainAnswerSurrogate ConvertToSurrogate(in DomainAnswer value) =>
        new(RouteJson.Write(value.Route), value.CatchAll.State, value.PausedUntil, value.CatchAll.Chance, value.CatchAll.OnlyShape, value.GreylistsKnownOnly, value.CatchAll.Untried);

    // A kind of route that only a newer version knows tells this one nothing.
    public DomainAnswer ConvertFromSurrogate(in DomainAnswerSurrogate surrogate) =>
        new(
            RouteJson.Read(surrogate.Route) ?? new Route.Unresolved(DnsOutcome.Failure),
            CatchAllBeliefConverter.BeliefOf(surrogate.CatchAll, surrogate.CatchAllChance, surrogate.OnlyShape, surrogate.Untried),
            surrogate.PausedUntil)
        {
            GreylistsKnownOnly = surrogate.GreylistsKnownOnly,
        };
}

/// <summary>The shape of a <see cref="CatchAllBelief"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("catch-all-belief")]
internal readonly record struct CatchAllBeliefSurrogate([property: Id(0)] CatchAllState State, [property: Id(1)] double Chance, [property: Id(2)] DecoyShape? OnlyShape, [property: Id(3)] DecoyShape? Untried);

/// <summary>Takes beliefs to their shape and back.</summary>
[RegisterConverter]
internal sealed class CatchAllBeliefConverter : IConverter<CatchAllBelief, CatchAllBeliefSurrogate>
{
    public CatchAllBeliefSurrogate ConvertToSurrogate(in CatchAllBelief value) => new(value.State, value.Chance, value.OnlyShape, value.Untried);

    public CatchAllBelief ConvertFromSurrogate(in CatchAllBeliefSurrogate surrogate) => BeliefOf(surrogate.State, surrogate.Chance, surrogate.OnlyShape, surrogate.Untried);

    // No chance is ever zero: an older version told the state alone.
    internal static CatchAllBelief BeliefOf(CatchAllState state, double chance, DecoyShape? onlyShape, DecoyShape? untried) =>
        chance > 0 ? new CatchAllBelief(state, chance) { OnlyShape = onlyShape, Untried = untried } : CatchAllBelief.Of(state);
}

/// <summary>The shape of a <see cref="DecoyObservation"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("decoy-observation")]
internal readonly record struct DecoyObservationSurrogate([property: Id(0)] DecoyShape Shape, [property: Id(1)] ReplyMeaning Meaning);

/// <summary>Takes observations to their shape and back.</summary>
[RegisterConverter]
internal sealed class DecoyObservationConverter : IConverter<DecoyObservation, DecoyObservationSurrogate>
{
    public DecoyObservationSurrogate ConvertToSurrogate(in DecoyObservation value) => new(value.Shape, value.Meaning);

    public DecoyObservation ConvertFromSurrogate(in DecoyObservationSurrogate surrogate) => new(surrogate.Shape, surrogate.Meaning);
}
