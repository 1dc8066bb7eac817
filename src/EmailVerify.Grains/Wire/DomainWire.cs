using EmailVerify.Core.Domains;
using EmailVerify.Core.Replies;
using EmailVerify.Grains.Domains;

namespace EmailVerify.Grains.Wire;

/// <summary>The shape of a <see cref="DomainAnswer"/> between silos; the route as the JSON that is stored. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("domain-answer-wire")]
internal readonly record struct DomainAnswerSurrogate(
    [property: Id(0)] string Route, [property: Id(1)] CatchAllState CatchAll, [property: Id(2)] DateTimeOffset? PausedUntil);

/// <summary>Takes answers of domains to their shape and back.</summary>
[RegisterConverter]
internal sealed class DomainAnswerConverter : IConverter<DomainAnswer, DomainAnswerSurrogate>
{
    public DomainAnswerSurrogate ConvertToSurrogate(in DomainAnswer value) => new(RouteJson.Write(value.Route), value.CatchAll, value.PausedUntil);

    // A kind of route that only a newer version knows tells this one nothing.
    public DomainAnswer ConvertFromSurrogate(in DomainAnswerSurrogate surrogate) =>
        new(RouteJson.Read(surrogate.Route) ?? new Route.Unresolved(DnsOutcome.Failure), surrogate.CatchAll, surrogate.PausedUntil);
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
