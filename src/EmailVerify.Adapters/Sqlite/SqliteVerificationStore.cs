using System.Collections.Immutable;
using System.Text;
using EmailVerify.Core;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>The tables <c>verifications</c> and <c>retries</c>.</summary>
public sealed class SqliteVerificationStore(SqliteDatabase database) : IVerificationStore, IRetryStore
{
    private const string Find = $"SELECT {VerificationRow.Selected} FROM verifications WHERE id = ?1 AND customer_id = ?2";

    // The next customer's newest: by its making, which sorts as its finding does, but where two of one customer overlapped.
    private const string Latest =
        $"""
        SELECT {VerificationRow.Selected} FROM verifications INDEXED BY verifications_history
        WHERE address_hash = ?1 AND status <> 'unknown' AND customer_id > ?2
        ORDER BY customer_id, id DESC LIMIT 1
        """;

    // Of each of the hashes in a JSON array, which are looked up in one statement: own before others', newest first; only the chosen row itself is read.
    private const string Known =
        $"""
        SELECT {VerificationRow.Selected} FROM (SELECT unhex(value) AS hash FROM json_each(?1)) AS asked CROSS JOIN verifications ON id = (
            SELECT id FROM verifications INDEXED BY verifications_history
            WHERE address_hash = asked.hash AND status <> 'unknown' AND fresh_until > ?3 AND (customer_id = ?2 OR (customer_id LIKE '%~test') = ?4)
            ORDER BY customer_id = ?2 DESC, found_at DESC LIMIT 1)
        """;

    private const string Pending =
        $"""
        SELECT {VerificationRow.Selected} FROM verifications INDEXED BY verifications_pending
        WHERE address_hash = ?1 AND status IS NULL AND batch IS NULL ORDER BY id DESC LIMIT ?2
        """;

    // ?5 is beyond every id where no cursor is given: '~' sorts behind all characters that ids have.
    private const string History =
        $"""
        SELECT {VerificationRow.Selected} FROM verifications INDEXED BY verifications_history
        WHERE address_hash = ?1 AND customer_id = ?2 AND id < ?5 AND created_at >= ?3 AND created_at < ?4
        ORDER BY id DESC LIMIT ?6
        """;

    private const string SaveTicket =
        """
        INSERT INTO retries (verification_id, customer_id, address_hash, shard, due_at, egress, attempt) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (verification_id) DO UPDATE SET
            customer_id = excluded.customer_id, address_hash = excluded.address_hash, shard = excluded.shard,
            due_at = excluded.due_at, egress = excluded.egress, attempt = excluded.attempt
        """;

    private const string RemoveTicket = "DELETE FROM retries WHERE verification_id = ?1";

    private const string Due =
        """
        SELECT verification_id, customer_id, address_hash, due_at, egress, attempt FROM retries
        WHERE shard = ?1 AND due_at <= ?2 ORDER BY due_at LIMIT ?3
        """;

    private const string Lease = "UPDATE retries SET due_at = ?2 WHERE verification_id = ?1";

    // In work are: what was leased, whose row is later than its verification says; and what was accepted before its first attempt, which has no cause yet.
    // Each gets its own time back, or now where that was only the deadline of a worker. ?3 spares those that wait for long.
    private const string Release =
        """
        UPDATE retries SET due_at = min(?2, (SELECT next_attempt_at FROM verifications WHERE id = verification_id))
        WHERE shard = ?1 AND due_at > ?2 AND due_at <= ?3
            AND EXISTS (SELECT 1 FROM verifications WHERE id = verification_id AND (pending_cause IS NULL OR next_attempt_at < due_at))
        """;

    private const string RemoveOld = "DELETE FROM verifications WHERE id IN (SELECT id FROM verifications WHERE id < ?1 AND status IS NOT NULL ORDER BY id LIMIT 500)";

    private const string NextDue = "SELECT min(due_at) FROM retries WHERE shard = ?1";

    /// <inheritdoc/>
    public Task<bool> SaveAsync(Verification verification, RetryTicket? ticket)
    {
        if (ticket is not null && !string.Equals(ticket.VerificationId, verification.Id, StringComparison.Ordinal))
            throw new ArgumentException("The ticket is another verification's.", nameof(ticket));
        var evidence = EvidenceJson.WriteUtf8(verification.Evidence);
        return database.WriteAsync(session =>
        {
            if (!VerificationRow.Write(session, verification, evidence))
                return false;
            _ = ticket is null
                ? session.Execute(RemoveTicket, verification.Id)
                : session.Execute(SaveTicket, ticket.VerificationId, ticket.CustomerId, ticket.AddressHash.ToOctets(), ticket.Shard, Columns.Of(ticket.DueAt), ticket.Egress, ticket.Attempt);
            return true;
        });
    }

