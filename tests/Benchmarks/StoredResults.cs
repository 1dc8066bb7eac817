using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using EmailVerify.Adapters;
using EmailVerify.Adapters.Postgres;
using EmailVerify.Benchmarks.Micro;
using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks;

/// <summary>
/// The store of batches in PostgreSQL, which flushes to the disk, on this machine and with this process beside it: flushes of 500 results by some workers at once, first of several batches, then
/// of a single one, whose flushes come one after the other.
/// </summary>
internal static class StoredResults
{
    private const int Batches = 8;
    private const int Workers = 8;
    private const int RowsAFlush = 500;
    private const int Chunks = 30;
    private const int ChunksWithEvidence = 10;
    private const double LeastBare = 50_000;
    private const double LeastWithEvidence = 20_000;

    // As a small server of its own would have them.
    private static readonly string[] Options = ["fsync=on", "shared_buffers=512MB", "max_wal_size=4GB", "wal_compression=lz4", "checkpoint_timeout=15min", "max_connections=100"];

    /// <summary>Gets a verification with its verdict and the evidence of one attempt.</summary>
    public static Verification Settled { get; } = VerdictParts.Settle(Corpus.Attempts[0], EvidenceOf.Attempt(Corpus.Attempts[0], Corpus.Egress, Corpus.Recipient));

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await using var server = new PostgresServer { Options = Options };
        await server.InitializeAsync();
        await using var database = await OpenAsync(server, "results");
        var store = new PostgresBatchStore(database);

        // The first flushes make plans and warm all up.
        _ = await MeasureAsync(Batches, chunks: 2, withEvidence: true);
        report.Figures($"store, results a second in flushes of {RowsAFlush}; evidence of {EvidenceJson.Write(Settled.Evidence).Length} octets");
        report.AtLeast("verdicts alone", await MeasureAsync(Batches, Chunks, withEvidence: false), LeastBare, "a second");
        _ = await MeasureAsync(batches: 1, Chunks * 2, withEvidence: false);
        report.AtLeast("with evidence", await MeasureAsync(Batches, ChunksWithEvidence, withEvidence: true), LeastWithEvidence, "a second");
        _ = await MeasureAsync(batches: 1, ChunksWithEvidence * 2, withEvidence: true);

        async Task<double> MeasureAsync(int batches, int chunks, bool withEvidence)
        {
            var flushes = await PrepareAsync(store, batches, chunks, item => OutcomeOf(item, withEvidence), cancellationToken);
            var rows = flushes.Sum(flush => flush.Outcomes.Length);
            var (own, others, began) = (Environment.CpuUsage.TotalTime, ProcessorTimeOf(server), Stopwatch.GetTimestamp());
            await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(FlushAsync, cancellationToken)));
            var took = Stopwatch.GetElapsedTime(began);
            (own, others) = (Environment.CpuUsage.TotalTime - own, ProcessorTimeOf(server) - others);
            report.Figures($"  {batches} of {chunks} chunks, {(withEvidence ? "with evidence" : "verdicts alone")}: {rows / took.TotalSeconds:0} a second; of the processor {own.TotalMicroseconds / rows:0.0} µs each here, {others.TotalMicroseconds / rows:0.0} µs in PostgreSQL");
            return rows / took.TotalSeconds;

            async Task FlushAsync()
            {
                while (flushes.TryDequeue(out var flush))
                    _ = await store.FlushAsync(flush) ?? throw new InvalidOperationException("A flush was refused.");
            }
        }
    }

    /// <summary>Makes a database of a server.</summary>
    public static async Task<PostgresDatabase> OpenAsync(PostgresServer server, string name) =>
        PostgresDatabase.Open(await server.CreateAsync(name), reports: null, InstallationKind.Sandbox) is PostgresOpening.Opened { Database: var opened }
            ? opened
            : throw new InvalidOperationException("PostgreSQL cannot be opened.");

    /// <summary>Makes a batch with results and evidence.</summary>
    public static async Task<Batch> FillAsync(PostgresBatchStore store, int chunks, CancellationToken cancellationToken)
    {
        Batch? filled = null;
        foreach (var flush in await PrepareAsync(store, batches: 1, chunks, item => OutcomeOf(item, withEvidence: true), cancellationToken))
            filled = await store.FlushAsync(flush);
        return filled ?? throw new InvalidOperationException("A flush was refused.");
    }

    // Chunks of the batches in turn, as they are worked on.
    private static async Task<ConcurrentQueue<BatchFlush>> PrepareAsync(
        PostgresBatchStore store, int batches, int chunks, Func<BatchItem, ItemOutcome> outcomeOf, CancellationToken cancellationToken)
    {
        var flushes = new ConcurrentQueue<BatchFlush>();
        var uploaded = await Task.WhenAll(Enumerable.Range(0, batches).Select(_ => UploadAsync(store, chunks)));
        foreach (var number in Enumerable.Range(0, chunks))
        {
            foreach (var batchId in uploaded)
            {
                var claim = await store.ClaimAsync(batchId, number) ?? throw new InvalidOperationException("A chunk is not open.");
                var items = await store.LoadAsync(batchId, claim, cancellationToken) ?? throw new InvalidOperationException("A chunk is another's.");
                foreach (var some in items.Chunk(RowsAFlush))
                    flushes.Enqueue(new BatchFlush(batchId, claim, [.. some.Select(outcomeOf)], ClosesChunk: some[^1].Row == items[^1].Row, TimeProvider.System.GetUtcNow()));
            }
        }

        return flushes;
    }

    // Each connection has a process.
    private static TimeSpan ProcessorTimeOf(PostgresServer server)
    {
        var sum = TimeSpan.Zero;
        foreach (var child in File.ReadAllText($"/proc/{server.Id}/task/{server.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            using var process = Process.GetProcessById(int.Parse(child, CultureInfo.InvariantCulture));
            sum += process.TotalProcessorTime;
        }

        return sum;
    }

    private static ItemOutcome.Done OutcomeOf(BatchItem item, bool withEvidence)
    {
        var saved = Settled with { Id = Id.New("ver", TimeProvider.System), Email = item.Email, AddressHash = item.Hash };
        return new ItemOutcome.Done(item, saved.Verdict!, saved.Id, withEvidence ? saved : null);
    }

    private static async Task<string> UploadAsync(PostgresBatchStore store, int chunks)
    {
        var id = Id.New("bat", TimeProvider.System);
        var now = TimeProvider.System.GetUtcNow();
        await store.BeginAsync(id, now);
        for (var number = 0; number < chunks; number++)
        {
            var rows = new ArrayBufferWriter<byte>();
            var hashes = new ArrayBufferWriter<byte>();
            for (var at = 0; at < ChunkRows.PerChunk; at++)
            {
                var email = $"{id[^8..]}.{number}.{at}@example.com";
                ChunkRows.Write(rows, new InputRow(email, RowNotes.None, System.Text.Encoding.UTF8.GetBytes(email)));
                hashes.Write(AddressHash.Of(new byte[32], EmailAddress.Parse(email)).ToOctets());
            }

            await store.AppendAsync(id, new ChunkDraft(number, ChunkRows.PerChunk, rows.WrittenMemory, hashes.WrittenMemory, ImmutableArray<Repeat>.Empty));
        }

        var total = (long)chunks * ChunkRows.PerChunk;
        _ = await store.PublishAsync(new Batch { Id = id, CustomerId = "cus_default", Counts = new BatchCounts(total, 0, 0, 0, 0, 0, total, 0, 0, 0), CreatedAt = now, ExpiresAt = now.AddDays(90) }, null);
        return id;
    }
}
