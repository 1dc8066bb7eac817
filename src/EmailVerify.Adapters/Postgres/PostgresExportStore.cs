using System.Collections.Immutable;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Exports;
using EmailVerify.Core.Verdicts;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>The tables of exports. Who brings a part locks the row of its export first: whoever removes the export comes before or after it.</summary>
public sealed class PostgresExportStore(PostgresDatabase database) : IExportStore, IPostgresSweep
{
    private const string Selected =
        "id, customer_id, kind, format, shows_evidence, from_at, to_at, verdict_status, verdict_reason, domain, batch_id, "
        + "status, failure, rows, length, before_id, tries, created_at, started_at, finished_at, expires_at";

    // Two requests of one customer count one after the other. Locks of two numbers are others than those of one (AdvisoryLock).
    private const string LockCustomer = "SELECT 1 FROM pg_advisory_xact_lock(73030, hashtext($1))";

    internal const string CountOwn =
        "SELECT count(*) FILTER (WHERE expires_at IS NULL), count(*) FILTER (WHERE expires_at IS NULL OR expires_at > $2) FROM exports WHERE customer_id = $1";

    // An export that was just added is due at once.
    private const string Add =
        $"""
        INSERT INTO exports ({Selected}, due_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $18)
        """;

    internal const string Find = $"SELECT {Selected} FROM exports WHERE id = $1 AND customer_id = $2";
    internal const string List = $"SELECT {Selected} FROM exports WHERE customer_id = $1 ORDER BY id DESC LIMIT 1000";

    internal const string Claim =
        $"""
        UPDATE exports SET status = 'running', epoch = epoch + 1, tries = tries + 1, due_at = $2, started_at = coalesce(started_at, $1)
        WHERE id = (SELECT id FROM exports WHERE status IN ('queued', 'running') AND due_at <= $1 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING {Selected}, epoch
        """;

    private const string Save =
        """
        UPDATE exports SET status = $3, failure = $4, rows = $5, length = $6, before_id = $7, tries = $8, finished_at = $9, expires_at = $10, due_at = $11
        WHERE id = $1 AND epoch = $2 AND status = 'running' AND length = $12
        """;

    private const string PutOff = "UPDATE exports SET due_at = $3 WHERE id = $1 AND epoch = $2 AND status = 'running'";

    private const string AddPart = "INSERT INTO export_parts (export_id, start, octets) VALUES ($1, $2, $3)";

    // Octets lie in their table of chunks as they are: no more of them is read than is asked for.
    internal const string FindOctets =
        "SELECT substring(octets FROM ($2 - start + 1)::int FOR $3) FROM export_parts WHERE export_id = $1 AND start <= $2 ORDER BY start DESC LIMIT 1";

    internal const string IsThere = "SELECT EXISTS (SELECT 1 FROM exports WHERE id = $1)";

    private const string Remove = "DELETE FROM exports WHERE id = $1 AND customer_id = $2";
    private const string RemoveGone = "DELETE FROM exports WHERE expires_at < $1";

    // A part is about a mebibyte.
    internal const string RemoveParts = "DELETE FROM export_parts WHERE ctid = ANY (ARRAY(SELECT ctid FROM export_parts WHERE export_id = $1 LIMIT 4))";

    private const string RemoveDeadParts =
        """
        DELETE FROM export_parts WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM export_parts WHERE NOT EXISTS (
                SELECT 1 FROM exports WHERE id = export_id AND status <> 'failed' AND (expires_at IS NULL OR expires_at > $1)) LIMIT 4))
        """;

    /// <inheritdoc/>
    public Task<ExportAdmission> AddAsync(Export export, IdempotencyAnswer? answer) => database.WriteAsync(async connection =>
    {
        await using (var pipeline = new PostgresPipeline(connection)
            .Add(LockCustomer, PostgresValue.Of(export.CustomerId))
            .Add(CountOwn, PostgresValue.Of(export.CustomerId), PostgresValue.Of(export.CreatedAt)))
        {
            _ = await pipeline.FirstAsync(row => row.GetInt32(0), CancellationToken.None);
            var (unfinished, kept) = await pipeline.FirstAsync(row => (row.GetInt64(0), row.GetInt64(1)), CancellationToken.None);
            if (unfinished >= Export.MaxUnfinished)
                return ExportAdmission.TooManyUnfinished;
            if (kept >= Export.MaxKept)
                return ExportAdmission.TooManyKept;
        }

        if (answer is not null && !await IdempotencyRows.AnswerAsync(connection, answer))
            return ExportAdmission.KeyLost;
        _ = await connection.ExecuteAsync(Add, ValuesOf(export));
        return ExportAdmission.Added;
    });

