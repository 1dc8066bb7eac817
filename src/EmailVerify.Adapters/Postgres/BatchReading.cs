using System.Collections.Immutable;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Reads chunks: what is left to be asked, and what was found. Each reads in a snapshot (<see cref="Snapshot"/>): a row that is settled meanwhile is in one place or the other.</summary>
internal static class BatchReading
{
    private const int HashOctets = 16;

    // Rows of one commit may stand in any chunk, and a chunk is read whole: a page ends when it has read so many octets of them.
    private const long MaxPageOctets = 8 * 1024 * 1024;

    private const string Result = $"row, attempts, verification_id, round, revision, {VerdictColumns.Names}";
    private const int FirstOfVerdict = 5;

    // $2 and $3: the first and the last row of a chunk.
    private const string OfChunk = "batch_id = $1 AND row BETWEEN $2 AND $3";

    private const string Epoch = "SELECT epoch FROM batch_chunks WHERE batch_id = $1 AND number = $2 AND is_open";
    private const string Rows = "SELECT rows, hashes FROM batch_rows WHERE batch_id = $1 AND number = $2";
    private const string Settled = $"SELECT row, status, reason, round FROM batch_results WHERE {OfChunk}";
    private const string PutOff = $"SELECT row FROM batch_retries WHERE {OfChunk}";
    private const string Repeats = $"SELECT row, of FROM batch_repeats WHERE {OfChunk}";
    private const string Repeated = "SELECT of, count(*)::integer FROM batch_repeats WHERE batch_id = $1 AND of BETWEEN $2 AND $3 GROUP BY of";
    private const string Results = $"SELECT {Result} FROM batch_results WHERE {OfChunk}";

    // Of rows in earlier chunks that rows of this one repeat.
    private const string EarlierResults =
        $"SELECT {Result} FROM batch_results WHERE batch_id = $1 AND row IN (SELECT of FROM batch_repeats WHERE {OfChunk} AND of < $2)";

    private const string OneResult = $"SELECT {Result}, repeated FROM batch_results WHERE batch_id = $1 AND row = $2";

    private const string DoneResults =
        $"SELECT {Result}, repeated FROM batch_results WHERE batch_id = $1 AND (revision, row) > ($2, $3) ORDER BY revision, row LIMIT $4";

    private const string RepeatsOf = "SELECT row FROM batch_repeats WHERE batch_id = $1 AND of = $2 AND row > $3 ORDER BY row LIMIT $4";

    // Of each of some rows the first ones that repeat it.
    private const string RepeatsOfEach =
        """
        SELECT asked.of, repeat.row FROM unnest($2, $3) AS asked (of, most)
        CROSS JOIN LATERAL (SELECT row FROM batch_repeats WHERE batch_id = $1 AND of = asked.of ORDER BY row LIMIT asked.most) AS repeat
        """;

    // Of some chunks, in the order in which they are wanted, as many as there is room for: one more begins as long as those before it leave some.
    private const string TextsWithin =
        """
        SELECT number, rows FROM (
            SELECT number, rows, sum(octet_length(rows)) OVER (ORDER BY at) - octet_length(rows) AS before
            FROM unnest($2) WITH ORDINALITY AS wanted (number, at) JOIN batch_rows USING (number) WHERE batch_id = $1) AS stored
        WHERE before < $3
        """;

    private const string Texts = "SELECT number, rows FROM batch_rows WHERE batch_id = $1 AND number BETWEEN $2 AND $3 ORDER BY number";
    private const string Sums = $"SELECT row, status, reason, provider, 1::bigint + repeated, round FROM batch_results WHERE {OfChunk} ORDER BY row";

