using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>A row of the table <c>batches</c>: its columns in one order, for writing and for reading.</summary>
internal static class BatchRow
{
    /// <summary>The columns as they are selected.</summary>
    public const string Selected =
        """
        id, customer_id, name, tag, status, pause_by, pause_reason, round, retried_reasons, priority, max_age, drops_duplicates, shape, columns, column_name, delimiter,
        total, done, deliverable, undeliverable, risky, unknown, unique_rows, duplicates, without_address, retrying, revision, created_at, started_at, finished_at, expires_at, erased_at
        """;

    /// <summary>Finds a batch that was published.</summary>
    public const string Find = $"SELECT {Selected} FROM batches WHERE id = $1 AND status IS NOT NULL";

    /// <summary>Finds it for who writes anything of it: nobody else does until the transaction has ended.</summary>
    public const string FindAndLock = $"{Find} FOR UPDATE";

    // A draft that was given up stays so.
    private const string Save =
        """
        UPDATE batches SET
            customer_id = $2, name = $3, tag = $4, status = $5, pause_by = $6, pause_reason = $7, round = $8, retried_reasons = $9, priority = $10, max_age = $11, drops_duplicates = $12,
            shape = $13, columns = $14, column_name = $15, delimiter = $16, total = $17, done = $18, deliverable = $19, undeliverable = $20, risky = $21, unknown = $22, unique_rows = $23,
            duplicates = $24, without_address = $25, retrying = $26, revision = $27, created_at = $28, started_at = $29, finished_at = $30, expires_at = $31, erased_at = $32
        WHERE id = $1 AND (status IS NOT NULL OR erased_at IS NULL)
        """;

    /// <summary>Reads a batch that was published, or null.</summary>
    public static Task<Batch?> OfAsync(NpgsqlConnection connection, Guid key, CancellationToken cancellationToken) => connection.FirstAsync(Find, Read, cancellationToken, PostgresValue.Of(key));

    /// <summary>Reads and locks a batch that was published, or null.</summary>
    public static Task<Batch?> LockAsync(NpgsqlConnection connection, Guid key) => connection.FirstAsync(FindAndLock, Read, CancellationToken.None, PostgresValue.Of(key));

    /// <summary>Replaces a batch.</summary>
    /// <returns>Whether there is one.</returns>
    public static async Task<bool> WriteAsync(NpgsqlConnection connection, Guid key, Batch batch)
    {
        await using var pipeline = new PostgresPipeline(connection).Write(key, batch);
        return await pipeline.RunAsync(CancellationToken.None) > 0;
    }

    /// <summary>Replaces a batch.</summary>
    public static PostgresPipeline Write(this PostgresPipeline pipeline, Guid key, Batch batch) => pipeline.Add(
        Save,
        PostgresValue.Of(key),
        PostgresValue.Of(batch.CustomerId),
        PostgresValue.Of(ForeignText.StoredOrNull(batch.Name)),
        PostgresValue.Of(ForeignText.StoredOrNull(batch.Tag)),
        PostgresValue.Of(Words.Of(batch.Status)),
        PostgresValue.Of(batch.Pause is { By: var by } ? Words.Of(by) : null),
        PostgresValue.Of(ForeignText.StoredOrNull(batch.Pause?.Reason)),
        PostgresValue.Of(batch.Round),
        PostgresValue.Of(batch.RetriedReasons.Select(Words.Of)),
        PostgresValue.Of(Words.Of(batch.Priority)),
        PostgresValue.Of((long?)batch.MaxAge?.TotalMilliseconds),
        PostgresValue.Of(batch.DropsDuplicates),
        PostgresValue.Of(Words.Of(batch.Shape)),
        PostgresValue.Of(batch.Columns.Select(ForeignText.Stored)),
        PostgresValue.Of(ForeignText.StoredOrNull(batch.Column)),
        PostgresValue.Of(batch.Delimiter?.ToString()),
        PostgresValue.Of(batch.Counts.Total),
        PostgresValue.Of(batch.Counts.Done),
        PostgresValue.Of(batch.Counts.Deliverable),
        PostgresValue.Of(batch.Counts.Undeliverable),
        PostgresValue.Of(batch.Counts.Risky),
        PostgresValue.Of(batch.Counts.Unknown),
        PostgresValue.Of(batch.Counts.Unique),
        PostgresValue.Of(batch.Counts.Duplicates),
        PostgresValue.Of(batch.Counts.WithoutAddress),
        PostgresValue.Of(batch.Counts.Retrying),
        PostgresValue.Of(batch.Revision),
        PostgresValue.Of(batch.CreatedAt),
        PostgresValue.Of(batch.StartedAt),
        PostgresValue.Of(batch.FinishedAt),
        PostgresValue.Of(batch.ExpiresAt),
        PostgresValue.Of(batch.ErasedAt));

    /// <summary>Reads a row that was selected by <see cref="Selected"/>.</summary>
    public static Batch Read(NpgsqlDataReader row) => new()
    {
        Id = row.Id(0, StoredId.Batch),
        CustomerId = row.GetString(1),
        Name = row.ForeignTextOrNull(2),
        Tag = row.ForeignTextOrNull(3),
        Status = row.Word<BatchStatus>(4),
        Pause = row.IsDBNull(5) ? null : new BatchPause(row.Word<BatchPauser>(5), row.ForeignTextOrNull(6)),
        Round = row.GetInt32(7),
        RetriedReasons = [.. row.GetFieldValue<string[]>(8).Select(ReasonOf)],
        Priority = row.Word<BatchPriority>(9),
        MaxAge = row.IsDBNull(10) ? null : TimeSpan.FromMilliseconds(row.GetInt64(10)),
        DropsDuplicates = row.GetBoolean(11),
        Shape = row.Word<RowShape>(12),
        Columns = [.. row.GetFieldValue<string[]>(13).Select(ForeignText.Text)],
        Column = row.ForeignTextOrNull(14),
        Delimiter = row.TextOrNull(15)?[0],
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
    };

    private static VerdictReason ReasonOf(string word) =>
        Words.TryParse<VerdictReason>(word, out var reason) ? reason : throw new InvalidDataException($"No reason is called {word}.");
}
