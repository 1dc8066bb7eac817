using System.Collections.Immutable;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Batches;

/// <summary>What a customer asks of a batch.</summary>
public enum BatchCommand
{
    /// <summary>Ask nothing new.</summary>
    Pause,

    /// <summary>Go on.</summary>
    Resume,

    /// <summary>End it; results so far stay.</summary>
    Cancel,

    /// <summary>Ask about its unknowns once more, as a new round.</summary>
    Retry,
}

/// <summary>The laws of a batch's life. Pure.</summary>
public static class BatchLife
{
    /// <summary>Lists what may be asked of a batch in a state.</summary>
    public static ImmutableArray<BatchCommand> Allowed(BatchStatus status) => status switch
    {
        BatchStatus.Queued or BatchStatus.Running or BatchStatus.Paused => [BatchCommand.Pause, BatchCommand.Resume, BatchCommand.Cancel],
        BatchStatus.Completed => [BatchCommand.Retry],
        BatchStatus.Cancelled => [BatchCommand.Cancel, BatchCommand.Retry],
        BatchStatus.Failed => [BatchCommand.Cancel, BatchCommand.Retry],
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a status."),
    };

    /// <summary>Applies pause, resume or cancel. Repeating one is harmless.</summary>
    /// <param name="batch">As it is.</param>
    /// <param name="command">No retry: see <see cref="Retry"/>.</param>
    /// <param name="reason">Why, of a pause.</param>
    /// <param name="now">The time.</param>
    /// <returns>The batch as it will be; the same one where nothing changes.</returns>
    /// <exception cref="ArgumentException">The command is not <see cref="Allowed"/>.</exception>
    public static Batch Apply(Batch batch, BatchCommand command, string? reason, DateTimeOffset now)
    {
        if (command is BatchCommand.Retry || !Allowed(batch.Status).Contains(command))
            throw new ArgumentException($"A batch that is {Words.Of(batch.Status)} knows no {Words.Of(command)}.", nameof(command));
        return command switch
        {
            BatchCommand.Pause when batch is { Status: BatchStatus.Paused, Pause.By: not BatchPauser.System } => batch,
            BatchCommand.Pause => batch with { Status = BatchStatus.Paused, Pause = new BatchPause(BatchPauser.Customer, reason) },
            BatchCommand.Resume when batch.Status is not BatchStatus.Paused => batch,
            BatchCommand.Resume => batch with { Status = batch.StartedAt is null ? BatchStatus.Queued : BatchStatus.Running, Pause = null },
            BatchCommand.Cancel when batch.Status is BatchStatus.Cancelled => batch,
            _ => batch with { Status = BatchStatus.Cancelled, Pause = null, FinishedAt = now },
        };
    }

    /// <summary>Begins a new round: the unknowns are no longer done, and what was never asked is.</summary>
    /// <param name="batch">As it is; it has ended.</param>
    /// <param name="reasons">Which unknowns; empty takes all.</param>
    /// <param name="unknownLeft">How many unknown rows are not asked about once more, repeated ones included.</param>
    /// <exception cref="ArgumentException">A retry is not <see cref="Allowed"/>.</exception>
    public static Batch Retry(Batch batch, ImmutableArray<VerdictReason> reasons, long unknownLeft)
    {
        if (!Allowed(batch.Status).Contains(BatchCommand.Retry))
            throw new ArgumentException($"A batch that is {Words.Of(batch.Status)} knows no retry.", nameof(batch));
        var counts = batch.Counts;
        return batch with
        {
            Status = BatchStatus.Running,
            Pause = null,
            FinishedAt = null,
            Round = batch.Round + 1,
            RetriedReasons = reasons,
            Counts = counts with { Done = counts.Deliverable + counts.Undeliverable + counts.Risky + unknownLeft, Unknown = unknownLeft },
        };
    }

    /// <summary>Pauses a batch that cannot go on, or lets it go on.</summary>
    /// <param name="batch">As it is.</param>
    /// <param name="stall">Why it cannot, a stable word; null when it can.</param>
    public static Batch Stall(Batch batch, string? stall) => (batch, stall) switch
    {
        ({ Status: BatchStatus.Paused, Pause.By: BatchPauser.System }, null) => batch with { Status = batch.StartedAt is null ? BatchStatus.Queued : BatchStatus.Running, Pause = null },
        ({ Status: BatchStatus.Queued or BatchStatus.Running }, { } reason) => batch with { Status = BatchStatus.Paused, Pause = new BatchPause(BatchPauser.System, reason) },
        _ => batch,
    };

    /// <summary>Ends a batch whose last rows cannot be worked on, by a defect of ours: rows and results are kept, and a retry goes on.</summary>
    public static Batch Fail(Batch batch, DateTimeOffset now) => batch.HasEnded ? batch : batch with { Status = BatchStatus.Failed, Pause = null, FinishedAt = now };

    /// <summary>Cancels a batch whose rows and results are to be removed; what names people goes at once.</summary>
    public static Batch Erase(Batch batch, DateTimeOffset now) => batch.ErasedAt is not null ? batch : batch with
    {
        Status = batch.HasEnded ? batch.Status : BatchStatus.Cancelled,
        Pause = null,
        FinishedAt = batch.FinishedAt ?? now,
        ErasedAt = now,
        Name = null,
        Tag = null,
        Columns = [],
        Column = null,
    };

    /// <summary>Says whether a row's result counts in the present round, or is asked for once more.</summary>
    public static bool IsFinal(Batch batch, VerdictStatus status, VerdictReason reason, int round) =>
        round >= batch.Round || status is not VerdictStatus.Unknown || !(batch.RetriedReasons.IsEmpty || batch.RetriedReasons.Contains(reason));

    /// <summary>Ends a batch whose rows are all done, or says that it has begun.</summary>
    public static Batch Advance(Batch batch, DateTimeOffset now) => batch switch
    {
        { HasEnded: true } => batch,
        { Counts: var counts } when counts.Done == counts.Total =>
            batch with { Status = BatchStatus.Completed, Pause = null, StartedAt = batch.StartedAt ?? now, FinishedAt = now },
        { Status: BatchStatus.Queued } => batch with { Status = BatchStatus.Running, StartedAt = batch.StartedAt ?? now },
        _ => batch,
    };
}
