using System.Collections.Immutable;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Results of batches follow the verifications that they came of, when those were judged again.</summary>
internal static class RejudgedResults
{
    private const int ChunksAPage = 5;

    // Nearly all verifications were never judged again: the small index of those tells without a look at their rows.
    internal const string AnyJudged = "SELECT true FROM verifications WHERE earlier IS NOT NULL LIMIT 1";

    internal const string NextBatch = "SELECT id FROM batches WHERE id > $1 AND status IS NOT NULL AND erased_at IS NULL ORDER BY id LIMIT 1";

    internal const string Others =
        """
        SELECT r.row, r.repeated, r.round, r.status, r.reason, v.status, v.reason, r.source, r.score, r.rules, v.score, v.earlier
        FROM batch_results AS r JOIN verifications AS v ON v.id = r.verification_id
        WHERE r.batch_id = $1 AND r.row BETWEEN $2 AND $3 AND v.earlier IS NOT NULL AND v.status IS NOT NULL AND (r.status <> v.status OR r.reason <> v.reason)
        ORDER BY r.row
        """;

    // A row that was served out of the store stays marked so.
    private const string Replace =
        """
        UPDATE batch_results AS r SET revision = $2, round = given.round, status = v.status, reason = v.reason, score = given.score, accept_all = v.accept_all,
            mailbox_full = v.mailbox_full, mailbox_disabled = v.mailbox_disabled, provider = v.provider, exchanger = v.exchanger, fresh_until = v.fresh_until,
            source = CASE r.source WHEN 'cache' THEN 'cache' ELSE v.source END, rules = v.rules
        FROM unnest($3, $4, $5) AS given (row, round, score), verifications AS v
        WHERE r.batch_id = $1 AND r.row = given.row AND v.id = r.verification_id
        """;

    public static async Task<long> FollowAsync(PostgresDatabase database, CancellationToken cancellationToken)
    {
        var changed = 0L;
        if (!await database.ReadAsync(connection => connection.FirstAsync(AnyJudged, row => row.GetBoolean(0), cancellationToken), cancellationToken))
            return changed;
        for (var at = await NextAsync(Guid.Empty); at is { } batch; at = await NextAsync(batch))
        {
            var pages = BatchScan.PagesAsync(
                database, batch, ChunksAPage, async (connection, first, last) => (First: first, Last: last, IsNeeded: !(await OthersAsync(connection, batch, first, last, cancellationToken)).IsEmpty), cancellationToken);
            await foreach (var page in pages)
            {
                if (page.IsNeeded)
                    changed += await database.WriteAsync(connection => FollowAsync(connection, batch, page.First, page.Last));
            }
        }

        return changed;

        ValueTask<Guid?> NextAsync(Guid before) =>
            database.ReadAsync(connection => connection.FirstAsync(NextBatch, row => (Guid?)row.GetGuid(0), cancellationToken, PostgresValue.Of(before)), cancellationToken);
    }

    private static async Task<long> FollowAsync(NpgsqlConnection connection, Guid key, long first, long last)
    {
        if (await BatchRow.LockAsync(connection, key) is not { ErasedAt: null } before)
            return 0;
        var (counts, revision) = (before.Counts, before.Revision + 1);
        var following = new List<(RejudgedRow Row, int Round)>();
        foreach (var row in await OthersAsync(connection, key, first, last, CancellationToken.None))
        {
            if (row.RoundIn(before) is not { } round)
                continue;
            following.Add((row, round));
            counts = row.In(counts);
        }

        if (following.Count == 0)
            return 0;
        _ = await connection.ExecuteAsync(
            Replace,
            PostgresValue.Of(key),
            PostgresValue.Of(revision),
            PostgresValue.Of(following.Select(one => one.Row.Number)),
            PostgresValue.Of(following.Select(one => one.Round)),
            PostgresValue.Of(following.Select(one => (short)one.Row.Score)));
        _ = await BatchRow.WriteAsync(connection, key, before with { Counts = counts, Revision = revision });
        return following.Sum(one => one.Row.Rows);
    }

    private static Task<ImmutableArray<RejudgedRow>> OthersAsync(NpgsqlConnection connection, Guid key, long first, long last, CancellationToken cancellationToken) =>
        connection.AllAsync(Others, Read, cancellationToken, PostgresValue.Of(key), PostgresValue.Of(first), PostgresValue.Of(last));

    private static RejudgedRow Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        1 + row.GetInt32(1),
        row.GetInt32(2),
        (row.Word<VerdictStatus>(3), row.Word<VerdictReason>(4)),
        (row.Word<VerdictStatus>(5), row.Word<VerdictReason>(6)),
        RejudgedRow.ScoreOf(row.Word<VerdictSource>(7), row.GetInt16(8), row.GetString(9), row.GetInt16(10), EarlierVerdict.Read(row.TextOrNull(11))));
}
