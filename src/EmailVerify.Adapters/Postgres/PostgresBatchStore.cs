using System.Collections.Immutable;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>
/// The tables of batches. Who writes anything of a batch locks its row of <c>batches</c> first, which orders all writing of one batch whatever silo it comes from.
/// What workers bring is in <see cref="BatchFlushing"/>, what downloads read in <see cref="BatchReading"/>.
/// </summary>
public sealed class PostgresBatchStore(PostgresDatabase database) : IBatchStore, IPostgresSweep
{
    /// <summary>How many flushes are under way at once. Workers store at the same instants, and those of one batch go one after the other: they are to wait here, and not each with a connection.</summary>
    private const int Turns = 8;

    /// <summary>How many chunks a summary reads at once.</summary>
    private const int ChunksAPage = 10;

    private const string Begin = "INSERT INTO batches (id, created_at) VALUES ($1, $2)";
    private const string Touch = "UPDATE batches SET touched_at = now() WHERE id = $1 AND status IS NULL AND erased_at IS NULL RETURNING 1";
    private const string AddChunk = "INSERT INTO batch_chunks (batch_id, number, count) VALUES ($1, $2, $3)";
    private const string AddRows = "INSERT INTO batch_rows (batch_id, number, rows, hashes) VALUES ($1, $2, $3, $4)";
    private const string AddRepeats = "INSERT INTO batch_repeats (batch_id, row, of) SELECT $1, * FROM unnest($2, $3)";

    private const string FindOwn = $"{BatchRow.Find} AND customer_id = $2";

    // $2 is beyond every id where no cursor is given. $5: the statuses, none for all. $6: a part of the name, or null.
    private const string List =
        $"""
        SELECT {BatchRow.Selected} FROM batches
        WHERE customer_id = $1 AND id < $2 AND status IS NOT NULL AND created_at >= $3 AND created_at < $4
            AND (cardinality($5) = 0 OR status = ANY ($5)) AND ($6 IS NULL OR strpos(lower(name), lower($6)) > 0)
        ORDER BY id DESC LIMIT $7
        """;

    private const string Open =
        """
        SELECT id FROM batches
        WHERE status IN ('queued', 'running') OR (status = 'paused' AND pause_by = 'system')
        ORDER BY CASE priority WHEN 'high' THEN 0 WHEN 'normal' THEN 1 ELSE 2 END, id
        """;

    // Who has it locked writes of the batch alone.
    internal const string Lock = "SELECT 1 FROM batches WHERE id = $1 AND status IS NOT NULL FOR UPDATE";

    // Only of a batch that was published.
    private const string Claim =
        """
        UPDATE batch_chunks AS claimed SET epoch = claimed.epoch + 1
        FROM (SELECT number FROM batch_chunks WHERE batch_id = $1 AND is_open AND number > $2 AND EXISTS (SELECT 1 FROM batches WHERE id = $1 AND status IS NOT NULL) ORDER BY number LIMIT $3) AS next
        WHERE claimed.batch_id = $1 AND claimed.number = next.number
        RETURNING claimed.number, claimed.epoch
        """;

    private const string ClaimOne = "UPDATE batch_chunks SET epoch = epoch + 1 WHERE batch_id = $1 AND number = $2 AND is_open AND EXISTS (SELECT 1 FROM batches WHERE id = $1 AND status IS NOT NULL) RETURNING number, epoch";

    private const string TakeDue =
        """
        UPDATE batch_retries AS taken SET due_at = $3, holder = $5
        FROM (SELECT row, due_at FROM batch_retries WHERE batch_id = $1 AND due_at <= $2 ORDER BY due_at LIMIT $4) AS due
        WHERE taken.batch_id = $1 AND taken.row = due.row
        RETURNING taken.row, taken.email, taken.address_hash, taken.repeated, taken.verification_id, due.due_at
        """;

    private const string Extend = "UPDATE batch_retries SET due_at = $4 WHERE batch_id = $1 AND row = ANY ($2) AND due_at = $3 AND holder IS NOT NULL";

    // The time of a lease is the fence of who has it: a silo that was only thought dead brings nothing any more.
    internal const string EndLeases = "UPDATE batch_retries SET due_at = least(due_at, $2), holder = NULL WHERE batch_id = $3 AND holder = ANY ($1)";

    internal const string LeasedBy = "SELECT DISTINCT batch_id FROM batch_retries WHERE holder = ANY ($1)";

    private const string NextDue = "SELECT min(due_at) FROM batch_retries WHERE batch_id = $1";

