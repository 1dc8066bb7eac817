using System.Diagnostics;
using System.Threading.Channels;
using EmailVerify.Core;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>
/// The one thread that writes. Jobs that wait while a commit is flushed go into the next one together: many writers, one flush.
/// A lone job is committed at once. Nobody is told before COMMIT has returned.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    /// <summary>How many jobs one commit takes at most.</summary>
    public const int MaxGroup = 100;

    /// <summary>How many jobs may wait; who comes later waits to wait.</summary>
    public const int MaxQueue = 1_024;

    private readonly SqliteSession session;
    private readonly SqliteInstruments instruments;
    private readonly List<WriteJob> group = new(MaxGroup);
    private readonly ManualResetEventSlim wake = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<WriteJob> queue = Channel.CreateBounded<WriteJob>(new BoundedChannelOptions(MaxQueue) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Starts the thread over a connection that is its own from now on.</summary>
    public SqliteWriter(SqliteSession session, SqliteInstruments instruments)
    {
        (this.session, this.instruments) = (session, instruments);
        instruments.Watch(queue.Reader);
        new Thread(Work) { Name = "SQLite writer", IsBackground = true }.Start();
    }

    /// <summary>Writes something. The task ends when it is on the disk.</summary>
    /// <param name="work">The statements; run on the writer's thread, perhaps twice, so it may touch nothing but the session.</param>
    /// <exception cref="StorageFullException">No room on the disk.</exception>
    /// <exception cref="StorageUnavailableException">The disk failed, or the database is being closed.</exception>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> work)
    {
        var job = new WriteJob<T>(work);
        if (!queue.Writer.TryWrite(job))
        {
            try
            {
                await queue.Writer.WriteAsync(job);
            }
            catch (ChannelClosedException)
            {
                throw new StorageUnavailableException("The database is being closed.");
            }
        }

        wake.Set();
        return await job.Told;
    }

    /// <summary>Takes no more jobs, does those that were taken, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _ = queue.Writer.TryComplete();
        wake.Set();
        await ended.Task;
        wake.Dispose();
    }

    private void Work()
    {
        while (Gather())
        {
            Commit(group);
            foreach (var job in group)
                job.Tell();
        }

        session.Dispose();
        ended.SetResult();
    }

    /// <summary>Fills the group with what waits, at least one job.</summary>
    /// <returns><see langword="false"/> when there will be no more.</returns>
    private bool Gather()
    {
        group.Clear();
        while (true)
        {
            wake.Reset();
            while (group.Count < MaxGroup && queue.Reader.TryRead(out var job))
                group.Add(job);
            if (group.Count > 0)
                return true;
            if (queue.Reader.Completion.IsCompleted)
                return false;
            wake.Wait();
        }
    }

    private void Commit(List<WriteJob> jobs)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            _ = session.Execute("BEGIN IMMEDIATE");
            foreach (var job in jobs)
                job.Run(session);
            _ = session.Execute("COMMIT");
        }
        catch (Exception lost)
        {
            RollBack();
            if (jobs.Count == 1)
                jobs[0].Fail(lost);
            else
                CommitEach(jobs);
            return;
        }

        instruments.Committed(jobs.Count, Stopwatch.GetElapsedTime(start));
    }

    // The transaction is gone with the work of all. Each alone shows whose fault it was, and saves the others. That is rare, and a savepoint for each job would copy every page that it touches.
    private void CommitEach(List<WriteJob> jobs)
    {
        foreach (var job in jobs)
            Commit([job]);
    }

    private void RollBack()
    {
        if (session.InTransaction)
            _ = session.Execute("ROLLBACK");
    }
}
