using System.Collections.Immutable;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>The tables <c>verifications</c>, <c>verdicts</c> and <c>retries</c>.</summary>
public sealed class PostgresVerificationStore : IVerificationStore, IRetryStore
{
    internal const string Find = $"SELECT {VerificationRows.Selected} FROM verifications WHERE id = $1 AND customer_id = $2";

    internal const string Latest =
        """
        SELECT verification_id FROM (SELECT verification_id, found_at FROM verdicts WHERE address_hash = $1 ORDER BY customer_id LIMIT $2) AS newest
        ORDER BY found_at DESC LIMIT $3
        """;

    // Own before others', newest first.
    internal const string Known =
        $"""
        SELECT asked.hash, known.* FROM unnest($1) AS asked (hash) CROSS JOIN LATERAL (
            SELECT verification_id, customer_id, {VerdictColumns.Names} FROM verdicts
            WHERE address_hash = asked.hash AND fresh_until > $3 AND (customer_id = $2 OR (customer_id LIKE '%~test') = $4)
            ORDER BY customer_id = $2 DESC, found_at DESC LIMIT 1) AS known
        """;

    internal const string Pending =
        $"""
        SELECT {VerificationRows.Selected} FROM verifications
        WHERE address_hash = $1 AND status IS NULL AND batch IS NULL ORDER BY id DESC LIMIT $2
        """;

    internal const string History =
        $"""
        SELECT {VerificationRows.Selected} FROM verifications
        WHERE address_hash = $1 AND customer_id = $2 AND id < $5 AND created_at >= $3 AND created_at < $4
        ORDER BY id DESC LIMIT $6
        """;

    private const string SaveTickets =
        """
        INSERT INTO retries (verification_id, customer_id, address_hash, shard, due_at, egress, attempt)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) AS given (verification_id, customer_id, address_hash, shard, due_at, egress, attempt) ORDER BY verification_id
        ON CONFLICT (verification_id) DO UPDATE SET
            customer_id = excluded.customer_id, address_hash = excluded.address_hash, shard = excluded.shard,
            due_at = excluded.due_at, egress = excluded.egress, attempt = excluded.attempt
        """;

    internal const string RemoveTickets = "DELETE FROM retries WHERE verification_id = ANY ($1)";

    // Of two silos that ask at once each gets other rows, or none.
    internal const string TakeDue =
        """
        WITH due AS MATERIALIZED (
            SELECT verification_id, due_at FROM retries WHERE shard = $1 AND due_at <= $2 ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED)
        UPDATE retries AS taken SET due_at = $3 FROM due WHERE taken.verification_id = due.verification_id
        RETURNING taken.verification_id, taken.customer_id, taken.address_hash, due.due_at, taken.egress, taken.attempt
        """;

    // In work are: what was leased, whose row is later than its verification says; and what was accepted before its first attempt, which has no cause yet. $2 spares those that wait for long.
    private const string IsInWork = "due_at > $1 AND due_at <= $2 AND (pending_cause IS NULL OR next_attempt_at < due_at)";

    // Locked before they are changed: what was put off meanwhile is seen by the second statement, and is no longer in work. What another writes now is passed over, and said to be.
    internal const string LockLeases =
        $$"""
        WITH leased AS MATERIALIZED (
            SELECT verification_id FROM retries JOIN verifications ON id = verification_id
            WHERE shard = ANY ('{0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15}') AND {{IsInWork}}),
        locked AS (
            SELECT verification_id FROM retries WHERE verification_id = ANY (ARRAY(SELECT verification_id FROM leased)) FOR UPDATE SKIP LOCKED)
        SELECT verification_id, locked.verification_id IS NOT NULL FROM leased LEFT JOIN locked USING (verification_id)
        """;

    // Each gets its own time back, or now where that was only the deadline of a worker.
    internal const string EndLeases =
        $"UPDATE retries SET due_at = least($1, next_attempt_at) FROM verifications WHERE id = verification_id AND verification_id = ANY ($3) AND {IsInWork}";

    internal const string NextDue = "SELECT min(due_at) FROM retries WHERE shard = $1";

    private static readonly Guid BeyondAll = new(Enumerable.Repeat(byte.MaxValue, 16).ToArray());

    private readonly PostgresDatabase database;
    private readonly PostgresPartitions partitions;
    private readonly GroupedWrites<Change> changes;

    /// <summary>Makes the store over a database.</summary>
    public PostgresVerificationStore(PostgresDatabase database)
    {
        this.database = database;
        partitions = new PostgresPartitions(database, PartitionedTable.All);
        changes = new GroupedWrites<Change>(change => change.Verification.Id, FlushAsync);
    }

    /// <inheritdoc/>
    public async Task<bool> SaveAsync(Verification verification, RetryTicket? ticket)
    {
        if (ticket is not null && !string.Equals(ticket.VerificationId, verification.Id, StringComparison.Ordinal))
            throw new ArgumentException("The ticket is another verification's.", nameof(ticket));
        var change = new Change(StoredId.Of(verification.Id, StoredId.Verification), verification, ticket);
        await changes.WriteAsync(change);
        return change.IsWritten;
    }

    /// <inheritdoc/>
    public async Task<bool> JudgeAsync(Verification judged, string rulesBefore) =>
        !(await database.WriteAsync(connection => VerificationRows.JudgeAsync(connection, [(judged, rulesBefore)]))).IsEmpty;