    /// <summary>Reads the rows of a chunk that are to be asked about.</summary>
    /// <returns>Null when the claim is no longer the newest.</returns>
    public static async Task<ImmutableArray<BatchItem>?> LoadAsync(NpgsqlConnection connection, Guid key, ChunkClaim claim, CancellationToken cancellationToken)
    {
        var (first, last) = ChunkRows.Bounds(claim.Number);
        await using var pipeline = new PostgresPipeline(connection)
            .Add(BatchRow.Find, PostgresValue.Of(key))
            .Add(Epoch, PostgresValue.Of(key), PostgresValue.Of(claim.Number))
            .Add(Settled, PostgresValue.Of(key), PostgresValue.Of(first), PostgresValue.Of(last))
            .Add(PutOff, PostgresValue.Of(key), PostgresValue.Of(first), PostgresValue.Of(last))
            .Add(Repeats, PostgresValue.Of(key), PostgresValue.Of(first), PostgresValue.Of(last))
            .Add(Repeated, PostgresValue.Of(key), PostgresValue.Of(first), PostgresValue.Of(last))
            .Add(Rows, PostgresValue.Of(key), PostgresValue.Of(claim.Number));
        if (await pipeline.FirstAsync(BatchRow.Read, cancellationToken) is not { } batch || await pipeline.FirstAsync<int?>(row => row.GetInt32(0), cancellationToken) != claim.Epoch)
            return null;
        var settled = new HashSet<long>();
        await pipeline.EachAsync(
            row =>
            {
                if (BatchLife.IsFinal(batch, row.Word<VerdictStatus>(1), row.Word<VerdictReason>(2), row.GetInt32(3)))
                    _ = settled.Add(row.GetInt64(0));
            },
            cancellationToken);
        await pipeline.EachAsync(row => settled.Add(row.GetInt64(0)), cancellationToken);
        await pipeline.EachAsync(row => settled.Add(row.GetInt64(0)), cancellationToken);
        var repeated = new Dictionary<long, int>();
        await pipeline.EachAsync(row => repeated.Add(row.GetInt64(0), row.GetInt32(1)), cancellationToken);
        if (batch.DropsDuplicates)
            repeated.Clear();
        var (rows, hashes) = await pipeline.FirstAsync(row => (ChunkRows.Read(row.Octets(0)), row.Octets(1)), cancellationToken) is { Item2: not null } stored ? stored : ([], []);
        var items = ImmutableArray.CreateBuilder<BatchItem>(rows.Length);
        for (var at = 0; at < rows.Length; at++)
        {
            if (!settled.Contains(first + at))
                items.Add(new BatchItem(first + at, rows[at].Email, AddressHash.FromOctets(hashes.AsSpan(at * HashOctets, HashOctets)), repeated.GetValueOrDefault(first + at)));
        }

        return items.DrainToImmutable();
    }

    /// <summary>Reads every row of a chunk with its result.</summary>
    public static async Task<ImmutableArray<ResultRow>> ChunkAsync(NpgsqlConnection connection, Batch batch, Guid key, int number, bool withEvidence, CancellationToken cancellationToken)
    {
        var (first, last) = ChunkRows.Bounds(number);
        var results = new Dictionary<long, BatchResult>();
        var repeats = new Dictionary<long, long>();
        ImmutableArray<InputRow> rows;
        await using (var pipeline = new PostgresPipeline(connection)
            .Add(Results, PostgresValue.Of(key), PostgresValue.Of(first), PostgresValue.Of(last))
            .Add(EarlierResults, PostgresValue.Of(key), PostgresValue.Of(first), PostgresValue.Of(last))
            .Add(Repeats, PostgresValue.Of(key), PostgresValue.Of(first), PostgresValue.Of(last))
            .Add(Rows, PostgresValue.Of(key), PostgresValue.Of(number)))
        {
            await pipeline.EachAsync(Keep, cancellationToken);
            await pipeline.EachAsync(Keep, cancellationToken);
            await pipeline.EachAsync(row => repeats.Add(row.GetInt64(0), row.GetInt64(1)), cancellationToken);
            rows = await pipeline.FirstAsync<ImmutableArray<InputRow>?>(row => ChunkRows.Read(row.Octets(0)), cancellationToken) ?? [];
        }

        if (withEvidence)
            await AddEvidenceAsync(connection, results, cancellationToken);
        var read = ImmutableArray.CreateBuilder<ResultRow>(rows.Length);
        for (var at = 0; at < rows.Length; at++)
        {
            long? repeatOf = repeats.TryGetValue(first + at, out var earlier) ? earlier : null;
            read.Add(new ResultRow(first + at, rows[at], repeatOf, results.GetValueOrDefault(repeatOf ?? first + at)));
        }

        return read.DrainToImmutable();

        void Keep(NpgsqlDataReader row)
        {
            var result = ResultOf(row, batch);
            results.Add(result.Place.Row, result);
        }
    }