    /// <inheritdoc/>
    public async ValueTask<Export?> FindAsync(string customerId, string exportId, CancellationToken cancellationToken) => KeyOf(exportId) is { } key
        ? await database.ReadAsync(connection => connection.FirstAsync(Find, Read, cancellationToken, PostgresValue.Of(key), PostgresValue.Of(customerId)), cancellationToken)
        : null;

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Export>> ListAsync(string customerId, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => connection.AllAsync(List, Read, cancellationToken, PostgresValue.Of(customerId)), cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(string customerId, string exportId)
    {
        if (KeyOf(exportId) is not { } key
            || await database.WriteAsync(connection => connection.ExecuteAsync(Remove, PostgresValue.Of(key), PostgresValue.Of(customerId))) == 0)
        {
            return false;
        }

        while (await database.WriteAsync(connection => connection.ExecuteAsync(RemoveParts, PostgresValue.Of(key))) > 0)
        {
        }

        return true;
    }

    /// <inheritdoc/>
    public Task<ExportClaim?> ClaimAsync(DateTimeOffset now, DateTimeOffset leaseUntil) => database.WriteAsync(connection => connection.FirstAsync(
        Claim, row => new ExportClaim(Read(row), row.GetInt32(21)), CancellationToken.None, PostgresValue.Of(now), PostgresValue.Of(leaseUntil)));

    /// <inheritdoc/>
    public Task<bool> SaveAsync(ExportClaim claim, Export export, ReadOnlyMemory<byte> part, DateTimeOffset dueAt)
    {
        var key = StoredId.Of(export.Id, StoredId.Export);
        return database.WriteAsync(async connection =>
        {
            var isSaved = await connection.ExecuteAsync(
                Save,
                PostgresValue.Of(key),
                PostgresValue.Of(claim.Epoch),
                PostgresValue.Of(Words.Of(export.Status)),
                PostgresValue.Of(export.Failure is { } why ? Words.Of(why) : null),
                PostgresValue.Of(export.Rows),
                PostgresValue.Of(export.Length),
                PostgresValue.Of(StoredId.Of(export.Before, Export.PrefixOf(export.Kind))),
                PostgresValue.Of(export.Tries),
                PostgresValue.Of(export.FinishedAt),
                PostgresValue.Of(export.ExpiresAt),
                PostgresValue.Of(dueAt),
                PostgresValue.Of(export.Length - part.Length)) > 0;
            if (isSaved && !part.IsEmpty)
                _ = await connection.ExecuteAsync(AddPart, PostgresValue.Of(key), PostgresValue.Of(export.Length - part.Length), PostgresValue.Of(part));
            return isSaved;
        });
    }

    /// <inheritdoc/>
    public async Task<bool> PutOffAsync(ExportClaim claim, DateTimeOffset dueAt) => await database.WriteAsync(connection => connection.ExecuteAsync(
        PutOff, PostgresValue.Of(StoredId.Of(claim.Export.Id, StoredId.Export)), PostgresValue.Of(claim.Epoch), PostgresValue.Of(dueAt))) > 0;

    /// <inheritdoc/>
    public async ValueTask<bool> IsReportedAsync(string exportId, CancellationToken cancellationToken) => KeyOf(exportId) is { } key
        && await database.ReportAsync(connection => connection.FirstAsync(IsThere, row => row.GetBoolean(0), cancellationToken, PostgresValue.Of(key)), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>A standby may not have heard of the newest parts yet.</remarks>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(string exportId, long position, int count, CancellationToken cancellationToken)
    {
        if (KeyOf(exportId) is not { } key)
            return default;
        var octets = await database.ReportAsync(ReadAsync, cancellationToken);
        return octets.IsEmpty ? await database.ReadAsync(ReadAsync, cancellationToken) : octets;

        Task<ReadOnlyMemory<byte>> ReadAsync(NpgsqlConnection connection) => connection.FirstAsync<ReadOnlyMemory<byte>>(
            FindOctets, row => row.Octets(0), cancellationToken, PostgresValue.Of(key), PostgresValue.Of(position), PostgresValue.Of(count));
    }

    /// <summary>Removes the files of exports whose time is over, that failed or that were removed, and exports that nobody needs to hear of any more.</summary>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Stops between two small transactions.</param>
    public async Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (await database.WriteAsync(connection => connection.ExecuteAsync(RemoveDeadParts, PostgresValue.Of(now))) > 0)
            cancellationToken.ThrowIfCancellationRequested();
        _ = await database.WriteAsync(connection => connection.ExecuteAsync(RemoveGone, PostgresValue.Of(now - Export.Remembered)));
    }

    // A foreign id is an unknown id.
    private static Guid? KeyOf(string exportId) => StoredId.TryParse(exportId, StoredId.Export, out var key) ? key : null;

    private static IEnumerable<NpgsqlParameter> ValuesOf(Export export) =>
    [
        PostgresValue.Of(StoredId.Of(export.Id, StoredId.Export)),
        PostgresValue.Of(export.CustomerId),
        PostgresValue.Of(Words.Of(export.Kind)),
        PostgresValue.Of(Words.Of(export.Format)),
        PostgresValue.Of(export.ShowsEvidence),
        BoundOf(export.Filters.From),
        BoundOf(export.Filters.To),
        PostgresValue.Of(export.Filters.Status is { } status ? Words.Of(status) : null),
        PostgresValue.Of(export.Filters.Reason is { } reason ? Words.Of(reason) : null),
        PostgresValue.Of(export.Filters.Domain),
        PostgresValue.Of(export.Filters.BatchId is { } batch ? StoredId.Of(batch, StoredId.Batch) : default(Guid?)),
        PostgresValue.Of(Words.Of(export.Status)),
        PostgresValue.Of(export.Failure is { } why ? Words.Of(why) : null),
        PostgresValue.Of(export.Rows),
        PostgresValue.Of(export.Length),
        PostgresValue.Of(StoredId.Of(export.Before, Export.PrefixOf(export.Kind))),
        PostgresValue.Of(export.Tries),
        PostgresValue.Of(export.CreatedAt),
        PostgresValue.Of(export.StartedAt),
        PostgresValue.Of(export.FinishedAt),
        PostgresValue.Of(export.ExpiresAt),
    ];

    private static NpgsqlParameter BoundOf(DateTimeOffset? bound) => bound is { } some ? PostgresValue.CeilingOf(some) : PostgresValue.Of(bound);

    private static Export Read(NpgsqlDataReader row)
    {
        var kind = row.Word<ExportKind>(2);
        return new Export
        {
            Id = row.Id(0, StoredId.Export),
            CustomerId = row.GetString(1),
            Kind = kind,
            Format = row.Word<ExportFormat>(3),
            ShowsEvidence = row.GetBoolean(4),
            Filters = new ExportFilters(
                row.InstantOrNull(5),
                row.InstantOrNull(6),
                row.WordOrNull<VerdictStatus>(7),
                row.WordOrNull<VerdictReason>(8),
                row.TextOrNull(9),
                row.IdOrNull(10, StoredId.Batch)),
            Status = row.Word<ExportStatus>(11),
            Failure = row.WordOrNull<ExportFailure>(12),
            Rows = row.GetInt64(13),
            Length = row.GetInt64(14),
            Before = row.Id(15, Export.PrefixOf(kind)),
            Tries = row.GetInt32(16),
            CreatedAt = row.Instant(17),
            StartedAt = row.InstantOrNull(18),
            FinishedAt = row.InstantOrNull(19),
            ExpiresAt = row.InstantOrNull(20),
        };
    }
}
