using System.Collections.Immutable;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Exports;
using EmailVerify.Core.Verdicts;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>The tables of exports.</summary>
public sealed class SqliteExportStore(SqliteDatabase database) : IExportStore
{
    private const string Selected =
        "id, customer_id, kind, format, shows_evidence, from_at, to_at, verdict_status, verdict_reason, domain, batch_id, "
        + "status, failure, rows, length, before_id, tries, created_at, started_at, finished_at, expires_at";

    private const string CountOwn =
        "SELECT count(*) FILTER (WHERE expires_at IS NULL), count(*) FILTER (WHERE expires_at IS NULL OR expires_at > ?2) FROM exports WHERE customer_id = ?1";

    // An export that was just added is due at once.
    private const string Add =
        $"""
        INSERT INTO exports ({Selected}, due_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?18)
        """;

    private const string Find = $"SELECT {Selected} FROM exports WHERE id = ?1 AND customer_id = ?2";
    private const string List = $"SELECT {Selected} FROM exports WHERE customer_id = ?1 ORDER BY id DESC LIMIT 1000";

    private const string FindDue = "SELECT id FROM exports WHERE status IN ('queued', 'running') AND due_at <= ?1 ORDER BY due_at LIMIT 1";
    private const string Claim = "UPDATE exports SET status = 'running', epoch = epoch + 1, tries = tries + 1, due_at = ?3, started_at = coalesce(started_at, ?2) WHERE id = ?1";
    private const string FindClaimed = $"SELECT {Selected}, epoch FROM exports WHERE id = ?1";
    private const string EndLeases = "UPDATE exports SET due_at = min(due_at, ?1) WHERE status = 'running'";

    private const string Save =
        """
        UPDATE exports SET status = ?3, failure = ?4, rows = ?5, length = ?6, before_id = ?7, tries = ?8, finished_at = ?9, expires_at = ?10, due_at = ?11
        WHERE id = ?1 AND epoch = ?2 AND status = 'running' AND length = ?12
        """;

    private const string PutOff = "UPDATE exports SET due_at = ?3 WHERE id = ?1 AND epoch = ?2 AND status = 'running'";

    private const string AddPart = "INSERT INTO export_parts (export_id, start, octets) VALUES (?1, ?2, ?3)";
    private const string FindOctets = "SELECT substr(octets, ?2 - start + 1, ?3) FROM export_parts WHERE export_id = ?1 AND start <= ?2 ORDER BY start DESC LIMIT 1";

    private const string Remove = "DELETE FROM exports WHERE id = ?1 AND customer_id = ?2";
    private const string RemoveGone = "DELETE FROM exports WHERE expires_at < ?1";

    // A part is about a mebibyte.
    private const string RemoveParts = "DELETE FROM export_parts WHERE rowid IN (SELECT rowid FROM export_parts WHERE export_id = ?1 LIMIT 4)";

    private const string RemoveDeadParts =
        """
        DELETE FROM export_parts WHERE rowid IN (
            SELECT rowid FROM export_parts AS p WHERE NOT EXISTS (
                SELECT 1 FROM exports WHERE id = p.export_id AND status <> 'failed' AND (expires_at IS NULL OR expires_at > ?1)) LIMIT 4)
        """;

    /// <inheritdoc/>
    public Task<ExportAdmission> AddAsync(Export export, IdempotencyAnswer? answer) => database.WriteAsync(session =>
    {
        var (unfinished, kept) = session.First(CountOwn, row => (row.GetInt64(0), row.GetInt64(1)), export.CustomerId, Columns.Of(export.CreatedAt));
        if (unfinished >= Export.MaxUnfinished)
            return ExportAdmission.TooManyUnfinished;
        if (kept >= Export.MaxKept)
            return ExportAdmission.TooManyKept;
        if (answer is not null && !IdempotencyRows.Answer(session, answer))
            return ExportAdmission.KeyLost;
        _ = session.Execute(
            Add,
            export.Id,
            export.CustomerId,
            Words.Of(export.Kind),
            Words.Of(export.Format),
            export.ShowsEvidence,
            BoundOf(export.Filters.From),
            BoundOf(export.Filters.To),
            Columns.Of(export.Filters.Status),
            Columns.Of(export.Filters.Reason),
            export.Filters.Domain,
            export.Filters.BatchId,
            Words.Of(export.Status),
            Columns.Of(export.Failure),
            export.Rows,
            export.Length,
            export.Before,
            export.Tries,
            Columns.Of(export.CreatedAt),
            Columns.Of(export.StartedAt),
            Columns.Of(export.FinishedAt),
            Columns.Of(export.ExpiresAt));
        return ExportAdmission.Added;
    });