    /// <inheritdoc/>
    public Task<bool> JudgeAsync(Verification judged, string rulesBefore)
    {
        var evidence = EvidenceJson.WriteUtf8(judged.Evidence);
        return database.WriteAsync(session => VerificationRow.Judge(session, judged, evidence, rulesBefore));
    }

    /// <inheritdoc/>
    public ValueTask<Verification?> FindAsync(string customerId, string id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.First(Find, VerificationRow.Read, id, customerId), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Verification>> RecallAsync(AddressHash hash, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session =>
            {
                // From customer to customer: the cost is by how many there are, not by how often one of them asked.
                var octets = hash.ToOctets();
                var newest = new List<Verification>();
                while (newest.Count < IVerificationStore.MostRecalled && session.First(Latest, VerificationRow.Read, octets, newest.LastOrDefault()?.CustomerId ?? "") is { } next)
                    newest.Add(next);
                var pending = session.All(Pending, VerificationRow.Read, octets, limit);
                return newest.OrderByDescending(verification => verification.Verdict?.FoundAt).Take(limit).Concat(pending).ToImmutableArray();
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<KnownVerdict>> KnownAsync(string customerId, ImmutableArray<AddressHash> hashes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var asked = JsonOf(hashes);
        var isTest = CustomerIds.IsTest(customerId);
        return database.ReadPageAsync(session => session.All(Known, VerificationRow.KnownOf, asked, customerId, Columns.Of(now), isTest), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Verification>> HistoryAsync(string customerId, AddressHash hash, HistoryQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 1_001);
        return database.ReadPageAsync(
            session => session.All(
                History,
                VerificationRow.Read,
                hash.ToOctets(),
                customerId,
                query.From is { } from ? Columns.CeilingOf(from) : long.MinValue,
                query.To is { } to ? Columns.CeilingOf(to) : long.MaxValue,
                query.Before ?? "~",
                query.Limit),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<RetryTicket>> TakeDueAsync(int shard, DateTimeOffset now, DateTimeOffset leaseUntil, int limit) =>
        database.WriteAsync(session =>
        {
            var due = session.All(Due, ReadTicket, shard, Columns.Of(now), limit);
            foreach (var ticket in due)
                _ = session.Execute(Lease, ticket.VerificationId, Columns.Of(leaseUntil));
            return due;
        });

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> NextDueAsync(int shard, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.First(NextDue, row => row.InstantOrNull(0), shard), cancellationToken);

    /// <summary>
    /// Makes due at once what somebody had in work. Only who knows that nobody works any more may call it: when a process starts, the lock on its folder proves it.
    /// What was put off keeps its time.
    /// </summary>
    /// <param name="now">The time. No lease is longer than <see cref="Settlement.ProbeDeadline"/> from here.</param>
    /// <returns>How many rows.</returns>
    public Task<int> ReleaseAsync(DateTimeOffset now) => database.WriteAsync(
        session => Enumerable.Range(0, RetryTicket.Shards).Sum(shard => session.Execute(Release, shard, Columns.Of(now), Columns.Of(now + Settlement.ProbeDeadline))));

    /// <summary>Removes verifications that were begun before a time and have a verdict, in small transactions.</summary>
    public async Task SweepAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var first = Id.FirstAt("ver", before);
        while (await database.WriteAsync(session => session.Execute(RemoveOld, first)) > 0)
            cancellationToken.ThrowIfCancellationRequested();
    }

    private static string JsonOf(ImmutableArray<AddressHash> hashes)
    {
        var json = new StringBuilder("[", (hashes.Length * 35) + 2);
        foreach (var hash in hashes)
            json.Append(json.Length > 1 ? ",\"" : "\"").Append(Convert.ToHexString(hash.ToOctets())).Append('"');
        return json.Append(']').ToString();
    }

    private static RetryTicket ReadTicket(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        AddressHash.FromOctets(row.Octets(2)),
        row.Instant(3),
        row.TextOrNull(4),
        row.GetInt32(5));
}
