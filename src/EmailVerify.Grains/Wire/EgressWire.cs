using System.Collections.Immutable;
using System.Net;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;

namespace EmailVerify.Grains.Wire;

/// <summary>The shape of an <see cref="Egress"/> between silos: who it is to others. How it is reached is its own silo's affair. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("egress")]
internal readonly record struct EgressSurrogate(
    [property: Id(0)] string Name,
    [property: Id(1)] IPAddress? Address,
    [property: Id(2)] string HeloName,
    [property: Id(3)] string MailFrom);

/// <summary>Takes egresses to their shape and back.</summary>
[RegisterConverter]
internal sealed class EgressConverter : IConverter<Egress, EgressSurrogate>
{
    public EgressSurrogate ConvertToSurrogate(in Egress value) => new(value.Name, value.Address, value.HeloName, value.MailFrom);

    public Egress ConvertFromSurrogate(in EgressSurrogate surrogate) => new(surrogate.Name, surrogate.Address, surrogate.HeloName, surrogate.MailFrom);
}

/// <summary>The shape of an <see cref="EgressRoster"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("known-egresses")]
internal readonly record struct EgressRosterSurrogate([property: Id(0)] ImmutableArray<KnownEgressSurrogate> All, [property: Id(1)] long Revision);

/// <summary>The shape of a <see cref="KnownEgress"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("known-egress")]
internal readonly record struct KnownEgressSurrogate(
    [property: Id(0)] Egress Egress,
    [property: Id(1)] DateTimeOffset SeenAt,
    [property: Id(2)] DateTimeOffset? RestsUntil,
    [property: Id(3)] ImmutableArray<string> BlockedBy,
    [property: Id(4)] string? LastBlockProvider,
    [property: Id(5)] DateTimeOffset LastBlockAt)
{
    public static KnownEgressSurrogate Of(KnownEgress one) =>
        new(one.Egress, one.SeenAt, one.Standing.RestsUntil, one.Standing.BlockedBy, one.Standing.LastBlock?.Provider, one.Standing.LastBlock?.At ?? default);

    public KnownEgress ToEgress() => new(Egress, SeenAt, new EgressStanding(RestsUntil, BlockedBy, LastBlockProvider is { } provider ? (provider, LastBlockAt) : null));
}

/// <summary>Takes rosters to their shape and back.</summary>
[RegisterConverter]
internal sealed class EgressRosterConverter : IConverter<EgressRoster, EgressRosterSurrogate>
{
    public EgressRosterSurrogate ConvertToSurrogate(in EgressRoster value) => new([.. value.All.Select(KnownEgressSurrogate.Of)], value.Revision);

    public EgressRoster ConvertFromSurrogate(in EgressRosterSurrogate surrogate) => new([.. surrogate.All.Select(egress => egress.ToEgress())], surrogate.Revision);
}
