using System.Collections.Immutable;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Reads chunks: what is left to be asked, and what was found.</summary>
internal static class BatchReading
{
    private const int HashOctets = 16;

    // Rows of one commit may stand in any chunk, and a chunk is read whole: a page ends when it has read so many octets of them.
    private const int MaxPageOctets = 8 * 1024 * 1024;

    private const string Result = $"row, {VerdictColumns.Names}, attempts, verification_id, round, revision";

    private const string Epoch = "SELECT epoch FROM batch_chunks WHERE batch = ?1 AND number = ?2 AND open = 1";
    private const string Rows = "SELECT rows, hashes FROM batch_rows WHERE batch = ?1 AND number = ?2";
    private const string Results = $"SELECT {Result} FROM batch_results WHERE batch = ?1 AND row BETWEEN ?2 AND ?3";
    private const string OneResult = $"SELECT {Result} FROM batch_results WHERE batch = ?1 AND row = ?2";
    private const string DoneResults = $"SELECT {Result} FROM batch_results INDEXED BY batch_results_done WHERE batch = ?1 AND (revision, row) > (?2, ?3) ORDER BY revision, row LIMIT ?4";
    private const string Repeats = "SELECT row, of FROM batch_repeats WHERE batch = ?1 AND row BETWEEN ?2 AND ?3";
    private const string RepeatsOf = "SELECT row FROM batch_repeats WHERE batch = ?1 AND of = ?2 AND row > ?3 ORDER BY row LIMIT ?4";
    private const string Repeated = "SELECT of, count(*) FROM batch_repeats WHERE batch = ?1 AND of BETWEEN ?2 AND ?3 GROUP BY of";
    private const string PutOff = "SELECT row FROM batch_retries WHERE batch = ?1 AND row BETWEEN ?2 AND ?3";
    private const string Sums = "SELECT row, status, reason, provider, 1 + repeated, round FROM batch_results WHERE batch = ?1 AND row BETWEEN ?2 AND ?3";
    private const string Evidence = "SELECT evidence FROM verifications WHERE id = ?1";

    /// <summary>Reads the rows of a chunk that are to be asked about.</summary>
    /// <returns>Null when the claim is no longer the newest.</returns>
    public static ImmutableArray<BatchItem>? Load(SqliteSession session, string batchId, ChunkClaim claim)
    {
        if (BatchRow.Of(session, batchId) is not { } found)
            return null;
        var key = found.Key;
        if (session.First<int?>(Epoch, row => row.GetInt32(0), key, claim.Number) != claim.Epoch)
            return null;
        var (rows, hashes) = RowsOf(session, key, claim.Number);
        var (first, last) = ChunkRows.Bounds(claim.Number);
        var settled = session.All(Results, row => ResultOf(row, found.Batch), key, first, last).Where(result => result.Result.IsFinal).Select(result => result.Row)
            .Concat(session.All(PutOff, row => row.GetInt64(0), key, first, last))
            .Concat(session.All(Repeats, row => row.GetInt64(0), key, first, last))
            .ToHashSet();
        var repeated = found.Batch.DropsDuplicates
            ? []
            : session.All(Repeated, row => KeyValuePair.Create(row.GetInt64(0), row.GetInt32(1)), key, first, last).ToDictionary();
        var items = ImmutableArray.CreateBuilder<BatchItem>(rows.Length);
        for (var at = 0; at < rows.Length; at++)
        {
            if (!settled.Contains(first + at))
                items.Add(new BatchItem(first + at, rows[at].Email, AddressHash.FromOctets(hashes.AsSpan(at * HashOctets, HashOctets)), repeated.GetValueOrDefault(first + at)));
        }

        return items.DrainToImmutable();
    }

    /// <summary>Reads every row of a chunk with its result.</summary>
    public static ImmutableArray<ResultRow> Chunk(SqliteSession session, Batch batch, int number, bool withEvidence)
    {
        if (BatchRow.Of(session, batch.Id) is not { } found)
            return [];
        var key = found.Key;
        var (rows, _) = RowsOf(session, key, number);
        var (first, last) = ChunkRows.Bounds(number);
        var results = session.All(Results, row => ResultOf(row, found.Batch), key, first, last).ToDictionary(pair => pair.Row, pair => pair.Result);
        var repeats = session.All(Repeats, row => KeyValuePair.Create(row.GetInt64(0), row.GetInt64(1)), key, first, last).ToDictionary();
        var read = ImmutableArray.CreateBuilder<ResultRow>(rows.Length);
        for (var at = 0; at < rows.Length; at++)
        {
            var repeatOf = repeats.TryGetValue(first + at, out var earlier) ? earlier : default(long?);
            var result = repeatOf is { } of ? results.GetValueOrDefault(of) ?? OneOf(session, key, of, found.Batch) : results.GetValueOrDefault(first + at);
            read.Add(new ResultRow(first + at, rows[at], repeatOf, withEvidence ? WithEvidence(session, result) : result));
        }

        return read.DrainToImmutable();
    }

