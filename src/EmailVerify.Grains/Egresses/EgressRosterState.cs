using System.Collections.Immutable;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;

namespace EmailVerify.Grains.Egresses;

/// <summary>What the roster leaves to its heir.</summary>
[GenerateSerializer, Alias("egress-roster-state")]
public sealed class EgressRosterState
{
    /// <summary>Gets or sets the egresses that were seen within the last half hour before the state was written.</summary>
    [Id(0)]
    public ImmutableArray<SeenEgress> Seen { get; set; } = [];

    /// <summary>Gets or sets how providers have received them.</summary>
    [Id(1)]
    public ImmutableArray<HealthState> Health { get; set; } = [];
}

/// <summary>When an egress was seen. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("seen-egress")]
public readonly record struct SeenEgress([property: Id(0)] Egress Egress, [property: Id(1)] DateTimeOffset At);

/// <summary>The stored form of an <see cref="EgressHealthRecord"/>. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("egress-health")]
public readonly record struct HealthState(
    [property: Id(0)] string Egress,
    [property: Id(1)] string? OtherProvider,
    [property: Id(2)] DateTimeOffset? OtherAt,
    [property: Id(3)] DateTimeOffset RestsUntil,
    [property: Id(4)] ImmutableArray<string> BlockedBy,
    [property: Id(5)] int Rests)
{
    /// <summary>Stores a record.</summary>
    public static HealthState Of(EgressHealthRecord record) => new(record.Egress, record.OtherProvider, record.OtherAt, record.RestsUntil, record.BlockedBy, record.Rests);

    /// <summary>Gets the record.</summary>
    public EgressHealthRecord ToRecord() => new(Egress, OtherProvider, OtherAt, RestsUntil, BlockedBy, Rests);
}
