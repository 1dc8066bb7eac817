using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Results of batches follow the verifications that they came of, when those were judged again.</summary>
internal static class RejudgedResults
{
    private const int ChunksAPage = 5;

    private const string NextBatch = "SELECT key, id FROM batches WHERE key > ?1 AND status IS NOT NULL AND erased_at IS NULL ORDER BY key LIMIT 1";

    private const string AnyJudged = "SELECT 1 FROM verifications INDEXED BY verifications_judged WHERE earlier IS NOT NULL LIMIT 1";

    // Every result is looked at, 0.2 to 0.4 µs each, beside verifications that are each read whole and judged. An index from a verification to its results would be paid by every batch: one whose
    // verdicts are served out of the store, in any order, writes 4.8 KB a row with it instead of 0.3 and takes three times the processor.
    // Nearly all verifications were never judged again: the small index of those tells without a look at their rows.
    private const string Others =
        """
        FROM batch_results AS r CROSS JOIN verifications AS v INDEXED BY verifications_judged ON v.id = r.verification_id
        WHERE r.batch = ?1 AND r.row BETWEEN ?2 AND ?3 AND v.earlier IS NOT NULL AND v.status IS NOT NULL AND (r.status <> v.status OR r.reason <> v.reason)
        """;

    private const string HasOthers = $"SELECT 1 {Others} LIMIT 1";
    private const string AllOthers = $"SELECT r.row, r.repeated, r.round, r.status, r.reason, v.status, v.reason, r.source, r.score, r.rules, v.score, v.earlier {Others}";

    // A row that was served out of the store stays marked so.
    private const string Replace =
        """
        UPDATE batch_results SET revision = ?3, round = ?4,
            (status, reason, score, accept_all, mailbox_full, mailbox_disabled, provider, exchanger, fresh_until, source, rules) =
            (SELECT v.status, v.reason, ?5, v.accept_all, v.mailbox_full, v.mailbox_disabled, v.provider, v.exchanger, v.fresh_until,
                CASE batch_results.source WHEN 'cache' THEN 'cache' ELSE v.source END, v.rules FROM verifications AS v WHERE v.id = verification_id)
        WHERE batch = ?1 AND row = ?2
        """;

    public static async Task<long> FollowAsync(SqliteDatabase database, CancellationToken cancellationToken)
    {
        var changed = 0L;
        if (await database.ReadAsync(session => session.First<int?>(AnyJudged, row => row.GetInt32(0)), cancellationToken) is null)
            return changed;
        (long Key, string Id)? at = (0, string.Empty);
        while (at is { Key: var before })
        {
            at = await database.ReadAsync(session => session.First<(long, string)?>(NextBatch, row => (row.GetInt64(0), row.GetString(1)), before), cancellationToken);
            if (at is not { } batch)
                break;
            var pages = BatchScan.PagesAsync(
                database,
                batch.Key,
                ChunksAPage,
                (session, first, last) => (First: first, Last: last, IsNeeded: session.First<int?>(HasOthers, row => row.GetInt32(0), batch.Key, first, last) is not null),
                cancellationToken);
            await foreach (var page in pages)
            {
                if (page.IsNeeded)
                    changed += await database.WriteAsync(session => Follow(session, batch.Id, page.First, page.Last));
            }
        }

        return changed;
    }

    private static long Follow(SqliteSession session, string batchId, long first, long last)
    {
        if (BatchRow.Of(session, batchId) is not { Key: var key, Batch: { ErasedAt: null } before })
            return 0;
        var (counts, revision, changed) = (before.Counts, before.Revision + 1, 0L);
        foreach (var row in session.All(AllOthers, Read, key, first, last))
        {
            if (row.RoundIn(before) is not { } round)
                continue;
            _ = session.Execute(Replace, key, row.Number, revision, round, row.Score);
            counts = row.In(counts);
            changed += row.Rows;
        }

        if (changed > 0)
            _ = BatchRow.Write(session, before with { Counts = counts, Revision = revision });
        return changed;
    }

    private static RejudgedRow Read(SqliteDataReader row) => new(
        row.GetInt64(0),
        1 + row.GetInt64(1),
        row.GetInt32(2),
        (row.Word<VerdictStatus>(3), row.Word<VerdictReason>(4)),
        (row.Word<VerdictStatus>(5), row.Word<VerdictReason>(6)),
        RejudgedRow.ScoreOf(row.Word<VerdictSource>(7), row.GetInt32(8), row.GetString(9), row.GetInt32(10), EarlierVerdict.Read(row.TextOrNull(11))));
}
