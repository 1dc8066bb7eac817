using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Exports;

/// <summary>A file of a customer's data, made in the background: what there was when it was asked for, newest first.</summary>
public sealed record Export
{
    /// <summary>How many exports of a customer may be queued or running: 3.</summary>
    public const int MaxUnfinished = 3;

    /// <summary>How many exports of a customer are kept, unfinished ones too: 20.</summary>
    public const int MaxKept = 20;

    /// <summary>The prefix of its id.</summary>
    public const string IdPrefix = "exp";

    /// <summary>How long its file is kept once it has ended: 7 days.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>How long is known what it was once its file is gone: 30 days.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    /// <summary>Gets its id, <c>exp_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Gets whose it is.</summary>
    public required string CustomerId { get; init; }

    /// <summary>Gets what it has.</summary>
    public required ExportKind Kind { get; init; }

    /// <summary>Gets what its file is written in; gzip is around it.</summary>
    public required ExportFormat Format { get; init; }

    /// <summary>Gets which of them it has.</summary>
    public ExportFilters Filters { get; init; } = ExportFilters.None;

    /// <summary>Gets a value indicating whether verifications show their evidence.</summary>
    public bool ShowsEvidence { get; init; }

    /// <summary>Gets how it stands.</summary>
    public ExportStatus Status { get; init; }

    /// <summary>Gets why it failed; null when it has not.</summary>
    public ExportFailure? Failure { get; init; }

    /// <summary>Gets how many rows its file has so far.</summary>
    public long Rows { get; init; }

    /// <summary>Gets how many octets its file has so far.</summary>
    public long Length { get; init; }

    /// <summary>Gets the keyset: what is next was made before this id, of the prefix of what it has.</summary>
    public required string Before { get; init; }

    /// <summary>Gets how often it was claimed since it last got on.</summary>
    public int Tries { get; init; }

    /// <summary>Gets when it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when work on it began, or null.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when it ended, or null.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Gets when its file is removed; null until it has ended.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Gets a value indicating whether nothing more is done about it.</summary>
    public bool HasEnded => Status is ExportStatus.Completed or ExportStatus.Failed;

    /// <summary>Gets where an export begins: its own id says when, and so what there was before.</summary>
    public static string BeginningOf(string id, ExportKind kind) => PrefixOf(kind) + id[IdPrefix.Length..];

    /// <summary>Gets the prefix of the ids of what it has.</summary>
    public static string PrefixOf(ExportKind kind) => kind is ExportKind.Verifications ? "ver" : "bat";

    /// <summary>Says whether its file may be had.</summary>
    public bool HasFileAt(DateTimeOffset now) => Status is ExportStatus.Completed && now < ExpiresAt;

    /// <summary>Says whether its time is over.</summary>
    public bool HasExpiredAt(DateTimeOffset now) => ExpiresAt <= now;

    /// <summary>Gets it with one more part.</summary>
    /// <param name="rows">How many rows that has.</param>
    /// <param name="octets">How many octets it has.</param>
    /// <param name="before">The id of its last row; that of the part before where it has none.</param>
    public Export With(long rows, long octets, string before) => this with { Rows = Rows + rows, Length = Length + octets, Before = before, Tries = 0 };

    /// <summary>Gets it ended, with all its rows.</summary>
    public Export Complete(DateTimeOffset now) => this with { Status = ExportStatus.Completed, FinishedAt = now, ExpiresAt = now + Kept };

    /// <summary>Gets it ended, without a file.</summary>
    public Export Fail(ExportFailure why, DateTimeOffset now) => this with { Status = ExportStatus.Failed, Failure = why, FinishedAt = now, ExpiresAt = now + Kept };

    /// <summary>Gets its id.</summary>
    public override string ToString() => Id;
}

/// <summary>What an export has.</summary>
public enum ExportKind
{
    /// <summary>Verifications with their verdicts.</summary>
    Verifications,

    /// <summary>Batches with their counts.</summary>
    Batches,
}

/// <summary>What the file of an export is written in.</summary>
public enum ExportFormat
{
    /// <summary>One JSON object a line.</summary>
    Ndjson,

    /// <summary>CSV (RFC 4180) with a line of names.</summary>
    Csv,
}

/// <summary>How an export stands: <c>queued → running → completed</c> or <c>failed</c>.</summary>
public enum ExportStatus
{
    /// <summary>Accepted; work has not begun.</summary>
    Queued,

    /// <summary>Being worked on, or waiting to be gone on with.</summary>
    Running,

    /// <summary>Its file is whole.</summary>
    Completed,

    /// <summary>It was given up; <see cref="Export.Failure"/> says why.</summary>
    Failed,
}

/// <summary>Why an export was given up, in the words of the problems that mean the same.</summary>
public enum ExportFailure
{
    /// <summary>A defect of ours.</summary>
    InternalError,

    /// <summary>The store could not do it, however often it was tried.</summary>
    StorageUnavailable,
}

/// <summary>Which verifications or batches an export has: those for which all that is given holds.</summary>
/// <param name="From">Made at or after; null is the beginning.</param>
/// <param name="To">Made before; null is the end.</param>
/// <param name="Status">Of verifications: with a verdict of this status; null is any, and also none yet.</param>
/// <param name="Reason">Of verifications: with a verdict of this reason; null is any, and also none yet.</param>
/// <param name="Domain">Of verifications: of an address at this domain, an A-label; null is any.</param>
/// <param name="BatchId">Of verifications: that this batch asked for; null is any, and also none.</param>
public sealed record ExportFilters(DateTimeOffset? From, DateTimeOffset? To, VerdictStatus? Status, VerdictReason? Reason, string? Domain, string? BatchId)
{
    /// <summary>All that there is.</summary>
    public static readonly ExportFilters None = new(null, null, null, null, null, null);
}
