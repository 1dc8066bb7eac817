using EmailVerify.Core.Batches;

namespace EmailVerify.Host.Api.Batches;

/// <summary>What the rows of batches have come to. All of them are read for it: one batch at a time, and again only after ten times as long as that took. Of so many batches the last sums are kept.</summary>
internal sealed class BatchSums(IBatchStore store, TimeProvider clock) : IDisposable
{
    private const int Pause = 10;
    private const int MaxKept = 100;

    private readonly SemaphoreSlim turn = new(1);
    private readonly Dictionary<string, (BatchSummary? Sums, long Revision, DateTimeOffset Until)> kept = new(StringComparer.Ordinal);

    /// <summary>Gets the sums of a batch; null where there are none, for its rows are gone.</summary>
    public async ValueTask<BatchSummary?> OfAsync(Batch batch, CancellationToken cancellationToken)
    {
        if (batch.ErasedAt is not null)
            return null;
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (kept.TryGetValue(batch.Id, out var found) && (found.Revision == batch.Revision || clock.GetUtcNow() < found.Until))
                return found.Sums;
            var began = clock.GetTimestamp();
            var sums = await store.SummaryAsync(batch.Id, cancellationToken);
            if (kept.Count >= MaxKept)
                kept.Clear();
            kept[batch.Id] = (sums, batch.Revision, clock.GetUtcNow() + (clock.GetElapsedTime(began) * Pause));
            return sums;
        }
        finally
        {
            _ = turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();
}
