using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>The table <c>idempotency</c>.</summary>
internal static class IdempotencyRows
{
    private const string Find =
        "SELECT leased_until, fingerprint, status, location, body, created_at FROM idempotency WHERE customer_id = ?1 AND operation = ?2 AND key = ?3";

    private const string Take =
        """
        INSERT INTO idempotency (customer_id, operation, key, leased_until, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (customer_id, operation, key) DO UPDATE SET
            leased_until = excluded.leased_until, created_at = excluded.created_at, fingerprint = NULL, status = NULL, location = NULL, body = NULL
        """;

    private const string Keep = "UPDATE idempotency SET leased_until = ?4 WHERE customer_id = ?1 AND operation = ?2 AND key = ?3 AND status IS NULL";
    private const string Free = "DELETE FROM idempotency WHERE customer_id = ?1 AND operation = ?2 AND key = ?3 AND status IS NULL";
    private const string FreeAll = "DELETE FROM idempotency WHERE status IS NULL";
    private const string Old = "DELETE FROM idempotency WHERE created_at < ?1 AND status IS NOT NULL";

    private const string Save =
        """
        INSERT INTO idempotency (customer_id, operation, key, leased_until, fingerprint, status, location, body, created_at) VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (customer_id, operation, key) DO UPDATE SET
            fingerprint = excluded.fingerprint, status = excluded.status, location = excluded.location, body = excluded.body, created_at = excluded.created_at
        """;

    public static IdempotencyClaim Reserve(SqliteSession session, IdempotencyKey key, DateTimeOffset now, DateTimeOffset leaseUntil)
    {
        var known = session.First<(DateTimeOffset LeasedUntil, DateTimeOffset CreatedAt, IdempotencyRecord? Record)?>(
            Find,
            row => (row.Instant(0), row.Instant(5), row.IsDBNull(2)
                ? null
                : new IdempotencyRecord(key, row.Octets(1), row.GetInt32(2), row.TextOrNull(3), row.Octets(4), row.Instant(5))),
            key.CustomerId,
            key.Operation,
            key.Key);
        switch (known)
        {
            case { Record: { } record } when record.CreatedAt + IdempotencyRecord.Lifetime > now:
                return new IdempotencyClaim.Answered(record);
            case { Record: null } first when first.LeasedUntil > now:
                return new IdempotencyClaim.InProgress();
            default:
                _ = session.Execute(Take, key.CustomerId, key.Operation, key.Key, Columns.Of(leaseUntil), Columns.Of(now));
                return new IdempotencyClaim.Fresh();
        }
    }

    public static int Renew(SqliteSession session, IdempotencyKey key, DateTimeOffset leaseUntil) =>
        session.Execute(Keep, key.CustomerId, key.Operation, key.Key, Columns.Of(leaseUntil));

    public static int Release(SqliteSession session, IdempotencyKey key) => session.Execute(Free, key.CustomerId, key.Operation, key.Key);

    public static int ReleaseAll(SqliteSession session) => session.Execute(FreeAll);

    public static int RemoveOld(SqliteSession session, DateTimeOffset before) => session.Execute(Old, Columns.Of(before));

    public static void Answer(SqliteSession session, IdempotencyRecord record) => session.Execute(
        Save,
        record.Key.CustomerId,
        record.Key.Operation,
        record.Key.Key,
        record.Fingerprint.ToArray(),
        record.Status,
        record.Location,
        record.Body.ToArray(),
        Columns.Of(record.CreatedAt));
}
