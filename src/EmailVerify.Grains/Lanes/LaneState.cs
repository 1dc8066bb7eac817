using System.Collections.Immutable;
using EmailVerify.Core.Lanes;

namespace EmailVerify.Grains.Lanes;

/// <summary>What a lane leaves to its heir.</summary>
[GenerateSerializer, Alias("lane-state")]
public sealed class LaneState
{
    /// <summary>Gets or sets how many activations there have been; raised before the first dial of each.</summary>
    [Id(0)]
    public long Epoch { get; set; }

    /// <summary>Gets or sets the regimes that are not as fresh.</summary>
    [Id(1)]
    public ImmutableArray<RegimeState> Regimes { get; set; } = [];
}

/// <summary>The stored form of a <see cref="RegimeRecord"/>. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("regime-state")]
public readonly record struct RegimeState(
    [property: Id(0)] string Name,
    [property: Id(1)] double Rate,
    [property: Id(2)] int Blocks,
    [property: Id(3)] DateTimeOffset? ClosedUntil,
    [property: Id(4)] bool HadSessions,
    [property: Id(5)] Obstacle ClosedBy,
    [property: Id(6)] ImmutableArray<DateTimeOffset> SessionSteps)
{
    /// <summary>Stores a record: the rate in steps of a tenth, sessions as yes or no, so that only a change that matters is one.</summary>
    public static RegimeState Of(RegimeRecord record) => new(
        record.Name,
        Math.Round(record.Rate, record.Rate < 1 ? 3 : 1),
        record.Blocks,
        record.ClosedUntil,
        record.OpenSessions > 0,
        record.ClosedBy,
        record.SessionSteps);

    /// <summary>Gets the record.</summary>
    public RegimeRecord ToRecord() => new(Name, Rate, Blocks, ClosedUntil, ClosedBy, HadSessions ? 1 : 0) { SessionSteps = StepsOf(this) };

    /// <summary>Says whether another is the same, by what it holds.</summary>
    public bool Equals(RegimeState other) =>
        (Name, Rate, Blocks, ClosedUntil, HadSessions, ClosedBy) == (other.Name, other.Rate, other.Blocks, other.ClosedUntil, other.HadSessions, other.ClosedBy)
        && StepsOf(this).SequenceEqual(StepsOf(other));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Rate, Blocks, ClosedUntil, HadSessions, ClosedBy);

    // A silo of the version before wrote none.
    private static ImmutableArray<DateTimeOffset> StepsOf(RegimeState state) => state.SessionSteps.IsDefault ? [] : state.SessionSteps;
}