    private readonly PostgresPartitions partitions = new(database, PartitionedTable.All);
    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, Turns).Select(_ => new SemaphoreSlim(1, 1))];

    /// <inheritdoc/>
    public Task BeginAsync(string batchId, DateTimeOffset now)
    {
        var key = StoredId.Of(batchId, StoredId.Batch);
        return database.WriteAsync(connection => connection.ExecuteAsync(Begin, PostgresValue.Of(key), PostgresValue.Of(now)));
    }

    /// <inheritdoc/>
    public Task AppendAsync(string batchId, ChunkDraft chunk)
    {
        var key = StoredId.Of(batchId, StoredId.Batch);
        return database.WriteAsync(async connection =>
        {
            await using var pipeline = new PostgresPipeline(connection)
                .Add(Touch, PostgresValue.Of(key))
                .Add(AddChunk, PostgresValue.Of(key), PostgresValue.Of(chunk.Number), PostgresValue.Of(chunk.Count))
                .Add(AddRows, PostgresValue.Of(key), PostgresValue.Of(chunk.Number), PostgresValue.Of(chunk.Rows), PostgresValue.Of(chunk.Hashes));
            if (!chunk.Repeats.IsEmpty)
                _ = pipeline.Add(AddRepeats, PostgresValue.Of(key), PostgresValue.Of(chunk.Repeats.Select(repeat => repeat.Row)), PostgresValue.Of(chunk.Repeats.Select(repeat => repeat.Of)));
            return await pipeline.FirstAsync(row => row.GetInt32(0), CancellationToken.None) > 0
                ? true
                : throw new InvalidOperationException("Rows are added to a batch that was begun, before it is published, and not an hour after the last ones.");
        });
    }

    /// <inheritdoc/>
    public Task<bool> PublishAsync(Batch batch, IdempotencyAnswer? answer)
    {
        var key = StoredId.Of(batch.Id, StoredId.Batch);
        return database.WriteAsync(async connection =>
        {
            if (answer is not null && !await IdempotencyRows.AnswerAsync(connection, answer))
                return false;
            if (!await BatchRow.WriteAsync(connection, key, batch))
                throw new InvalidOperationException("A batch is begun before it is published, and published within an hour after its last rows.");
            return true;
        });
    }

    /// <inheritdoc/>
    public Task EraseAsync(string batchId) => KeyOf(batchId) is { } key ? BatchErasing.EraseAsync(database, key) : Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask<Batch?> FindAsync(string customerId, string batchId, CancellationToken cancellationToken) =>
        KeyOf(batchId) is { } key
            ? await database.ReadAsync(connection => connection.FirstAsync(FindOwn, BatchRow.Read, cancellationToken, PostgresValue.Of(key), PostgresValue.Of(customerId)), cancellationToken)
            : null;

    /// <inheritdoc/>
    public async ValueTask<Batch?> FindAsync(string batchId, CancellationToken cancellationToken) =>
        KeyOf(batchId) is { } key ? await database.ReadAsync(connection => BatchRow.OfAsync(connection, key, cancellationToken), cancellationToken) : null;

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<Batch>> ListAsync(string customerId, BatchQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 1_001);
        if ((query.Before is null ? Guid.AllBitsSet : KeyOf(query.Before)) is not { } before)
            return [];
        return await database.ReadAsync(
            connection => connection.AllAsync(
                List,
                BatchRow.Read,
                cancellationToken,
                PostgresValue.Of(customerId),
                PostgresValue.Of(before),
                PostgresValue.CeilingOf(query.From ?? DateTimeOffset.MinValue),
                PostgresValue.CeilingOf(query.To ?? DateTimeOffset.MaxValue),
                PostgresValue.Of(query.Status.Select(Words.Of)),
                PostgresValue.Of(ForeignText.StoredOrNull(query.Name)),
                PostgresValue.Of((long)query.Limit)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<string>> OpenAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(connection => connection.AllAsync(Open, row => row.Id(0, StoredId.Batch), cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<Batch?> ChangeAsync(string batchId, Func<Batch, Batch> change) => KeyOf(batchId) is not { } key ? null : await database.WriteAsync(async connection =>
    {
        if (await BatchRow.LockAsync(connection, key) is not { } before)
            return null;

        // What was removed of it must not come back.
        var after = before.ErasedAt is null ? change(before) : before;
        if (ReferenceEquals(before, after))
            return before;
        after = after with { Revision = before.Revision + 1 };
        _ = await BatchRow.WriteAsync(connection, key, after);
        return after;
    });

    /// <inheritdoc/>
    public async Task<Batch?> RetryAsync(string batchId, ImmutableArray<VerdictReason> reasons, DateTimeOffset now) =>
        KeyOf(batchId) is { } key ? await BatchRounds.BeginAsync(database, key, reasons, now) : null;

    /// <inheritdoc/>
    public async Task<ImmutableArray<ChunkClaim>> ClaimAsync(string batchId, int after, int limit) =>
        KeyOf(batchId) is { } key ? await ClaimAsync(key, pipeline => pipeline.Add(Claim, PostgresValue.Of(key), PostgresValue.Of(after), PostgresValue.Of((long)limit))) : [];

    /// <inheritdoc/>
    public async Task<ChunkClaim?> ClaimAsync(string batchId, int number) =>
        KeyOf(batchId) is { } key && await ClaimAsync(key, pipeline => pipeline.Add(ClaimOne, PostgresValue.Of(key), PostgresValue.Of(number))) is [var claim] ? claim : null;

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<BatchItem>?> LoadAsync(string batchId, ChunkClaim claim, CancellationToken cancellationToken) =>
        KeyOf(batchId) is { } key
            ? await database.ReadAsync(connection => Snapshot.ReadAsync(connection, () => BatchReading.LoadAsync(connection, key, claim, cancellationToken), cancellationToken), cancellationToken)
            : null;

    /// <inheritdoc/>
    public async Task<DateTimeOffset> ExtendAsync(string batchId, ImmutableArray<long> rows, DateTimeOffset leasedUntil, DateTimeOffset leaseUntil)
    {
        var lease = AsKept(leaseUntil);
        if (KeyOf(batchId) is { } key)
        {
            _ = await database.WriteAsync(async connection =>
                await BatchRow.LockAsync(connection, key) is null ? 0 : await connection.ExecuteAsync(Extend, PostgresValue.Of(key), PostgresValue.Of(rows), PostgresValue.Of(leasedUntil), PostgresValue.Of(lease)));
        }

        return lease;
    }

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> NextDueAsync(string batchId, CancellationToken cancellationToken) =>
        KeyOf(batchId) is { } key
            ? await database.ReadAsync(connection => connection.FirstAsync(NextDue, row => row.InstantOrNull(0), cancellationToken, PostgresValue.Of(key)), cancellationToken)
            : null;

    /// <inheritdoc/>
    public async Task<ImmutableArray<BatchItem>> TakeDueAsync(string batchId, string silo, DateTimeOffset now, DateTimeOffset leaseUntil, int limit)
    {
        if (KeyOf(batchId) is not { } key)
            return [];
        var lease = AsKept(leaseUntil);
        return await database.WriteAsync(async connection =>
        {
            ImmutableArray<(BatchItem Item, Guid? Verification, DateTimeOffset DueAt)> due;
            await using (var pipeline = new PostgresPipeline(connection)
                .Add(Lock, PostgresValue.Of(key))
                .Add(TakeDue, PostgresValue.Of(key), PostgresValue.Of(now), PostgresValue.Of(lease), PostgresValue.Of((long)limit), PostgresValue.Of(silo)))
            {
                _ = await pipeline.FirstAsync(row => row.GetInt32(0), CancellationToken.None);
                due = await pipeline.AllAsync(
                    row => (
                        new BatchItem(row.GetInt64(0), row.ForeignText(1), AddressHash.FromOctets(row.Octets(2)), row.GetInt32(3)) { LeasedUntil = lease },
                        row.IsDBNull(4) ? default(Guid?) : row.GetGuid(4),
                        row.Instant(5)),
                    CancellationToken.None);
            }

            // What earlier attempts left of one row may be unreadable. It is asked about as if there had been none; the others must not wait for it.
            var begun = (await VerificationRows.ReadableAsync(connection, [.. due.Select(one => one.Verification).OfType<Guid>()], CancellationToken.None))
                .ToDictionary(one => StoredId.Of(one.Id, StoredId.Verification));
            return due.OrderBy(one => one.DueAt).ThenBy(one => one.Item.Row)
                .Select(one => one.Verification is { } id ? one.Item with { Verification = begun.GetValueOrDefault(id) } : one.Item)
                .ToImmutableArray();
        });
    }

    /// <inheritdoc/>
    public async Task<Batch?> FlushAsync(BatchFlush flush)
    {
        if (KeyOf(flush.BatchId) is not { } key)
            return null;
        var turn = turns[(uint)key.GetHashCode() % Turns];
        await turn.WaitAsync();
        try
        {
            return await partitions.WriteAsync(BatchFlushing.IdsOf(key, flush), connection => BatchFlushing.RunAsync(connection, key, flush));
        }
        finally
        {
            _ = turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<ResultRow>> ReadAsync(Batch batch, int number, bool withEvidence, CancellationToken cancellationToken) =>
        KeyOf(batch.Id) is { } key
            ? await ReadOfAsync(key, batch, (connection, found) => BatchReading.ChunkAsync(connection, found, key, number, withEvidence, cancellationToken), cancellationToken)
            : [];

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<ResultRow>> ReadDoneAsync(Batch batch, ResultPlace place, long row, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return KeyOf(batch.Id) is { } key
            ? await ReadOfAsync(key, batch, (connection, found) => BatchReading.DoneAsync(connection, found, key, place, row, limit, cancellationToken), cancellationToken)
            : [];
    }

    /// <inheritdoc/>
    public Task<IdempotencyClaim> ReserveAsync(IdempotencyKey key, string owner, DateTimeOffset now, DateTimeOffset leaseUntil) =>
        database.WriteAsync(connection => IdempotencyRows.ReserveAsync(connection, key, owner, now, leaseUntil));

    /// <inheritdoc/>
    public Task RenewAsync(IdempotencyKey key, string owner, DateTimeOffset leaseUntil) =>
        database.WriteAsync(connection => IdempotencyRows.RenewAsync(connection, key, owner, leaseUntil));

    /// <inheritdoc/>
    public Task ReleaseAsync(IdempotencyKey key, string owner) => database.WriteAsync(connection => IdempotencyRows.ReleaseAsync(connection, key, owner));

    /// <inheritdoc/>
    public async ValueTask<BatchSummary?> SummaryAsync(string batchId, CancellationToken cancellationToken)
    {
        if (KeyOf(batchId) is not { } key || await FindAsync(batchId, cancellationToken) is not { } batch)
            return null;
        var tally = new BatchTally();
        var chunks = await database.ReadAsync(connection => BatchScan.ChunksAsync(connection, key, cancellationToken), cancellationToken);
        for (var number = 0; number < chunks; number += ChunksAPage)
        {
            var (first, last) = (number, number + ChunksAPage - 1);
            foreach (var (status, reason, provider, domain, rows) in await ReadOfAsync(
                key, batch, (connection, _) => BatchReading.SettledAsync(connection, batch, key, first, last, cancellationToken), cancellationToken))
            {
                tally.Add(status, reason, provider, domain, rows);
            }
        }

        return tally.ToSummary();
    }

    /// <summary>Removes what is of no more use: uploads that nobody goes on with, erasures that were cut off, batches whose time has come, old idempotency answers.</summary>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Stops between two small transactions.</param>
    public Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken) => BatchErasing.SweepAsync(database, now, cancellationToken);

    // A foreign id is an unknown id.
    private static Guid? KeyOf(string batchId) => StoredId.TryParse(batchId, StoredId.Batch, out var key) ? key : null;

    // The store keeps milliseconds, and a lease is compared with what it keeps.
    private static DateTimeOffset AsKept(DateTimeOffset lease) => DateTimeOffset.FromUnixTimeMilliseconds(lease.ToUnixTimeMilliseconds());

    private Task<ImmutableArray<ChunkClaim>> ClaimAsync(Guid key, Action<PostgresPipeline> claim) => database.WriteAsync(async connection =>
    {
        await using var pipeline = new PostgresPipeline(connection).Add(Lock, PostgresValue.Of(key));
        claim(pipeline);
        _ = await pipeline.FirstAsync(row => row.GetInt32(0), CancellationToken.None);
        var claims = await pipeline.AllAsync(row => new ChunkClaim(row.GetInt32(0), row.GetInt32(1)), CancellationToken.None);
        return claims.Sort((one, other) => one.Number.CompareTo(other.Number));
    });

    // What an ended batch has come to a standby may tell, once it has heard of the end. All by one snapshot.
    private async ValueTask<ImmutableArray<T>> ReadOfAsync<T>(Guid key, Batch batch, Func<NpgsqlConnection, Batch, Task<ImmutableArray<T>>> read, CancellationToken cancellationToken)
    {
        if (batch.HasEnded)
        {
            var reported = await database.ReportAsync(connection => Snapshot.ReadAsync(connection, () => ReadFromAsync(connection, batch.Revision), cancellationToken), cancellationToken);
            if (!reported.IsDefault)
                return reported;
        }

        var found = await database.ReadAsync(connection => Snapshot.ReadAsync(connection, () => ReadFromAsync(connection, 0), cancellationToken), cancellationToken);
        return found.IsDefault ? [] : found;

        async Task<ImmutableArray<T>> ReadFromAsync(NpgsqlConnection connection, long revision) =>
            await BatchRow.OfAsync(connection, key, cancellationToken) is { } there && there.Revision >= revision ? await read(connection, there) : default;
    }
}
