using EmailVerify.Benchmarks.Batches;
using EmailVerify.Benchmarks.Floor;
using EmailVerify.Benchmarks.Micro;

namespace EmailVerify.Benchmarks;

/// <summary>Something that is measured.</summary>
/// <param name="Name">What it is asked for by.</param>
/// <param name="Says">What its figures say.</param>
/// <param name="RunAsync">Measures and reports.</param>
internal sealed record Benchmark(string Name, string Says, Func<Report, CancellationToken, Task> RunAsync)
{
    public static readonly IReadOnlyList<Benchmark> All =
    [
        new("singles", "1,000 verifications at once", Singles.RunAsync),
        new("cached", "verdicts that are known already", Cached.RunAsync),
        new("start", "from the start of the process to ready", Starts.RunAsync),
        new("batch", "50,000 addresses through upload, run and download, and the bare client beside it", Batch.RunAsync),
        new("floor", "the bare client alone: the least that asking costs", BareClient.RunAsync),
        new("memory", "200,000 rows: how long they take to go in and out, and what the service holds meanwhile", LargeBatch.RunAsync),
        new("watchers", "1,000 watchers of a batch: what they take from it", Watched.RunAsync),
        new("beside", "single verifications beside a running batch", Beside.RunAsync),
        new("micro", "the parts of the service one by one, each beside a baseline", Parts.RunAsync) { NeedsService = false },
        new("store", "results of batches into a PostgreSQL that flushes to the disk", StoredResults.RunAsync) { NeedsService = false },
        new("history", "what is found among a million verifications in PostgreSQL, and how a month goes", LargeHistory.RunAsync) { NeedsService = false },
        new("scale", "a batch by three silos, each with its sessions, and by one", Scale.RunAsync),
    ];

    /// <summary>Gets a value indicating whether the published service is needed.</summary>
    public bool NeedsService { get; private init; } = true;
}
