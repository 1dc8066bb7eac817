using System.Diagnostics.Metrics;
using System.Threading.Channels;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>What the writer counts, as meter <c>EmailVerify.Sqlite</c>.</summary>
internal sealed class SqliteInstruments : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "EmailVerify.Sqlite";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> commits;
    private readonly Histogram<int> jobsPerCommit;
    private readonly Histogram<double> commitDuration;
    private long commitCount;
    private long jobCount;

    public SqliteInstruments()
    {
        commits = meter.CreateCounter<long>("emailverify.sqlite.commits", "{commit}", "Transactions of the one writer that were flushed to the disk.");
        jobsPerCommit = meter.CreateHistogram(
            "emailverify.sqlite.jobs_per_commit", "{job}", "How many writes shared one flush.", advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100] });
        commitDuration = meter.CreateHistogram(
            "emailverify.sqlite.commit.duration", "s", "From the beginning of a transaction until it is on the disk.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.2, 1, 5] });
    }

    /// <summary>Gets how many transactions were committed.</summary>
    public long Commits => Interlocked.Read(ref commitCount);

    /// <summary>Gets how many jobs they held.</summary>
    public long Jobs => Interlocked.Read(ref jobCount);

    /// <summary>Shows how many jobs wait in a queue.</summary>
    public void Watch(ChannelReader<WriteJob> queue) =>
        _ = meter.CreateObservableGauge("emailverify.sqlite.queue_length", () => queue.Count, "{job}", "Writes that wait for the writer.");

    /// <summary>Counts a commit.</summary>
    public void Committed(int jobs, TimeSpan duration)
    {
        _ = Interlocked.Increment(ref commitCount);
        _ = Interlocked.Add(ref jobCount, jobs);
        commits.Add(1);
        jobsPerCommit.Record(jobs);
        commitDuration.Record(duration.TotalSeconds);
    }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();
}
