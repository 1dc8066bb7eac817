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
        key, id, customer_id, CAST(name AS BLOB), CAST(tag AS BLOB), status, pause_by, CAST(pause_reason AS BLOB), round, retried_reasons, priority, max_age,
        drops_duplicates, shape, columns, CAST(column_name AS BLOB), total, done, deliverable, undeliverable, risky, unknown, unique_rows, duplicates, without_address, retrying,
        revision, created_at, started_at, finished_at, expires_at, erased_at, delimiter
        """;

    private const string Save =
        """
        UPDATE batches SET
            customer_id = ?2, name = ?3, tag = ?4, status = ?5, pause_by = ?6, pause_reason = ?7, round = ?8, retried_reasons = ?9, priority = ?10, max_age = ?11,
            drops_duplicates = ?12, shape = ?13, columns = ?14, column_name = ?15, total = ?16, done = ?17, deliverable = ?18, undeliverable = ?19, risky = ?20, unknown = ?21,
            unique_rows = ?22, duplicates = ?23, without_address = ?24, retrying = ?25, revision = ?26, created_at = ?27, started_at = ?28, finished_at = ?29, expires_at = ?30, erased_at = ?31, delimiter = ?32
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
        TextsOf(batch.RetriedReasons.Select(Words.Of)),
        Words.Of(batch.Priority),
        (long?)batch.MaxAge?.TotalMilliseconds,
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
        Columns.Of(batch.ErasedAt),
        batch.Delimiter?.ToString()) > 0;

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
        RetriedReasons = [.. TextsIn(row.GetString(9)).Select(ReasonOf)],
        Priority = row.Word<BatchPriority>(10),
        MaxAge = row.IsDBNull(11) ? null : TimeSpan.FromMilliseconds(row.GetInt64(11)),
        DropsDuplicates = row.GetBoolean(12),
        Shape = row.Word<RowShape>(13),
        Columns = [.. TextsIn(row.GetString(14))],
        Column = row.ForeignTextOrNull(15),
        Counts = new BatchCounts(
            row.GetInt64(16),
            row.GetInt64(17),
            row.GetInt64(18),
            row.GetInt64(19),
            row.GetInt64(20),
            row.GetInt64(21),
            row.GetInt64(22),
            row.GetInt64(23),
            row.GetInt64(24),
            row.GetInt64(25)),
        Revision = row.GetInt64(26),
        CreatedAt = row.Instant(27),
        StartedAt = row.InstantOrNull(28),
        FinishedAt = row.InstantOrNull(29),
        ExpiresAt = row.Instant(30),
        ErasedAt = row.InstantOrNull(31),
        Delimiter = row.TextOrNull(32)?[0],
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
