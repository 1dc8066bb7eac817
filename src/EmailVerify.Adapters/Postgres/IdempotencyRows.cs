using EmailVerify.Core.Batches;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>The table <c>idempotency</c>.</summary>
internal static class IdempotencyRows
{
    // A key that was never taken, whose answer is old ($7: made before), or whose reservation has ended by $5. Where it is another's the row is locked all the same, so that it is there to be read.
    private const string Take =
        """
        INSERT INTO idempotency AS known (customer_id, operation, key, owner, created_at, leased_until) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (customer_id, operation, key) DO UPDATE SET
            owner = excluded.owner, leased_until = excluded.leased_until, created_at = excluded.created_at, fingerprint = NULL, status = NULL, location = NULL, body = NULL
        WHERE CASE WHEN known.status IS NULL THEN known.leased_until <= $5 ELSE known.created_at <= $7 END
        RETURNING 1
        """;

    private const string Find = "SELECT fingerprint, status, location, body, created_at FROM idempotency WHERE customer_id = $1 AND operation = $2 AND key = $3";

    // Of a reservation, its owner's only: after the end of its lease it may be another's.
    private const string Own = "customer_id = $1 AND operation = $2 AND key = $3 AND owner = $4 AND status IS NULL";
    private const string Keep = $"UPDATE idempotency SET leased_until = $5 WHERE {Own}";
    private const string Free = $"DELETE FROM idempotency WHERE {Own}";
    private const string Save = $"UPDATE idempotency SET fingerprint = $5, status = $6, location = $7, body = $8, created_at = $9 WHERE {Own}";

    // Reservations too, of requests that died with their silo and were never made again.
    private const string IsOld = "created_at < $1 AND (status IS NOT NULL OR leased_until < $1)";
    private const string RemoveSome = $"DELETE FROM idempotency WHERE ctid = ANY (ARRAY(SELECT ctid FROM idempotency WHERE {IsOld} ORDER BY created_at LIMIT 1000)) AND {IsOld}";

    public static async Task<IdempotencyClaim> ReserveAsync(NpgsqlConnection connection, IdempotencyKey key, string owner, DateTimeOffset now, DateTimeOffset leaseUntil)
    {
        await using var pipeline = new PostgresPipeline(connection)
            .Add(
                Take,
                PostgresValue.Of(key.CustomerId),
                PostgresValue.Of(key.Operation),
                PostgresValue.Of(key.Key),
                PostgresValue.Of(owner),
                PostgresValue.Of(now),
                PostgresValue.Of(leaseUntil),
                PostgresValue.Of(now - IdempotencyRecord.Lifetime))
            .Add(Find, PostgresValue.Of(key.CustomerId), PostgresValue.Of(key.Operation), PostgresValue.Of(key.Key));
        if (await pipeline.FirstAsync(row => row.GetInt32(0), CancellationToken.None) > 0)
            return new IdempotencyClaim.Fresh();
        var record = await pipeline.FirstAsync(
            row => row.IsDBNull(1)
                ? null
                : new IdempotencyRecord(key, row.GetFieldValue<byte[]>(0), row.GetInt32(1), row.TextOrNull(2), row.GetFieldValue<byte[]>(3), row.Instant(4)),
            CancellationToken.None);
        return record is null ? new IdempotencyClaim.InProgress() : new IdempotencyClaim.Answered(record);
    }

    public static Task<int> RenewAsync(NpgsqlConnection connection, IdempotencyKey key, string owner, DateTimeOffset leaseUntil) =>
        connection.ExecuteAsync(Keep, PostgresValue.Of(key.CustomerId), PostgresValue.Of(key.Operation), PostgresValue.Of(key.Key), PostgresValue.Of(owner), PostgresValue.Of(leaseUntil));

    public static Task<int> ReleaseAsync(NpgsqlConnection connection, IdempotencyKey key, string owner) =>
        connection.ExecuteAsync(Free, PostgresValue.Of(key.CustomerId), PostgresValue.Of(key.Operation), PostgresValue.Of(key.Key), PostgresValue.Of(owner));

    /// <summary>Keeps an answer.</summary>
    /// <returns><see langword="false"/> when its key is no longer reserved by its owner.</returns>
    public static async Task<bool> AnswerAsync(NpgsqlConnection connection, IdempotencyAnswer answer)
    {
        var record = answer.Record;
        return await connection.ExecuteAsync(
            Save,
            PostgresValue.Of(record.Key.CustomerId),
            PostgresValue.Of(record.Key.Operation),
            PostgresValue.Of(record.Key.Key),
            PostgresValue.Of(answer.Owner),
            PostgresValue.Of(record.Fingerprint),
            PostgresValue.Of(record.Status),
            PostgresValue.Of(record.Location),
            PostgresValue.Of(record.Body),
            PostgresValue.Of(record.CreatedAt)) > 0;
    }

    /// <summary>Removes some of those that were made before a time.</summary>
    /// <returns>Whether there were any.</returns>
    public static async Task<bool> RemoveSomeAsync(NpgsqlConnection connection, DateTimeOffset before) => await connection.ExecuteAsync(RemoveSome, PostgresValue.Of(before)) > 0;
}
