using System.Collections.Immutable;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Batches;

namespace EmailVerify.Grains.Wire;

/// <summary>The shape of a <see cref="Batch"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("batch-record")]
internal readonly record struct BatchSurrogate(
    [property: Id(0)] string Id,
    [property: Id(1)] string CustomerId,
    [property: Id(2)] string? Name,
    [property: Id(3)] string? Tag,
    [property: Id(4)] BatchStatus Status,
    [property: Id(5)] BatchPauser? PausedBy,
    [property: Id(6)] string? PauseReason,
    [property: Id(7)] int Round,
    [property: Id(8)] ImmutableArray<VerdictReason> RetriedReasons,
    [property: Id(9)] BatchPriority Priority,
    [property: Id(10)] TimeSpan? MaxAge,
    [property: Id(11)] bool DropsDuplicates,
    [property: Id(12)] RowShape Shape,
    [property: Id(13)] ImmutableArray<string> Columns,
    [property: Id(14)] string? Column,
    [property: Id(15)] ImmutableArray<long> Counts,
    [property: Id(16)] long Revision,
    [property: Id(17)] DateTimeOffset CreatedAt,
    [property: Id(18)] DateTimeOffset? StartedAt,
    [property: Id(19)] DateTimeOffset? FinishedAt,
    [property: Id(20)] DateTimeOffset ExpiresAt,
    [property: Id(21)] DateTimeOffset? ErasedAt,
    [property: Id(22)] char? Delimiter)
{
    public static BatchSurrogate Of(Batch batch) => new(
        batch.Id,
        batch.CustomerId,
        batch.Name,
        batch.Tag,
        batch.Status,
        batch.Pause?.By,
        batch.Pause?.Reason,
        batch.Round,
        batch.RetriedReasons,
        batch.Priority,
        batch.MaxAge,
        batch.DropsDuplicates,
        batch.Shape,
        batch.Columns,
        batch.Column,
        [
            batch.Counts.Total, batch.Counts.Done, batch.Counts.Deliverable, batch.Counts.Undeliverable, batch.Counts.Risky, batch.Counts.Unknown,
            batch.Counts.Unique, batch.Counts.Duplicates, batch.Counts.WithoutAddress, batch.Counts.Retrying,
        ],
        batch.Revision,
        batch.CreatedAt,
        batch.StartedAt,
        batch.FinishedAt,
        batch.ExpiresAt,
        batch.ErasedAt,
        batch.Delimiter);

    public Batch ToBatch() => new()
    {
        Id = Id,
        CustomerId = CustomerId,
        Name = Name,
        Tag = Tag,
        Status = Status,
        Pause = PausedBy is { } by ? new BatchPause(by, PauseReason) : null,
        Round = Round,
        RetriedReasons = RetriedReasons,
        Priority = Priority,
        MaxAge = MaxAge,
        DropsDuplicates = DropsDuplicates,
        Shape = Shape,
        Columns = Columns,
        Column = Column,
        Delimiter = Delimiter,
        Counts = new BatchCounts(Counts[0], Counts[1], Counts[2], Counts[3], Counts[4], Counts[5], Counts[6], Counts[7], Counts[8], Counts[9]),
        Revision = Revision,
        CreatedAt = CreatedAt,
        StartedAt = StartedAt,
        FinishedAt = FinishedAt,
        ExpiresAt = ExpiresAt,
        ErasedAt = ErasedAt,
    };
}

/// <summary>The shape of a <see cref="BatchView"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("batch-view")]
internal readonly record struct BatchViewSurrogate(
    [property: Id(0)] BatchSurrogate Batch, [property: Id(1)] DateTimeOffset? EtaAt, [property: Id(2)] double RatePerSecond, [property: Id(3)] string? LimitedBy);

/// <summary>The shape of a <see cref="BatchSteering"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("batch-steering")]
internal readonly record struct BatchSteeringSurrogate([property: Id(0)] BatchSurrogate Batch, [property: Id(1)] bool IsAllowed);

/// <summary>Takes views of batches to their shape and back.</summary>
[RegisterConverter]
internal sealed class BatchViewConverter : IConverter<BatchView, BatchViewSurrogate>
{
    public BatchViewSurrogate ConvertToSurrogate(in BatchView value) => new(BatchSurrogate.Of(value.Batch), value.EtaAt, value.RatePerSecond, value.LimitedBy);

    public BatchView ConvertFromSurrogate(in BatchViewSurrogate surrogate) =>
        new(surrogate.Batch.ToBatch()) { EtaAt = surrogate.EtaAt, RatePerSecond = surrogate.RatePerSecond, LimitedBy = surrogate.LimitedBy };
}

/// <summary>Takes what became of a command to its shape and back.</summary>
[RegisterConverter]
internal sealed class BatchSteeringConverter : IConverter<BatchSteering, BatchSteeringSurrogate>
{
    public BatchSteeringSurrogate ConvertToSurrogate(in BatchSteering value) => new(BatchSurrogate.Of(value.Batch), value.IsAllowed);

    public BatchSteering ConvertFromSurrogate(in BatchSteeringSurrogate surrogate) => new(surrogate.Batch.ToBatch(), surrogate.IsAllowed);
}
