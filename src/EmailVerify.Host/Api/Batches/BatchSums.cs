using EmailVerify.Core.Batches;

namespace EmailVerify.Host.Api.Batches;

/// <summary>
/// What the rows of batches have come to. All of them are read for it: one batch at a time in the process, and of one under way again only after ten times as long as that took. Of so many batches the
/// last sums are kept.
/// </summary>
internal sealed class BatchSums : IDisposable
{
    private const int Pause = 10;
    private const int MaxKept = 100;

    // So long a batch under way is read before its older sums are given.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly IBatchStore store;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim turn = new(1);
    private readonly CancellationTokenSource closing = new();
    private readonly CancellationToken closed;
    private readonly Dictionary<string, Added> kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task<Added>> flights = new(StringComparer.Ordinal);

    /// <param name="store">Where the rows are.</param>
    /// <param name="clock">The clock.</param>
    public BatchSums(IBatchStore store, TimeProvider clock)
    {
        (this.store, this.clock) = (store, clock);
        closed = closing.Token;
    }

    /// <summary>Gets the sums of a batch; null where there are none, for its rows are gone.</summary>
    /// <param name="batch">The batch as it is.</param>
    /// <param name="cancellationToken">Ends the waiting, not the reading: what was read is for who asks next.</param>
    public async ValueTask<BatchSummary?> OfAsync(Batch batch, CancellationToken cancellationToken)
    {
        if (batch.ErasedAt is not null)
            return null;
        while (true)
        {
            Added? older;
            Task<Added>? flight;
            lock (gate)
            {
                if (kept.TryGetValue(batch.Id, out older) && (older.Revision >= batch.Revision || (!batch.HasEnded && clock.GetUtcNow() < older.Until)))
                    return older.Sums;
                if (!flights.TryGetValue(batch.Id, out flight))
                    flights.Add(batch.Id, flight = Task.Run(() => FlyAsync(batch), CancellationToken.None));
            }

            if (older is not null && !batch.HasEnded && await Task.WhenAny(flight, Task.Delay(Patience, clock, cancellationToken)) != flight)
                return older.Sums;
            var newer = await flight.WaitAsync(cancellationToken);

            // One that was under way already may miss the last rows of a batch that has ended since, and nothing comes after them.
            if (!batch.HasEnded || newer.Revision >= batch.Revision)
                return newer.Sums;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
        turn.Dispose();
    }

    private async Task<Added> FlyAsync(Batch batch)
    {
        try
        {
            await turn.WaitAsync(closed);
            try
            {
                return await AddAsync(batch);
            }
            finally
            {
                _ = turn.Release();
            }
        }
        finally
        {
            lock (gate)
                _ = flights.Remove(batch.Id);
        }
    }

    private async Task<Added> AddAsync(Batch batch)
    {
        var began = clock.GetTimestamp();
        var sums = await store.SummaryAsync(batch.Id, closed);
        var added = new Added(sums, batch.Revision, clock.GetUtcNow() + (clock.GetElapsedTime(began) * Pause));
        lock (gate)
        {
            if (kept.Count >= MaxKept)
                kept.Clear();
            kept[batch.Id] = added;
        }

        return added;
    }

    private sealed record Added(BatchSummary? Sums, long Revision, DateTimeOffset Until);
}
