using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>The table <c>idempotency</c>.</summary>
internal static class IdempotencyRows
{
    private const string Find =
        "SELECT leased_until, fingerprint, status, location, body, created_at FROM idempotency WHERE customer_id = ?1 AND operation = ?2 AND key = ?3";

    private const string Take =
        """
        INSERT INTO idempotency (customer_id, operation, key, owner, leased_until, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (customer_id, operation, key) DO UPDATE SET
            owner = excluded.owner, leased_until = excluded.leased_until, created_at = excluded.created_at, fingerprint = NULL, status = NULL, location = NULL, body = NULL
        """;

    // Of a reservation, its owner's only: after the end of its lease it may be another's.
    private const string Own = "customer_id = ?1 AND operation = ?2 AND key = ?3 AND owner = ?4 AND status IS NULL";
    private const string Keep = $"UPDATE idempotency SET leased_until = ?5 WHERE {Own}";
    private const string Free = $"DELETE FROM idempotency WHERE {Own}";
    private const string Save = $"UPDATE idempotency SET fingerprint = ?5, status = ?6, location = ?7, body = ?8, created_at = ?9 WHERE {Own}";
    private const string FreeAll = "DELETE FROM idempotency WHERE status IS NULL";
    private const string Old = "DELETE FROM idempotency WHERE created_at < ?1 AND status IS NOT NULL";

    public static IdempotencyClaim Reserve(SqliteSession session, IdempotencyKey key, string owner, DateTimeOffset now, DateTimeOffset leaseUntil)
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
                _ = session.Execute(Take, key.CustomerId, key.Operation, key.Key, owner, Columns.Of(leaseUntil), Columns.Of(now));
                return new IdempotencyClaim.Fresh();
        }
    }

    public static int Renew(SqliteSession session, IdempotencyKey key, string owner, DateTimeOffset leaseUntil) =>
        session.Execute(Keep, key.CustomerId, key.Operation, key.Key, owner, Columns.Of(leaseUntil));

    public static int Release(SqliteSession session, IdempotencyKey key, string owner) => session.Execute(Free, key.CustomerId, key.Operation, key.Key, owner);

    public static int ReleaseAll(SqliteSession session) => session.Execute(FreeAll);

    public static int RemoveOld(SqliteSession session, DateTimeOffset before) => session.Execute(Old, Columns.Of(before));

    /// <summary>Keeps an answer.</summary>
    /// <returns><see langword="false"/> when its key is no longer reserved by its owner.</returns>
    public static bool Answer(SqliteSession session, IdempotencyAnswer answer)
    {
        var record = answer.Record;
        return session.Execute(
            Save,
            record.Key.CustomerId,
            record.Key.Operation,
            record.Key.Key,
            answer.Owner,
            record.Fingerprint.ToArray(),
            record.Status,
            record.Location,
            record.Body.ToArray(),
            Columns.Of(record.CreatedAt)) > 0;
    }
}
