using System.Text.Json;
using System.Text.Json.Serialization;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>A row of the table <c>batches</c>: its columns in one order, for writing and for reading.</summary>
internal static class BatchRow
{
    /// <summary>The columns as they are selected.</summary>
    public const string Selected =
        """
        key, id, customer_id, CAST(name AS BLOB), CAST(tag AS BLOB), status, pause_by, CAST(pause_reason AS BLOB), round, round_revision, retried_reasons, priority, max_age,
        drops_duplicates, shape, columns, CAST(column_name AS BLOB), total, done, deliverable, undeliverable, risky, unknown, unique_rows, duplicates, without_address, retrying,
        revision, created_at, started_at, finished_at, expires_at, erased_at
        """;

    private const string Save =
        """
        UPDATE batches SET
            customer_id = ?2, name = ?3, tag = ?4, status = ?5, pause_by = ?6, pause_reason = ?7, round = ?8, round_revision = ?9, retried_reasons = ?10, priority = ?11, max_age = ?12,
            drops_duplicates = ?13, shape = ?14, columns = ?15, column_name = ?16, total = ?17, done = ?18, deliverable = ?19, undeliverable = ?20, risky = ?21, unknown = ?22,
            unique_rows = ?23, duplicates = ?24, without_address = ?25, retrying = ?26, revision = ?27, created_at = ?28, started_at = ?29, finished_at = ?30, expires_at = ?31, erased_at = ?32
        WHERE id = ?1
        """;

    private const string Find = $"SELECT {Selected} FROM batches WHERE id = ?1 AND status IS NOT NULL";

    /// <summary>Reads a batch that was published, or null.</summary>
    public static StoredBatch? Of(SqliteSession session, string id) => session.First(Find, Read, id);

    /// <summary>Replaces a batch.</summary>
    /// <returns>Whether there is one.</returns>
    public static bool Write(SqliteSession session, Batch batch) => session.Execute(
        Save,
        batch.Id,
        batch.CustomerId,
        batch.Name,
        batch.Tag,
        Words.Of(batch.Status),
        Columns.Of(batch.Pause?.By),
        batch.Pause?.Reason,
        batch.Round,
        batch.RoundRevision,
        TextsOf(batch.RetriedReasons.Select(Words.Of)),
        Words.Of(batch.Priority),
        batch.MaxAge is { } age ? (long)age.TotalMilliseconds : null,
        batch.DropsDuplicates,
        Words.Of(batch.Shape),
        TextsOf(batch.Columns),
        batch.Column,
        batch.Counts.Total,
        batch.Counts.Done,
        batch.Counts.Deliverable,
        batch.Counts.Undeliverable,
        batch.Counts.Risky,
        batch.Counts.Unknown,
        batch.Counts.Unique,
        batch.Counts.Duplicates,
        batch.Counts.WithoutAddress,
        batch.Counts.Retrying,
        batch.Revision,
        Columns.Of(batch.CreatedAt),
        Columns.Of(batch.StartedAt),
        Columns.Of(batch.FinishedAt),
        Columns.Of(batch.ExpiresAt),
        Columns.Of(batch.ErasedAt)) > 0;

    /// <summary>Reads a row that was selected by <see cref="Selected"/>.</summary>
    public static StoredBatch Read(SqliteDataReader row) => new(row.GetInt64(0), new Batch
    {
        Id = row.GetString(1),
        CustomerId = row.GetString(2),
        Name = row.ForeignTextOrNull(3),
        Tag = row.ForeignTextOrNull(4),
        Status = row.Word<BatchStatus>(5),
        Pause = row.IsDBNull(6) ? null : new BatchPause(row.Word<BatchPauser>(6), row.ForeignTextOrNull(7)),
        Round = row.GetInt32(8),
        RoundRevision = row.GetInt64(9),
        RetriedReasons = [.. TextsIn(row.GetString(10)).Select(ReasonOf)],
        Priority = row.Word<BatchPriority>(11),
        MaxAge = row.IsDBNull(12) ? null : TimeSpan.FromMilliseconds(row.GetInt64(12)),
        DropsDuplicates = row.GetBoolean(13),
        Shape = row.Word<RowShape>(14),
        Columns = [.. TextsIn(row.GetString(15))],
        Column = row.ForeignTextOrNull(16),
        Counts = new BatchCounts(
            row.GetInt64(17),
            row.GetInt64(18),
            row.GetInt64(19),
            row.GetInt64(20),
            row.GetInt64(21),
            row.GetInt64(22),
            row.GetInt64(23),
            row.GetInt64(24),
            row.GetInt64(25),
            row.GetInt64(26)),
        Revision = row.GetInt64(27),
        CreatedAt = row.Instant(28),
        StartedAt = row.InstantOrNull(29),
        FinishedAt = row.InstantOrNull(30),
        ExpiresAt = row.Instant(31),
        ErasedAt = row.InstantOrNull(32),
    });

    private static VerdictReason ReasonOf(string word) =>
        Words.TryParse<VerdictReason>(word, out var reason) ? reason : throw new InvalidDataException($"No reason is called {word}.");

    private static string TextsOf(IEnumerable<string> texts) => JsonSerializer.Serialize([.. texts], TextsJsonContext.Default.StringArray);

    private static string[] TextsIn(string json) => JsonSerializer.Deserialize(json, TextsJsonContext.Default.StringArray) ?? [];
}

/// <summary>A batch and the number that its rows refer to it by.</summary>
internal sealed record StoredBatch(long Key, Batch Batch);

[JsonSerializable(typeof(string[]))]
internal sealed partial class TextsJsonContext : JsonSerializerContext;
