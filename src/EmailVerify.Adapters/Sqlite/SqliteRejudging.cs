using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Core.Verdicts;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>What judging everything again reads and writes: the verifications of all customers, a page at a time, and the results of batches that came of them.</summary>
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

    /// <summary>
    /// Lets the results of batches follow to what their verifications say by now, some chunks a transaction, each with the counts and the revision of its batch.
    /// Only who is alone with the data may do it: a batch that is worked on keeps its counts in memory too.
    /// </summary>
    /// <param name="cancellationToken">Stops between two transactions; what is left is done the next time.</param>
    /// <returns>How many rows of batches have another result now, repeated ones included.</returns>
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
