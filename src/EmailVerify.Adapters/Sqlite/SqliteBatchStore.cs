using System.Collections.Immutable;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>The tables of batches. What workers bring is in <see cref="BatchFlushing"/>, what downloads read in <see cref="BatchReading"/>.</summary>
public sealed class SqliteBatchStore(SqliteDatabase database) : IBatchStore
{
    private const string Begin = "INSERT INTO batches (id, created_at) VALUES (?1, ?2)";
    private const string KeyOf = "SELECT key FROM batches WHERE id = ?1";
    private const string AddChunk = "INSERT INTO batch_chunks (batch, number, count) VALUES (?1, ?2, ?3)";
    private const string AddRows = "INSERT INTO batch_rows (batch, number, rows, hashes) VALUES (?1, ?2, ?3, ?4)";
    private const string AddRepeat = "INSERT INTO batch_repeats (batch, row, of) VALUES (?1, ?2, ?3)";

    private const string FindOwn = $"SELECT {BatchRow.Selected} FROM batches WHERE id = ?1 AND customer_id = ?2 AND status IS NOT NULL";

    private const string List =
        $"""
        SELECT {BatchRow.Selected} FROM batches INDEXED BY batches_list
        WHERE customer_id = ?1 AND id < ?2 AND status IS NOT NULL AND created_at >= ?3 AND created_at < ?4
            AND (?5 = '' OR instr(?5, ' ' || status || ' ') > 0) AND (?6 IS NULL OR instr(lower(name), lower(?6)) > 0)
        ORDER BY id DESC LIMIT ?7
        """;

    private const string Open =
        """
        SELECT id FROM batches
        WHERE status IN ('queued', 'running') OR (status = 'paused' AND pause_by = 'system')
        ORDER BY CASE priority WHEN 'high' THEN 0 WHEN 'normal' THEN 1 ELSE 2 END, id
        """;

    private const string OpenChunks = "SELECT number, epoch FROM batch_chunks WHERE batch = ?1 AND open = 1 AND number > ?2 ORDER BY number LIMIT ?3";
    private const string OpenChunk = "SELECT epoch FROM batch_chunks WHERE batch = ?1 AND number = ?2 AND open = 1";
    private const string Claim = "UPDATE batch_chunks SET epoch = ?3 WHERE batch = ?1 AND number = ?2";

    private const string Due =
        """
        SELECT r.row, CAST(r.email AS BLOB), r.address_hash, r.repeated, r.verification_id FROM batch_retries r
        WHERE r.batch = ?1 AND r.due_at <= ?2 ORDER BY r.due_at LIMIT ?3
        """;

    private const string Lease = "UPDATE batch_retries SET due_at = ?3, leased = 1 WHERE batch = ?1 AND row = ?2";
    private const string Extend = "UPDATE batch_retries SET due_at = ?4 WHERE batch = ?1 AND row = ?2 AND due_at = ?3 AND leased = 1";
    private const string NextDue = "SELECT min(due_at) FROM batch_retries WHERE batch = (SELECT key FROM batches WHERE id = ?1)";
    private const string EndLeases = "UPDATE batch_retries SET due_at = min(due_at, ?1), leased = 0 WHERE leased = 1";

    /// <inheritdoc/>
    public Task BeginAsync(string batchId, DateTimeOffset now) => database.WriteAsync(session => session.Execute(Begin, batchId, Columns.Of(now)));

    /// <inheritdoc/>
    public Task AppendAsync(string batchId, ChunkDraft chunk)
    {
        var (rows, hashes) = (chunk.Rows.ToArray(), chunk.Hashes.ToArray());
        return database.WriteAsync(session =>
        {
            var key = session.First(KeyOf, row => row.GetInt64(0), batchId);
            _ = session.Execute(AddChunk, key, chunk.Number, chunk.Count);
            _ = session.Execute(AddRows, key, chunk.Number, rows, hashes);
            foreach (var (row, of) in chunk.Repeats)
                _ = session.Execute(AddRepeat, key, row, of);
            return 0;
        });
    }

    /// <inheritdoc/>
    public Task<bool> PublishAsync(Batch batch, IdempotencyAnswer? answer) => database.WriteAsync(session =>
    {
        if (answer is not null && !IdempotencyRows.Answer(session, answer))
            return false;
        if (!BatchRow.Write(session, batch))
            throw new InvalidOperationException("A batch is begun before it is published.");
        return true;
    });

