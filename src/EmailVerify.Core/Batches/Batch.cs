using System.Collections.Immutable;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Batches;

/// <summary>A bulk job: a file of addresses, each of which gets exactly one result.</summary>
public sealed record Batch
{
    /// <summary>Gets its id, <c>bat_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Gets whose it is.</summary>
    public required string CustomerId { get; init; }

    /// <summary>Gets its name for people, at most 256 characters, or null.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the customer's own mark, at most 256 characters, or null.</summary>
    public string? Tag { get; init; }

    /// <summary>Gets how it stands.</summary>
    public BatchStatus Status { get; init; }

    /// <summary>Gets why it is paused; null when it is not.</summary>
    public BatchPause? Pause { get; init; }

    /// <summary>Gets which round it is in, from 1: each retry of its unknowns begins one.</summary>
    public int Round { get; init; } = 1;

    /// <summary>Gets the reasons that this round asks about once more; empty means each unknown.</summary>
    public ImmutableArray<VerdictReason> RetriedReasons { get; init; } = [];

    /// <summary>Gets its rank among batches.</summary>
    public BatchPriority Priority { get; init; } = BatchPriority.Normal;

    /// <summary>Gets how old a verdict may be that answers a row; null takes any that is fresh, zero asks each address anew.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Gets a value indicating whether rows that repeat an address leave results and total.</summary>
    public bool DropsDuplicates { get; init; }

    /// <summary>Gets what its rows are made of.</summary>
    public RowShape Shape { get; init; }

    /// <summary>Gets the names of its columns in their order; empty where rows are JSON values.</summary>
    public ImmutableArray<string> Columns { get; init; } = [];

    /// <summary>Gets the column of the addresses, or null where rows are texts.</summary>
    public string? Column { get; init; }

    /// <summary>Gets what stands between the cells of its file, as results are to have it too; null where a line is a cell, and where rows are JSON values.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Gets its counts.</summary>
    public BatchCounts Counts { get; init; }

    /// <summary>Gets how often anything of it has changed. Rises with each commit that changes what is seen of it, over restarts too.</summary>
    public long Revision { get; init; }

    /// <summary>Gets when it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when work on it began, or null.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when it ended, or null.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Gets when its rows and results are removed.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Gets when its rows and results were removed, or null.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>Gets a value indicating whether nothing more is done about it unless somebody asks for a retry.</summary>
    public bool HasEnded => Status is BatchStatus.Completed or BatchStatus.Cancelled or BatchStatus.Failed;

    /// <summary>Gets its id.</summary>
    public override string ToString() => Id;
}

/// <summary>How a batch stands: <c>queued → running ⇄ paused → completed</c>, any of them → <c>cancelled</c>, <c>failed</c>.</summary>
public enum BatchStatus
{
    /// <summary>Accepted; work has not begun.</summary>
    Queued,

    /// <summary>Being worked on.</summary>
    Running,

    /// <summary>Nothing new is asked; see <see cref="Batch.Pause"/>.</summary>
    Paused,

    /// <summary>Each row has its result.</summary>
    Completed,

    /// <summary>Its customer ended it; results so far stay.</summary>
    Cancelled,

    /// <summary>A defect of ours ended it; rows are kept, and a retry goes on.</summary>
    Failed,
}

/// <summary>The rank of a batch among those of an installation: which goes on first after a start.</summary>
public enum BatchPriority
{
    /// <summary>After others.</summary>
    Low,

    /// <summary>The default.</summary>
    Normal,

    /// <summary>Before others.</summary>
    High,
}

/// <summary>What the rows of a batch are made of.</summary>
public enum RowShape
{
    /// <summary>Cells under <see cref="Batch.Columns"/>.</summary>
    Cells,

    /// <summary>JSON values: a text or an object each.</summary>
    Json,
}

/// <summary>Why a batch is paused.</summary>
/// <param name="By">Who did it.</param>
/// <param name="Reason">Why: a stable word when it was the system (<c>no_egress</c>, <c>resolver_unavailable</c>, <c>storage_full</c>), else what the customer gave, at most 256 characters, or null.</param>
public sealed record BatchPause(BatchPauser By, string? Reason);

/// <summary>Who paused a batch.</summary>
public enum BatchPauser
{
    /// <summary>Its customer.</summary>
    Customer,

    /// <summary>Who runs the installation.</summary>
    Operator,

    /// <summary>The system, since nothing could go on; it goes on by itself when it can.</summary>
    System,
}

/// <summary>The counts of a batch. <c>Done = Deliverable + Undeliverable + Risky + Unknown</c>.</summary>
/// <param name="Total">Rows, final at the 202.</param>
/// <param name="Done">Rows with a result of the present round.</param>
/// <param name="Deliverable">Of these.</param>
/// <param name="Undeliverable">Of these.</param>
/// <param name="Risky">Of these.</param>
/// <param name="Unknown">Of these.</param>
/// <param name="Unique">Rows that repeat no earlier one.</param>
/// <param name="Duplicates">Rows that do.</param>
/// <param name="WithoutAddress">Rows whose address is empty.</param>
/// <param name="Retrying">Rows that were put off and are asked again later; repeated ones are not counted.</param>
public readonly record struct BatchCounts(
    long Total, long Done, long Deliverable, long Undeliverable, long Risky, long Unknown, long Unique, long Duplicates, long WithoutAddress, long Retrying)
{
    /// <summary>Counts rows that are done.</summary>
    /// <param name="status">With which status.</param>
    /// <param name="rows">How many.</param>
    public BatchCounts With(VerdictStatus status, long rows)
    {
        var counts = this with { Done = Done + rows };
        return status switch
        {
            VerdictStatus.Deliverable => counts with { Deliverable = Deliverable + rows },
            VerdictStatus.Undeliverable => counts with { Undeliverable = Undeliverable + rows },
            VerdictStatus.Risky => counts with { Risky = Risky + rows },
            VerdictStatus.Unknown => counts with { Unknown = Unknown + rows },
            _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a status."),
        };
    }
}
