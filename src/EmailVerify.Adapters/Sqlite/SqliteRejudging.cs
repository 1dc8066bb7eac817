using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Core.Verdicts;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <inheritdoc cref="IRejudgeStore"/>
public sealed class SqliteRejudging(SqliteDatabase database) : IRejudgeStore
{
    // A page is so many rows whether or not they are of interest, so that no statement lasts long.
    private const string Page =
        $"""
        SELECT {VerificationRow.Selected} FROM (SELECT rowid AS number FROM verifications WHERE id > ?1 ORDER BY id LIMIT ?2) CROSS JOIN verifications ON verifications.rowid = number
        WHERE status IS NOT NULL AND found_at >= ?3 ORDER BY id
        """;

    private const string LastOfPage = "SELECT max(id) FROM (SELECT id FROM verifications WHERE id > ?1 ORDER BY id LIMIT ?2)";

    /// <inheritdoc/>
    public ValueTask<RejudgePage> ReadAsync(string after, DateTimeOffset since, int rows, CancellationToken cancellationToken) => database.ReadPageAsync(
        session =>
        {
            var last = session.First(LastOfPage, row => row.TextOrNull(0), after, rows);
            var unreadable = ImmutableArray.CreateBuilder<string>();
            var found = session.All(Page, row => ReadOrNull(row, unreadable), after, rows, Columns.CeilingOf(since));
            return new RejudgePage([.. found.OfType<Verification>()], last, unreadable.DrainToImmutable());
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> SaveAsync(ImmutableArray<(Verification After, string RulesBefore)> judged)
    {
        var rows = judged.Select(one => (one.After, one.RulesBefore, Evidence: EvidenceJson.WriteUtf8(one.After.Evidence))).ToArray();
        return database.WriteAsync(session => rows.Where(row => VerificationRow.Judge(session, row.After, row.Evidence, row.RulesBefore)).Select(row => row.After.Id).ToImmutableArray());
    }

    /// <inheritdoc/>
    public Task<long> FollowInBatchesAsync(CancellationToken cancellationToken) => RejudgedResults.FollowAsync(database, cancellationToken);

    // One row that this version cannot read must not keep the others from being judged.
    private static Verification? ReadOrNull(SqliteDataReader row, ImmutableArray<string>.Builder unreadable)
    {
        try
        {
            return VerificationRow.Read(row);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or ArgumentException or InvalidCastException)
        {
            unreadable.Add(row.GetString(0));
            return null;
        }
    }
}