    /// <summary>Reads results in the order of their commits, each with the rows that repeat it. An answer that is shorter than its limit need not be the last: only an empty one is.</summary>
    public static async Task<ImmutableArray<ResultRow>> DoneAsync(
        NpgsqlConnection connection, Batch batch, Guid key, ResultPlace place, long row, int limit, CancellationToken cancellationToken)
    {
        // :: Step 1: which rows. What an earlier page began comes first: rows that repeat one are read on behind the last of them. With a result of a later round they stand at its place.
        (BatchResult Result, int Repeated)? begun;
        ImmutableArray<(BatchResult Result, int Repeated)> done;
        var begunRepeats = ImmutableArray<long>.Empty;
        await using (var pipeline = new PostgresPipeline(connection)
            .Add(OneResult, PostgresValue.Of(key), PostgresValue.Of(place.Row))
            .Add(RepeatsOf, PostgresValue.Of(key), PostgresValue.Of(place.Row), PostgresValue.Of(row), PostgresValue.Of((long)limit))
            .Add(DoneResults, PostgresValue.Of(key), PostgresValue.Of(place.Revision), PostgresValue.Of(place.Row), PostgresValue.Of((long)limit)))
        {
            begun = await pipeline.FirstAsync<(BatchResult, int)?>(one => (ResultOf(one, batch), RepeatedOf(one)), cancellationToken);
            begunRepeats = await pipeline.AllAsync(one => one.GetInt64(0), cancellationToken);
            done = await pipeline.AllAsync(one => (ResultOf(one, batch), RepeatedOf(one)), cancellationToken);
        }

        var wanted = new List<(long Row, long? RepeatOf, BatchResult Result)>(limit);
        if (begun is { Result: var before } && before.Place == place && !batch.DropsDuplicates)
            wanted.AddRange(begunRepeats.Select(repeat => (repeat, (long?)before.Place.Row, before)));

        // :: Step 2: those that repeat them.
        var shares = new Dictionary<long, int>();
        var left = limit - wanted.Count;
        foreach (var (result, repeated) in done)
        {
            if (left <= 0)
                break;
            left--;
            var share = batch.DropsDuplicates ? 0 : Math.Min(left, repeated);
            shares.Add(result.Place.Row, share);
            left -= share;
        }

        var repeats = await RepeatsOfAsync(connection, key, shares, cancellationToken);
        foreach (var (result, _) in done)
        {
            var number = result.Place.Row;
            if (!shares.ContainsKey(number))
                break;
            wanted.Add((number, null, result));
            wanted.AddRange(repeats[number].Order().Select(repeat => (repeat, (long?)number, result)));
        }

        // :: Step 3: their texts, as far as there is room.
        var chunks = new Dictionary<int, ImmutableArray<InputRow>>();
        await using (var pipeline = new PostgresPipeline(connection)
            .Add(TextsWithin, PostgresValue.Of(key), PostgresValue.Of(wanted.Select(one => ChunkRows.NumberOf(one.Row)).Distinct()), PostgresValue.Of(MaxPageOctets)))
        {
            await pipeline.EachAsync(stored => chunks.Add(stored.GetInt32(0), ChunkRows.Read(stored.Octets(1))), cancellationToken);
        }

        var read = ImmutableArray.CreateBuilder<ResultRow>(wanted.Count);
        foreach (var (number, repeatOf, result) in wanted)
        {
            var chunk = ChunkRows.NumberOf(number);
            if (!chunks.TryGetValue(chunk, out var rows))
                break;
            read.Add(new ResultRow(number, rows[(int)(number - ChunkRows.Bounds(chunk).First)], repeatOf, result));
        }

        return read.DrainToImmutable();
    }

