using System.Collections.Immutable;
using EmailVerify.Core.Verdicts;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>
/// Rows of the table <c>verifications</c>, many at a time inside the caller's transaction, and with them the table <c>verdicts</c>: of each address and customer the newest verdict worth
/// serving again. A write locks verifications in the order of their ids, then verdicts in the order of theirs. Only judging again and erasing withdraw verdicts, in no
/// order: a deadlock that comes of that is overcome by doing all of it again.
/// </summary>
internal static class VerificationRows
{
    /// <summary>The columns as they are selected.</summary>
    public const string Selected =
        $"id, customer_id, address_hash, email, tag, created_at, attempts, {VerdictColumns.Names}, pending_since, pending_cause, next_attempt_at, gives_up_at, evidence, earlier";

    private const int FirstOfVerdict = 7;

    // Goes on from rows that were written, called saved. Of two of one address and customer the newer; and a verdict that is there gives way to a newer one only, or to its own verification.
    private const string Serve =
        $"""
        served AS (
            INSERT INTO verdicts AS stored (address_hash, customer_id, verification_id, {VerdictColumns.Names})
            SELECT DISTINCT ON (address_hash, customer_id) address_hash, customer_id, id, {VerdictColumns.Names} FROM saved WHERE status <> 'unknown'
            ORDER BY address_hash, customer_id, found_at DESC, id DESC
            ON CONFLICT (address_hash, customer_id) DO UPDATE SET verification_id = excluded.verification_id, ({VerdictColumns.Names}) = ({VerdictColumns.Excluded})
            WHERE stored.verification_id = excluded.verification_id OR (excluded.found_at, excluded.verification_id) > (stored.found_at, stored.verification_id))
        SELECT id, customer_id, address_hash, status FROM saved
        """;

    private const string Save =
        $"""
        WITH saved AS (
            INSERT INTO verifications AS stored (
                {VerdictColumns.Names},
                id, customer_id, address_hash, email, domain, tag, created_at, attempts, pending_since, pending_cause, next_attempt_at, gives_up_at, evidence, batch)
            SELECT given.*, $26 FROM unnest({VerdictColumns.Parameters}, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25) AS given (
                {VerdictColumns.Names},
                id, customer_id, address_hash, email, domain, tag, created_at, attempts, pending_since, pending_cause, next_attempt_at, gives_up_at, evidence)
            ORDER BY id
            ON CONFLICT (id) DO UPDATE SET
                ({VerdictColumns.Names}) = ({VerdictColumns.Excluded}),
                customer_id = excluded.customer_id, address_hash = excluded.address_hash, email = excluded.email, domain = excluded.domain, tag = excluded.tag,
                created_at = excluded.created_at, attempts = excluded.attempts, pending_since = excluded.pending_since, pending_cause = excluded.pending_cause,
                next_attempt_at = excluded.next_attempt_at, gives_up_at = excluded.gives_up_at, evidence = excluded.evidence
            WHERE stored.status IS NULL
            RETURNING id, customer_id, address_hash, {VerdictColumns.Stored}),
        {Serve}
        """;

    // Ids of one page lie in a month or two: with their bounds the others are not looked into, even by a plan that was made before the ids were known.
    internal const string Lock = "SELECT id FROM verifications WHERE id = ANY ($1) AND id BETWEEN $2 AND $3 ORDER BY id FOR UPDATE";

    // Who judged has seen one verdict, and no other is replaced. It was found when this one was.
    internal const string Rejudge =
        $"""
        WITH saved AS (
            UPDATE verifications AS stored SET ({VerdictColumns.Names}) = ({VerdictColumns.Given}), evidence = given.evidence, earlier = given.earlier
            FROM unnest({VerdictColumns.Parameters}, $13, $14, $15, $16, $17) AS given ({VerdictColumns.Names}, id, customer_id, evidence, earlier, rules_before)
            WHERE stored.id = given.id AND stored.id BETWEEN $18 AND $19
                AND stored.customer_id = given.customer_id AND stored.found_at = given.found_at AND stored.rules = given.rules_before
            RETURNING stored.id, stored.customer_id, stored.address_hash, {VerdictColumns.Stored}),
        {Serve}
        """;

    internal const string Find = $"SELECT {Selected} FROM verifications WHERE id = ANY ($1) AND id BETWEEN $2 AND $3";

    internal const string EvidenceOf = "SELECT id, evidence FROM verifications WHERE id = ANY ($1) AND id BETWEEN $2 AND $3";

    internal const string EraseOfBatch =
        """
        DELETE FROM verifications WHERE id = ANY (ARRAY(SELECT id FROM verifications WHERE batch = $1 LIMIT $2)) RETURNING id, customer_id, address_hash, status
        """;