    /// <inheritdoc/>
    public Task EraseAsync(string batchId) => BatchErasing.EraseAsync(database, batchId);

    /// <inheritdoc/>
    public ValueTask<Batch?> FindAsync(string customerId, string batchId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.First(FindOwn, BatchRow.Read, batchId, customerId)?.Batch, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Batch?> FindAsync(string batchId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => BatchRow.Of(session, batchId)?.Batch, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Batch>> ListAsync(string customerId, BatchQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 1_001);
        return database.ReadPageAsync(
            session => session.All(
                List,
                row => BatchRow.Read(row).Batch,
                customerId,
                query.Before ?? "~",
                query.From is { } from ? Columns.CeilingOf(from) : long.MinValue,
                query.To is { } to ? Columns.CeilingOf(to) : long.MaxValue,
                ListOf(query.Status),
                query.Name,
                query.Limit),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<string>> OpenAsync(CancellationToken cancellationToken) =>
        database.ReadPageAsync(session => session.All(Open, row => row.GetString(0)), cancellationToken);

    /// <inheritdoc/>
    public Task<Batch?> ChangeAsync(string batchId, Func<Batch, Batch> change) => database.WriteAsync(session =>
    {
        if (BatchRow.Of(session, batchId)?.Batch is not { } before)
            return null;

        // What was removed of it must not come back.
        var after = before.ErasedAt is null ? change(before) : before;
        if (ReferenceEquals(before, after))
            return before;
        after = after with { Revision = before.Revision + 1 };
        _ = BatchRow.Write(session, after);
        return after;
    });

    /// <inheritdoc/>
    public Task<Batch?> RetryAsync(string batchId, ImmutableArray<VerdictReason> reasons, DateTimeOffset now) =>
        BatchRounds.BeginAsync(database, batchId, reasons, ListOf(reasons), now);

    /// <inheritdoc/>
    public Task<ImmutableArray<ChunkClaim>> ClaimAsync(string batchId, int after, int limit) => database.WriteAsync(session =>
    {
        if (BatchRow.Of(session, batchId) is not { } found)
            return [];
        var open = session.All(OpenChunks, row => new ChunkClaim(row.GetInt32(0), row.GetInt32(1) + 1), found.Key, after, limit);
        foreach (var (number, epoch) in open)
            _ = session.Execute(Claim, found.Key, number, epoch);
        return open;
    });

    /// <inheritdoc/>
    public Task<ChunkClaim?> ClaimAsync(string batchId, int number) => database.WriteAsync(session =>
    {
        if (BatchRow.Of(session, batchId) is not { } found || session.First<int?>(OpenChunk, row => row.GetInt32(0), found.Key, number) is not { } epoch)
            return default(ChunkClaim?);
        _ = session.Execute(Claim, found.Key, number, epoch + 1);
        return new ChunkClaim(number, epoch + 1);
    });

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<BatchItem>?> LoadAsync(string batchId, ChunkClaim claim, CancellationToken cancellationToken) =>
        database.ReadPageAsync(session => BatchReading.Load(session, batchId, claim), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<BatchItem>> TakeDueAsync(string batchId, string silo, DateTimeOffset now, DateTimeOffset leaseUntil, int limit)
    {
        var lease = AsKept(leaseUntil);
        return database.WriteAsync(session =>
        {
            var key = session.First(KeyOf, row => row.GetInt64(0), batchId);
            var due = session.All(
                Due,
                row => (Item: new BatchItem(row.GetInt64(0), row.ForeignText(1), AddressHash.FromOctets(row.Octets(2)), row.GetInt32(3)) { LeasedUntil = lease }, Verification: row.TextOrNull(4)),
                key,
                Columns.Of(now),
                limit);
            var items = ImmutableArray.CreateBuilder<BatchItem>(due.Length);
            foreach (var (item, verification) in due)
            {
                _ = session.Execute(Lease, key, item.Row, Columns.Of(lease));
                items.Add(verification is null ? item : item with { Verification = AttemptsOf(session, verification) });
            }

            return items.DrainToImmutable();
        });
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset> ExtendAsync(string batchId, ImmutableArray<long> rows, DateTimeOffset leasedUntil, DateTimeOffset leaseUntil)
    {
        var lease = AsKept(leaseUntil);
        return database.WriteAsync(session =>
        {
            var key = session.First(KeyOf, row => row.GetInt64(0), batchId);
            foreach (var row in rows)
                _ = session.Execute(Extend, key, row, Columns.Of(leasedUntil), Columns.Of(lease));
            return lease;
        });
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> NextDueAsync(string batchId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.First(NextDue, row => row.InstantOrNull(0), batchId), cancellationToken);

    /// <inheritdoc/>
    public Task<Batch?> FlushAsync(BatchFlush flush)
    {
        var work = BatchFlushing.Prepare(flush);
        return database.WriteAsync(work.Run);
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ResultRow>> ReadAsync(Batch batch, int number, bool withEvidence, CancellationToken cancellationToken) =>
        database.ReadPageAsync(session => BatchReading.Chunk(session, batch, number, withEvidence), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ResultRow>> ReadDoneAsync(Batch batch, ResultPlace place, long row, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return database.ReadPageAsync(session => BatchReading.Done(session, batch, place, row, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IdempotencyClaim> ReserveAsync(IdempotencyKey key, string owner, DateTimeOffset now, DateTimeOffset leaseUntil) =>
        database.WriteAsync(session => IdempotencyRows.Reserve(session, key, owner, now, leaseUntil));

    /// <inheritdoc/>
    public Task RenewAsync(IdempotencyKey key, string owner, DateTimeOffset leaseUntil) =>
        database.WriteAsync(session => IdempotencyRows.Renew(session, key, owner, leaseUntil));

    /// <inheritdoc/>
    public Task ReleaseAsync(IdempotencyKey key, string owner) => database.WriteAsync(session => IdempotencyRows.Release(session, key, owner));

    /// <inheritdoc/>
    public async ValueTask<BatchSummary?> SummaryAsync(string batchId, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync(session => BatchRow.Of(session, batchId), cancellationToken) is not { Key: var key, Batch: var batch })
            return null;

        // A chunk a page: with their rows, which may be wide, more would be too much to hold.
        var tally = new BatchTally();
        await foreach (var page in BatchScan.PagesAsync(database, key, chunks: 1, (session, first, last) => BatchReading.Settled(session, batch, key, first, last), cancellationToken))
        {
            foreach (var (status, reason, provider, domain, rows) in page)
                tally.Add(status, reason, provider, domain, rows);
        }

        return tally.ToSummary();
    }

    /// <summary>
    /// Ends the leases and reservations of who had them. Only who knows that nobody works any more may call it: when a process starts, the lock on its folder proves it.
    /// </summary>
    /// <param name="now">The time.</param>
    public Task ReleaseAsync(DateTimeOffset now) => database.WriteAsync(session => session.Execute(EndLeases, Columns.Of(now)) + IdempotencyRows.ReleaseAll(session));

    /// <summary>Reads the uploads that are not published: when a process starts, those that a death cut off.</summary>
    public ValueTask<ImmutableArray<string>> DraftsAsync(CancellationToken cancellationToken) =>
        database.ReadPageAsync(session => session.All(BatchErasing.Drafts, row => row.GetString(0)), cancellationToken);

    /// <summary>Removes what is of no more use: erasures that were cut off, batches whose time has come, old idempotency answers.</summary>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Stops between two small transactions.</param>
    public Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken) => BatchErasing.SweepAsync(database, now, cancellationToken);

    // What earlier attempts left of one row may be unreadable. It is asked about as if there had been none; the others must not wait for it.
    private static Verification? AttemptsOf(SqliteSession session, string verification)
    {
        try
        {
            return VerificationRow.Of(session, verification);
        }
        catch (Exception unreadable) when (unreadable is not SqliteException)
        {
            return null;
        }
    }

    // The store keeps milliseconds, and a lease is compared with what it keeps.
    private static DateTimeOffset AsKept(DateTimeOffset lease) => DateTimeOffset.FromUnixTimeMilliseconds(lease.ToUnixTimeMilliseconds());

    // Words between blanks: a list that SQL can look into without text of ours in the statement.
    private static string ListOf<TEnum>(ImmutableArray<TEnum> values)
        where TEnum : struct, Enum => values.IsEmpty ? string.Empty : $" {string.Join(' ', values.Select(Words.Of))} ";
}
