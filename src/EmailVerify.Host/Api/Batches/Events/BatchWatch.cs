using EmailVerify.Core.Batches;
using EmailVerify.Grains.Batches;

namespace EmailVerify.Host.Api.Batches.Events;

/// <summary>
/// How one batch stands, for all that watch it in this process: one poller looks twice a second and makes the octets of what is new, and whoever waits gets the same octets.
/// News is state, not history: who is slow meets the newest only.
/// </summary>
internal sealed class BatchWatch : IDisposable
{
    /// <summary>How often is looked, and so how often there is news at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>After how much silence something is sent.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly Func<Batch, ValueTask<BatchView?>> look;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stop;
    private volatile BatchNews news;
    private byte[]? first;

    /// <param name="view">How it stands.</param>
    /// <param name="look">Says how a batch stands now; null when it is gone.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">Where failures go.</param>
    /// <param name="draining">Ends the looking, and every wait for news.</param>
    public BatchWatch(BatchView view, Func<Batch, ValueTask<BatchView?>> look, TimeProvider clock, ILogger logger, CancellationToken draining)
    {
        (this.look, this.clock, this.logger) = (look, clock, logger);
        stop = CancellationTokenSource.CreateLinkedTokenSource(draining);
        news = new BatchNews(view, Number: 0, Octets: default, Beat: 0, IsLast: false);
    }

    /// <summary>Gets or sets how many watch; guarded by who hands watches out.</summary>
    public int Watchers { get; set; }

    /// <summary>Gets what is newest.</summary>
    public BatchNews News => news;

    /// <summary>Gets what whoever comes in is told first: made once for all that come in between two looks. The batch may have ended since they joined.</summary>
    /// <param name="at">The news that it stands for.</param>
    public byte[] First(out BatchNews at)
    {
        lock (stop)
        {
            at = news;
            return first ??= BatchEvent.First(at.View);
        }
    }

    /// <summary>Looks until the batch has ended or nobody watches.</summary>
    public async Task RunAsync()
    {
        var silentSince = clock.GetUtcNow();
        while (!news.IsLast)
        {
            try
            {
                await Task.Delay(Interval, clock, stop.Token);
            }
            catch (OperationCanceledException)
            {
                // Who still waits is told by the state of the process what to do.
                Tell(news with { IsLast = true });
                return;
            }

            var before = news.View;
            var view = await LookAsync(before.Batch);
            var now = clock.GetUtcNow();
            if (view is null)
            {
                // The batch is gone.
                Tell(news with { IsLast = true });
            }
            else if (view.Batch.Revision > before.Batch.Revision)
            {
                Tell(new BatchNews(view, news.Number + 1, BatchEvent.Change(before.Batch, view), news.Beat, view.Batch.HasEnded));
                silentSince = now;
            }
            else if (now - silentSince >= Silence)
            {
                Tell(news with { Beat = news.Beat + 1 });
                silentSince = now;
            }
        }
    }

    /// <summary>Ends the looking.</summary>
    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    // What cannot be read now is read the next time.
    private async ValueTask<BatchView?> LookAsync(Batch batch)
    {
        try
        {
            return await look(batch);
        }
        catch (Exception failure)
        {
            BatchLog.NotWatched(logger, batch.Id, failure.GetType().Name);
            return news.View;
        }
    }

    private void Tell(BatchNews newer)
    {
        TaskCompletionSource waiting;
        lock (stop)
        {
            waiting = news.Waiting;
            first = newer.Number == news.Number ? first : null;
            news = newer with { Waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        }

        waiting.SetResult();
    }
}

/// <summary>What is newest of a batch.</summary>
/// <param name="View">How it stands.</param>
/// <param name="Number">How often it has changed since it is watched.</param>
/// <param name="Octets">The event of the last change.</param>
/// <param name="Beat">How often nothing had happened for a while.</param>
/// <param name="IsLast">Whether nothing comes after it.</param>
internal sealed record BatchNews(BatchView View, long Number, ReadOnlyMemory<byte> Octets, long Beat, bool IsLast)
{
    /// <summary>Gets what ends when there is something newer.</summary>
    public TaskCompletionSource Waiting { get; init; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