    /// <inheritdoc/>
    public async ValueTask<Verification?> FindAsync(string customerId, string id, CancellationToken cancellationToken) => StoredId.TryParse(id, StoredId.Verification, out var stored)
        ? await database.ReadAsync(
            connection => connection.FirstAsync(Find, VerificationRows.Read, cancellationToken, PostgresValue.Of(stored), PostgresValue.Of(customerId)), cancellationToken)
        : null;

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Verification>> RecallAsync(AddressHash hash, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        async connection =>
        {
            var octets = hash.ToOctets();
            var newest = await connection.AllAsync(
                Latest, row => row.GetGuid(0), cancellationToken, PostgresValue.Of(octets), PostgresValue.Of(IVerificationStore.MostRecalled), PostgresValue.Of(limit));
            var judged = await VerificationRows.ReadAsync(connection, newest, cancellationToken);
            var pending = await connection.AllAsync(Pending, VerificationRows.Read, cancellationToken, PostgresValue.Of(octets), PostgresValue.Of(limit));
            return judged.OrderByDescending(verification => verification.Verdict?.FoundAt).Concat(pending).ToImmutableArray();
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<KnownVerdict>> KnownAsync(string customerId, ImmutableArray<AddressHash> hashes, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection => connection.AllAsync(
                Known,
                ReadKnown,
                cancellationToken,
                PostgresValue.Of(hashes.Select(hash => hash.ToOctets())),
                PostgresValue.Of(customerId),
                PostgresValue.Of(now),
                PostgresValue.Of(CustomerIds.IsTest(customerId))),
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<Verification>> HistoryAsync(string customerId, AddressHash hash, HistoryQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 1_001);
        var before = BeyondAll;
        if (query.Before is { } cursor && !StoredId.TryParse(cursor, StoredId.Verification, out before))
            return [];
        return await database.ReportAsync(
            connection => connection.AllAsync(
                History,
                VerificationRows.Read,
                cancellationToken,
                PostgresValue.Of(hash.ToOctets()),
                PostgresValue.Of(customerId),
                PostgresValue.CeilingOf(query.From ?? DateTimeOffset.MinValue),
                PostgresValue.CeilingOf(query.To ?? DateTimeOffset.MaxValue),
                PostgresValue.Of(before),
                PostgresValue.Of(query.Limit)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<RetryTicket>> TakeDueAsync(int shard, DateTimeOffset now, DateTimeOffset leaseUntil, int limit)
    {
        var taken = await database.WriteAsync(connection => connection.AllAsync(
            TakeDue,
            ReadTicket,
            CancellationToken.None,
            PostgresValue.Of((short)shard),
            PostgresValue.Of(now),
            PostgresValue.Of(leaseUntil),
            PostgresValue.Of(limit)));
        return [.. taken.OrderBy(ticket => ticket.DueAt)];
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> NextDueAsync(int shard, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.FirstAsync(NextDue, row => row.InstantOrNull(0), cancellationToken, PostgresValue.Of((short)shard)), cancellationToken);

    private static KnownVerdict ReadKnown(NpgsqlDataReader row) =>
        new(AddressHash.FromOctets(row.Octets(0)), row.Id(1, StoredId.Verification), row.GetString(2), VerdictColumns.Read(row, 3));

    private static RetryTicket ReadTicket(NpgsqlDataReader row) => new(
        row.Id(0, StoredId.Verification),
        row.GetString(1),
        AddressHash.FromOctets(row.Octets(2)),
        row.Instant(3),
        row.TextOrNull(4),
        row.GetInt32(5));

    private Task<int> FlushAsync(IReadOnlyList<Change> group) => partitions.WriteAsync(
        group.Select(change => change.Id),
        async connection =>
        {
            var written = await VerificationRows.WriteAsync(connection, [.. group.Select(change => change.Verification)], batch: null);

            // In statements of their own, which see what another has committed while the first one waited for it.
            var (tickets, settled) = (new List<Change>(), new List<Guid>());
            foreach (var change in group)
            {
                change.IsWritten = written.Contains(change.Id);
                if (!change.IsWritten)
                    continue;
                if (change.Ticket is null)
                    settled.Add(change.Id);
                else
                    tickets.Add(change);
            }

            if (settled.Count > 0)
                _ = await connection.ExecuteAsync(RemoveTickets, PostgresValue.Of(settled));
            if (tickets.Count > 0)
                _ = await connection.ExecuteAsync(SaveTickets, ValuesOf(tickets));
            return group.Count;
        });

    private static IEnumerable<NpgsqlParameter> ValuesOf(List<Change> tickets) =>
    [
        PostgresValue.Of(tickets.Select(change => change.Id)),
        PostgresValue.Of(tickets.Select(change => change.Ticket!.CustomerId)),
        PostgresValue.Of(tickets.Select(change => change.Ticket!.AddressHash.ToOctets())),
        PostgresValue.Of(tickets.Select(change => (short)change.Ticket!.Shard)),
        PostgresValue.Of(tickets.Select(change => change.Ticket!.DueAt)),
        PostgresValue.Of(tickets.Select(change => change.Ticket!.Egress)),
        PostgresValue.Of(tickets.Select(change => change.Ticket!.Attempt)),
    ];

    private sealed record Change(Guid Id, Verification Verification, RetryTicket? Ticket)
    {
        public bool IsWritten { get; set; }
    }
}