    /// <inheritdoc/>
    public ValueTask<Export?> FindAsync(string customerId, string exportId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.First(Find, Read, exportId, customerId), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<Export>> ListAsync(string customerId, CancellationToken cancellationToken) =>
        database.ReadPageAsync(session => session.All(List, Read, customerId), cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(string customerId, string exportId)
    {
        if (await database.WriteAsync(session => session.Execute(Remove, exportId, customerId)) == 0)
            return false;
        while (await database.WriteAsync(session => session.Execute(RemoveParts, exportId)) > 0)
        {
        }

        return true;
    }

    /// <inheritdoc/>
    public async Task<ExportClaim?> ClaimAsync(DateTimeOffset now, DateTimeOffset leaseUntil)
    {
        // Mostly there is none, and nobody needs to wait for the writer to hear so.
        if (await database.ReadAsync(session => session.First(FindDue, row => row.GetString(0), Columns.Of(now)), CancellationToken.None) is null)
            return null;
        return await database.WriteAsync(session =>
        {
            if (session.First(FindDue, row => row.GetString(0), Columns.Of(now)) is not { } due)
                return null;
            _ = session.Execute(Claim, due, Columns.Of(now), Columns.Of(leaseUntil));
            return session.First(FindClaimed, row => new ExportClaim(Read(row), row.GetInt32(21)), due);
        });
    }

    /// <inheritdoc/>
    public Task<bool> SaveAsync(ExportClaim claim, Export export, ReadOnlyMemory<byte> part, DateTimeOffset dueAt)
    {
        var octets = part.ToArray();
        return database.WriteAsync(session =>
        {
            var isSaved = session.Execute(
                Save,
                export.Id,
                claim.Epoch,
                Words.Of(export.Status),
                Columns.Of(export.Failure),
                export.Rows,
                export.Length,
                export.Before,
                export.Tries,
                Columns.Of(export.FinishedAt),
                Columns.Of(export.ExpiresAt),
                Columns.Of(dueAt),
                export.Length - octets.Length) > 0;
            if (isSaved && octets.Length > 0)
                _ = session.Execute(AddPart, export.Id, export.Length - octets.Length, octets);
            return isSaved;
        });
    }

    /// <inheritdoc/>
    public async Task<bool> PutOffAsync(ExportClaim claim, DateTimeOffset dueAt) =>
        await database.WriteAsync(session => session.Execute(PutOff, claim.Export.Id, claim.Epoch, Columns.Of(dueAt))) > 0;

    /// <inheritdoc/>
    /// <remarks>There is one database, and no standby of it.</remarks>
    public ValueTask<bool> IsReportedAsync(string exportId, CancellationToken cancellationToken) => new(true);

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(string exportId, long position, int count, CancellationToken cancellationToken) =>
        database.ReadPageAsync(session => session.First<ReadOnlyMemory<byte>>(FindOctets, row => row.Octets(0), exportId, position, count), cancellationToken);

    /// <summary>Ends the leases of who had them. Only who knows that nobody works any more may call it: when a process starts, the lock on its folder proves it.</summary>
    /// <param name="now">The time.</param>
    public Task ReleaseAsync(DateTimeOffset now) => database.WriteAsync(session => session.Execute(EndLeases, Columns.Of(now)));

    /// <summary>Removes the files of exports whose time is over, that failed or that were removed, and exports that nobody needs to hear of any more.</summary>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Stops between two small transactions.</param>
    public async Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (await database.WriteAsync(session => session.Execute(RemoveDeadParts, Columns.Of(now))) > 0)
            cancellationToken.ThrowIfCancellationRequested();
        _ = await database.WriteAsync(session => session.Execute(RemoveGone, Columns.Of(now - Export.Remembered)));
    }

    private static long? BoundOf(DateTimeOffset? bound) => bound is { } some ? Columns.CeilingOf(some) : null;

    private static Export Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        CustomerId = row.GetString(1),
        Kind = row.Word<ExportKind>(2),
        Format = row.Word<ExportFormat>(3),
        ShowsEvidence = row.GetBoolean(4),
        Filters = new ExportFilters(
            row.InstantOrNull(5),
            row.InstantOrNull(6),
            row.WordOrNull<VerdictStatus>(7),
            row.WordOrNull<VerdictReason>(8),
            row.TextOrNull(9),
            row.TextOrNull(10)),
        Status = row.Word<ExportStatus>(11),
        Failure = row.WordOrNull<ExportFailure>(12),
        Rows = row.GetInt64(13),
        Length = row.GetInt64(14),
        Before = row.GetString(15),
        Tries = row.GetInt32(16),
        CreatedAt = row.Instant(17),
        StartedAt = row.InstantOrNull(18),
        FinishedAt = row.InstantOrNull(19),
        ExpiresAt = row.InstantOrNull(20),
    };
}