    internal const string Withdraw =
        """
        DELETE FROM verdicts AS stored USING unnest($1, $2, $3) AS gone (id, customer_id, address_hash)
        WHERE stored.address_hash = gone.address_hash AND stored.customer_id = gone.customer_id AND stored.verification_id = gone.id
        RETURNING stored.verification_id, stored.customer_id, stored.address_hash
        """;

    // Somebody may have put a newer one there meanwhile.
    internal const string ServeTheOneBefore =
        $"""
        INSERT INTO verdicts (address_hash, customer_id, verification_id, {VerdictColumns.Names})
        SELECT gone.address_hash, gone.customer_id, newest.* FROM unnest($1, $2) AS gone (customer_id, address_hash) CROSS JOIN LATERAL (
            SELECT id, {VerdictColumns.Names} FROM verifications
            WHERE address_hash = gone.address_hash AND customer_id = gone.customer_id AND status <> 'unknown' ORDER BY found_at DESC, id DESC LIMIT 1) AS newest
        ON CONFLICT (address_hash, customer_id) DO NOTHING
        """;

    /// <summary>Inserts or replaces rows, each unless it has a verdict: a verdict that was told stays, whoever comes later with another.</summary>
    /// <param name="connection">The transaction.</param>
    /// <param name="verifications">The rows, each id once. A month that has no partition fails it: <see cref="PostgresPartitions.WriteAsync"/> makes that and does all again.</param>
    /// <param name="batch">The batch that asks for them, or null. A row that is there keeps its own.</param>
    /// <returns>The ids of those that were written.</returns>
    public static async Task<ImmutableHashSet<Guid>> WriteAsync(NpgsqlConnection connection, IReadOnlyCollection<Verification> verifications, Guid? batch)
    {
        if (verifications.Count == 0)
            return [];
        var pending = verifications.Select(one => one.Pending).ToArray();
        var saved = await connection.AllAsync(
            Save,
            WrittenRow.Read,
            CancellationToken.None,
            [
                .. VerdictColumns.ValuesOf([.. verifications.Select(one => one.Verdict)]),
                PostgresValue.Of(verifications.Select(one => StoredId.Of(one.Id, StoredId.Verification))),
                PostgresValue.Of(verifications.Select(one => one.CustomerId)),
                PostgresValue.Of(verifications.Select(one => one.AddressHash.ToOctets())),
                PostgresValue.Of(verifications.Select(one => ForeignText.Stored(one.Email))),
                PostgresValue.Of(verifications.Select(one => DomainColumn.Of(one.Email))),
                PostgresValue.Of(verifications.Select(one => ForeignText.StoredOrNull(one.Tag))),
                PostgresValue.Of(verifications.Select(one => one.CreatedAt)),
                PostgresValue.Of(verifications.Select(one => one.Attempts)),
                PostgresValue.Of(pending.Select(one => one?.Since)),
                PostgresValue.Of(pending.Select(one => one?.Cause)),
                PostgresValue.Of(pending.Select(one => one?.NextAttemptAt)),
                PostgresValue.Of(pending.Select(one => one?.GivesUpAt)),
                PostgresValue.Json(verifications.Select(one => EvidenceJson.Write(one.Evidence))),
                PostgresValue.Of(batch),
            ]);
        return [.. saved.Select(row => row.Id)];
    }

    /// <summary>Replaces the verdicts of rows that were judged again.</summary>
    /// <param name="connection">The transaction.</param>
    /// <param name="judged">The rows as they are to be, each id once, each with the rules of the verdict that was judged.</param>
    /// <returns>The ids of those that were replaced; those are not that have another verdict by now, or are gone.</returns>
    public static async Task<ImmutableHashSet<Guid>> JudgeAsync(NpgsqlConnection connection, IReadOnlyCollection<(Verification After, string RulesBefore)> judged)
    {
        if (judged.Count == 0)
            return [];
        var ids = judged.Select(one => StoredId.Of(one.After.Id, StoredId.Verification)).ToArray();
        if (ids.Length > 1)
            _ = await connection.ExecuteAsync(Lock, Among(ids));
        var saved = await connection.AllAsync(
            Rejudge,
            WrittenRow.Read,
            CancellationToken.None,
            [
                .. VerdictColumns.ValuesOf([.. judged.Select(one => one.After.Verdict ?? throw new ArgumentException("What was judged has a verdict.", nameof(judged)))]),
                PostgresValue.Of(ids),
                PostgresValue.Of(judged.Select(one => one.After.CustomerId)),
                PostgresValue.Json(judged.Select(one => EvidenceJson.Write(one.After.Evidence))),
                PostgresValue.Json(judged.Select(one => EarlierVerdict.Write(one.After.Earlier))),
                PostgresValue.Of(judged.Select(one => one.RulesBefore)),
                PostgresValue.Of(ids.Min()),
                PostgresValue.Of(ids.Max()),
            ]);
        await WithdrawAsync(connection, saved.Where(row => row.Status is VerdictStatus.Unknown));
        return [.. saved.Select(row => row.Id)];
    }

