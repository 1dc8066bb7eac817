using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Postgres;

/// <summary>A batch whose last rows of each chunk repeat its first one, and what becomes of its rows.</summary>
internal sealed record PreparedBatch(string Id, int Chunks, int RowsAChunk)
{
    private const int RepeatsAChunk = 5;

    // What the batch says of itself and what its rows say, at one instant.
    private const string IsExact =
        """
        SELECT (done, deliverable, undeliverable, risky, unknown, retrying) = (
            SELECT coalesce(sum(1 + repeated), 0), coalesce(sum(1 + repeated) FILTER (WHERE r.status = 'deliverable'), 0), coalesce(sum(1 + repeated) FILTER (WHERE r.status = 'undeliverable'), 0),
                coalesce(sum(1 + repeated) FILTER (WHERE r.status = 'risky'), 0), coalesce(sum(1 + repeated) FILTER (WHERE r.status = 'unknown'), 0),
                (SELECT count(*) FROM batch_retries WHERE batch_id = b.id)
            FROM batch_results AS r WHERE batch_id = b.id)
        FROM batches AS b
        """;

    public int Rows => Chunks * RowsAChunk;

    public IEnumerable<long> Numbers => Enumerable.Range(0, Chunks).SelectMany(chunk => Enumerable.Range(0, RowsAChunk).Select(at => ChunkRows.Bounds(chunk).First + at));

    public static async Task<PreparedBatch> UploadAsync(IBatchStore store, int chunks, int rowsAChunk)
    {
        var batch = new PreparedBatch(Core.Id.New("bat", TimeProvider.System), chunks, rowsAChunk);
        await store.BeginAsync(batch.Id, Samples.Noon);
        for (var number = 0; number < chunks; number++)
        {
            var rows = new ArrayBufferWriter<byte>();
            var hashes = new ArrayBufferWriter<byte>();
            var first = ChunkRows.Bounds(number).First;
            for (var at = 0; at < rowsAChunk; at++)
            {
                var email = $"a{number}.{(at < rowsAChunk - RepeatsAChunk ? at : 0)}@a.example";
                ChunkRows.Write(rows, new InputRow(email, RowNotes.None, Encoding.UTF8.GetBytes(email)));
                hashes.Write(AddressHash.OfText(new byte[32], email).ToOctets());
            }

            ImmutableArray<Repeat> repeats = [.. Enumerable.Range(rowsAChunk - RepeatsAChunk, RepeatsAChunk).Select(at => new Repeat(first + at, first))];
            await store.AppendAsync(batch.Id, new ChunkDraft(number, rowsAChunk, rows.WrittenMemory, hashes.WrittenMemory, repeats));
        }

        var repeated = chunks * RepeatsAChunk;
        Assert.True(await store.PublishAsync(
            new Batch
            {
                Id = batch.Id,
                CustomerId = "cus_a",
                Counts = new BatchCounts(batch.Rows, 0, 0, 0, 0, 0, batch.Rows - repeated, repeated, 0, 0),
                CreatedAt = Samples.Noon,
                ExpiresAt = Samples.Noon.AddDays(90),
            },
            null));
        return batch;
    }

    public static ItemOutcome OutcomeOf(BatchItem item, Random random, DateTimeOffset now)
    {
        var save = random.Next(2) == 0 ? Samples.Verification(1, new UInt128(0, (ulong)item.Row), "cus_a") with { Id = item.Verification?.Id ?? Core.Id.New("ver", TimeProvider.System) } : null;
        if (random.Next(3) == 0)
        {
            var pending = save is null ? null : save with { Verdict = null, Pending = new Pending(now, VerdictReason.Greylisted, now, now) };
            return new ItemOutcome.PutOff(item, now.AddMinutes(random.Next(0, 6)), "eg-1", pending);
        }

        var verdict = VerdictOf((VerdictStatus)random.Next(4), now);
        return new ItemOutcome.Done(item, verdict, save?.Id, save is null ? null : save with { Verdict = verdict });
    }

    public static ItemOutcome DoneOf(BatchItem item, DateTimeOffset now) => new ItemOutcome.Done(item, VerdictOf(VerdictStatus.Risky, now), null, null);

    /// <summary>Fails unless the counts are those of the rows.</summary>
    public static async Task AssertExactAsync(PostgresTestDatabase database) => Assert.All(await database.ReadAsync(IsExact, row => row.GetBoolean(0)), Assert.True);

    /// <summary>Fails unless each row has one result and the counts say so.</summary>
    public async Task AssertWholeAsync(PostgresBatchStore store)
    {
        var ended = Assert.IsType<Batch>(await store.FindAsync(Id, TestContext.Current.CancellationToken));
        Assert.Equal((BatchStatus.Completed, Rows, 0), (ended.Status, ended.Counts.Done, ended.Counts.Retrying));
        var read = new List<long>();
        var (place, last) = (default(ResultPlace), 0L);
        while (await store.ReadDoneAsync(ended, place, last, 50, TestContext.Current.CancellationToken) is { IsEmpty: false } page)
        {
            read.AddRange(page.Select(row => row.Number));
            (place, last) = (page[^1].Result!.Place, page[^1].Number);
        }

        Assert.Equal(Numbers, read.Order());
    }

    private static Verdict VerdictOf(VerdictStatus status, DateTimeOffset now) =>
        new(status, VerdictReason.AcceptedEmail, 50, null, null, null, "p", "x", now, now, VerdictSource.Live, "r1");
}