    /// <summary>Reads of some chunks' final results what a summary is made of: status, reason, provider, domain, and how many rows share them.</summary>
    public static async Task<ImmutableArray<(VerdictStatus Status, VerdictReason Reason, string? Provider, string? Domain, long Rows)>> SettledAsync(
        NpgsqlConnection connection, Batch batch, Guid key, int firstChunk, int lastChunk, CancellationToken cancellationToken)
    {
        await using var pipeline = new PostgresPipeline(connection)
            .Add(Sums, PostgresValue.Of(key), PostgresValue.Of(ChunkRows.Bounds(firstChunk).First), PostgresValue.Of(ChunkRows.Bounds(lastChunk).Last))
            .Add(Texts, PostgresValue.Of(key), PostgresValue.Of(firstChunk), PostgresValue.Of(lastChunk));
        var sums = await pipeline.AllAsync(
            row => (Row: row.GetInt64(0), Status: row.Word<VerdictStatus>(1), Reason: row.Word<VerdictReason>(2), Provider: row.TextOrNull(3), Rows: row.GetInt64(4), Round: row.GetInt32(5)),
            cancellationToken);
        var settled = ImmutableArray.CreateBuilder<(VerdictStatus, VerdictReason, string?, string?, long)>(sums.Length);
        var at = 0;

        // Their texts a chunk at a time: rows may be wide.
        await pipeline.EachAsync(
            stored =>
            {
                var (first, last) = ChunkRows.Bounds(stored.GetInt32(0));
                var rows = ChunkRows.Read(stored.Octets(1));
                for (; at < sums.Length && sums[at].Row <= last; at++)
                {
                    var sum = sums[at];
                    if (BatchLife.IsFinal(batch, sum.Status, sum.Reason, sum.Round))
                        settled.Add((sum.Status, sum.Reason, sum.Provider, DomainOf(rows[(int)(sum.Row - first)].Email), sum.Rows));
                }
            },
            cancellationToken);
        return settled.DrainToImmutable();
    }

    private static string? DomainOf(string email) => EmailAddress.TryParse(email, out var address) ? address.Domain : null;

    private static async Task<ILookup<long, long>> RepeatsOfAsync(NpgsqlConnection connection, Guid key, Dictionary<long, int> shares, CancellationToken cancellationToken)
    {
        long[] asked = [.. shares.Where(share => share.Value > 0).Select(share => share.Key)];
        if (asked.Length == 0)
            return Array.Empty<long>().ToLookup(row => row);
        var repeats = await connection.AllAsync(
            RepeatsOfEach,
            row => (Of: row.GetInt64(0), Row: row.GetInt64(1)),
            cancellationToken,
            PostgresValue.Of(key),
            PostgresValue.Of(asked),
            PostgresValue.Of(asked.Select(of => (long)shares[of])));
        return repeats.ToLookup(repeat => repeat.Of, repeat => repeat.Row);
    }

    private static async Task AddEvidenceAsync(NpgsqlConnection connection, Dictionary<long, BatchResult> results, CancellationToken cancellationToken)
    {
        var saved = results.Where(pair => pair.Value.VerificationId is not null).ToDictionary(pair => pair.Key, pair => StoredId.Of(pair.Value.VerificationId!, StoredId.Verification));
        var found = await VerificationRows.EvidenceAsync(connection, saved.Values.ToHashSet(), cancellationToken);
        foreach (var (row, id) in saved)
        {
            if (found.TryGetValue(id, out var evidence))
                results[row] = results[row] with { Evidence = evidence };
        }
    }

    private static BatchResult ResultOf(NpgsqlDataReader row, Batch batch)
    {
        var verdict = VerdictColumns.Read(row, FirstOfVerdict);
        var isFinal = BatchLife.IsFinal(batch, verdict.Status, verdict.Reason, row.GetInt32(3));
        return new BatchResult(verdict, row.IdOrNull(2, StoredId.Verification), row.GetInt32(1), isFinal, new ResultPlace(row.GetInt64(4), row.GetInt64(0)), []);
    }

    private static int RepeatedOf(NpgsqlDataReader row) => row.GetInt32(row.FieldCount - 1);
}