    /// <summary>Reads rows by their ids, whosever they are, in no order. What is not there is left out.</summary>
    public static async Task<ImmutableArray<Verification>> ReadAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : await connection.AllAsync(Find, Read, cancellationToken, Among(ids));

    /// <summary>Reads rows as <see cref="ReadAsync"/> does; those that this version cannot read are left out too.</summary>
    public static async Task<ImmutableArray<Verification>> ReadableAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : [.. (await connection.AllAsync(Find, ReadOrNull, cancellationToken, Among(ids))).OfType<Verification>()];

    /// <summary>Reads the evidence of rows by their ids, whosever they are. What is not there is left out.</summary>
    public static async Task<Dictionary<Guid, ImmutableArray<Evidence>>> EvidenceAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) => ids.Count == 0
        ? []
        : (await connection.AllAsync(EvidenceOf, row => (Id: row.GetGuid(0), Evidence: EvidenceJson.Read(row.GetString(1))), cancellationToken, Among(ids)))
            .ToDictionary(one => one.Id, one => one.Evidence);

    /// <summary>Removes rows of a batch, and their verdicts out of <c>verdicts</c>.</summary>
    /// <param name="connection">The transaction.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>How many.</returns>
    public static async Task<int> EraseAsync(NpgsqlConnection connection, Guid batch, int limit)
    {
        var erased = await connection.AllAsync(EraseOfBatch, WrittenRow.Read, CancellationToken.None, PostgresValue.Of(batch), PostgresValue.Of(limit));
        await WithdrawAsync(connection, erased.Where(row => row.Status is not null));
        return erased.Length;
    }

    /// <summary>Reads a row that was selected by <see cref="Selected"/>.</summary>
    public static Verification Read(NpgsqlDataReader row) => new()
    {
        Id = row.Id(0, StoredId.Verification),
        CustomerId = row.GetString(1),
        AddressHash = AddressHash.FromOctets(row.Octets(2)),
        Email = row.ForeignText(3),
        Tag = row.ForeignTextOrNull(4),
        CreatedAt = row.Instant(5),
        Attempts = row.GetInt32(6),
        Verdict = row.IsDBNull(FirstOfVerdict) ? null : VerdictColumns.Read(row, FirstOfVerdict),
        Pending = row.IsDBNull(19) ? null : ReadPending(row),
        Evidence = EvidenceJson.Read(row.GetString(23)),
        Earlier = EarlierVerdict.Read(row.TextOrNull(24)),
    };

    private static Verification? ReadOrNull(NpgsqlDataReader row)
    {
        try
        {
            return Read(row);
        }
        catch (Exception unreadable) when (unreadable is not NpgsqlException)
        {
            return null;
        }
    }

    private static Pending ReadPending(NpgsqlDataReader row) => new(
        row.Instant(19),
        row.WordOrNull<VerdictReason>(20),
        row.Instant(21),
        row.Instant(22));

    private static IEnumerable<NpgsqlParameter> Among(IReadOnlyCollection<Guid> ids) => [PostgresValue.Of(ids), PostgresValue.Of(ids.Min()), PostgresValue.Of(ids.Max())];

    // Where one of them was the verdict to serve, the one before it is.
    private static async Task WithdrawAsync(NpgsqlConnection connection, IEnumerable<WrittenRow> rows)
    {
        var gone = rows.ToArray();
        if (gone.Length == 0)
            return;
        var withdrawn = await connection.AllAsync(
            Withdraw,
            row => (Customer: row.GetString(1), Hash: row.Octets(2)),
            CancellationToken.None,
            PostgresValue.Of(gone.Select(row => row.Id)),
            PostgresValue.Of(gone.Select(row => row.CustomerId)),
            PostgresValue.Of(gone.Select(row => row.AddressHash)));
        if (!withdrawn.IsEmpty)
            _ = await connection.ExecuteAsync(ServeTheOneBefore, PostgresValue.Of(withdrawn.Select(row => row.Customer)), PostgresValue.Of(withdrawn.Select(row => row.Hash)));
    }

    private readonly record struct WrittenRow(Guid Id, string CustomerId, byte[] AddressHash, VerdictStatus? Status)
    {
        public static WrittenRow Read(NpgsqlDataReader row) =>
            new(row.GetGuid(0), row.GetString(1), row.Octets(2), row.WordOrNull<VerdictStatus>(3));
    }
}