    /// <summary>Reads results in the order of their commits, each with the rows that repeat it. An answer that is shorter than its limit need not be the last: only an empty one is.</summary>
    public static ImmutableArray<ResultRow> Done(SqliteSession session, Batch batch, ResultPlace place, long row, int limit)
    {
        if (BatchRow.Of(session, batch.Id) is not { } found)
            return [];
        var key = found.Key;
        var chunks = new Dictionary<int, ImmutableArray<InputRow>>();
        var octets = 0L;
        var read = ImmutableArray.CreateBuilder<ResultRow>();

        // What an earlier page began: rows that repeat one are read on behind the last of them. With a result of a later round they stand at its place.
        if (OneOf(session, key, place.Row, found.Batch) is { } begun && begun.Place == place && !AddRepeats(place.Row, row, begun))
            return read.ToImmutable();
        if (read.Count == limit)
            return read.ToImmutable();
        foreach (var (number, result) in session.All(DoneResults, one => ResultOf(one, found.Batch), key, place.Revision, place.Row, limit - read.Count))
        {
            if (read.Count == limit || !TryAdd(number, null, result) || !AddRepeats(number, number, result))
                break;
        }

        return read.ToImmutable();

        bool AddRepeats(long of, long after, BatchResult result)
        {
            if (found.Batch.DropsDuplicates || read.Count == limit)
                return true;
            foreach (var repeat in session.All(RepeatsOf, one => one.GetInt64(0), key, of, after, limit - read.Count))
            {
                if (!TryAdd(repeat, of, result))
                    return false;
            }

            return true;
        }

        bool TryAdd(long number, long? repeatOf, BatchResult result)
        {
            var chunk = ChunkRows.NumberOf(number);
            if (!chunks.TryGetValue(chunk, out var rows))
            {
                if (octets >= MaxPageOctets)
                    return false;
                var stored = session.First(Rows, one => one.Octets(0), key, chunk) ?? [];
                octets += stored.Length;
                chunks.Add(chunk, rows = ChunkRows.Read(stored));
            }

            read.Add(new ResultRow(number, rows[(int)(number - ChunkRows.Bounds(chunk).First)], repeatOf, result));
            return true;
        }
    }

    /// <summary>Reads of a chunk's final results what a summary is made of: status, reason, provider, domain, and how many rows share them.</summary>
    public static IEnumerable<(VerdictStatus Status, VerdictReason Reason, string? Provider, string? Domain, long Rows)> Settled(SqliteSession session, Batch batch, long key, long first, long last)
    {
        var (rows, _) = RowsOf(session, key, ChunkRows.NumberOf(first));
        return session
            .All(
                Sums,
                row => (Row: row.GetInt64(0), Status: row.Word<VerdictStatus>(1), Reason: row.Word<VerdictReason>(2), Provider: row.TextOrNull(3), Rows: row.GetInt64(4), Round: row.GetInt32(5)),
                key,
                first,
                last)
            .Where(one => BatchLife.IsFinal(batch, one.Status, one.Reason, one.Round))
            .Select(one => (one.Status, one.Reason, one.Provider, DomainOf(rows[(int)(one.Row - first)].Email), one.Rows))
            .ToArray();
    }

    private static string? DomainOf(string email) => EmailAddress.TryParse(email, out var address) ? address.Domain : null;

    private static (ImmutableArray<InputRow> Rows, byte[] Hashes) RowsOf(SqliteSession session, long key, int number) =>
        session.First<(byte[] Rows, byte[] Hashes)?>(Rows, row => (row.Octets(0), row.Octets(1)), key, number) is { } stored ? (ChunkRows.Read(stored.Rows), stored.Hashes) : ([], []);

    private static BatchResult? OneOf(SqliteSession session, long key, long row, Batch batch) =>
        session.First<(long, BatchResult Result)?>(OneResult, found => ResultOf(found, batch), key, row)?.Result;

    private static BatchResult? WithEvidence(SqliteSession session, BatchResult? result) =>
        result is { VerificationId: { } id } && session.First(Evidence, row => row.GetString(0), id) is { } json ? result with { Evidence = EvidenceJson.Read(json) } : result;

    private static (long Row, BatchResult Result) ResultOf(SqliteDataReader row, Batch batch)
    {
        var number = row.GetInt64(0);
        var verdict = VerdictColumns.Read(row, 1);
        var isFinal = BatchLife.IsFinal(batch, verdict.Status, verdict.Reason, row.GetInt32(15));
        return (number, new BatchResult(verdict, row.TextOrNull(14), row.GetInt32(13), isFinal, new ResultPlace(row.GetInt64(16), number), []));
    }
}
