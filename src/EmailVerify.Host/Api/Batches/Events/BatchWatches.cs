using System.Diagnostics.CodeAnalysis;
using EmailVerify.Core.Batches;
using EmailVerify.Grains.Batches;

namespace EmailVerify.Host.Api.Batches.Events;

/// <summary>Who watches what in this process, and the bounds of it.</summary>
internal sealed class BatchWatches(IBatchStore store, BatchDesk desk, ServiceState state, TimeProvider clock, ILogger<BatchWatches> logger)
{
    /// <summary>How many streams one key may have open.</summary>
    public const int MaxOfKey = 20;

    /// <summary>How many streams the process holds.</summary>
    public const int MaxOfProcess = 2_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> ofKeys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BatchWatch> watches = new(StringComparer.Ordinal);
    private int open;

    /// <summary>Takes a place among the streams of a key.</summary>
    /// <returns><see langword="false"/> when all are taken; else <see cref="Leave"/> gives it back.</returns>
    public bool TryEnter(string keyId)
    {
        lock (gate)
        {
            var ofKey = ofKeys.GetValueOrDefault(keyId);
            if (ofKey >= MaxOfKey || open >= MaxOfProcess)
                return false;
            ofKeys[keyId] = ofKey + 1;
            open++;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(string keyId)
    {
        lock (gate)
        {
            open--;
            if (--ofKeys[keyId] == 0)
                _ = ofKeys.Remove(keyId);
        }
    }

    /// <summary>Begins to watch a batch, with whoever does already.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The last one that ends watching disposes of it.")]
    public BatchWatch Join(BatchView view)
    {
        lock (gate)
        {
            if (!watches.TryGetValue(view.Batch.Id, out var watch) || watch.News.IsLast)
            {
                watch = new BatchWatch(view, LookAsync, clock, logger, state.Draining);
                watches[view.Batch.Id] = watch;
                _ = watch.RunAsync();
            }

            watch.Watchers++;
            return watch;
        }
    }

    /// <summary>Ends watching; with the last one the looking ends.</summary>
    public void Part(BatchWatch watch)
    {
        lock (gate)
        {
            if (--watch.Watchers > 0)
                return;
            var id = watch.News.View.Batch.Id;
            if (watches.TryGetValue(id, out var current) && ReferenceEquals(current, watch))
                _ = watches.Remove(id);
            watch.Dispose();
        }
    }

    // The store's word decides about the end: it is asked with the grain, which may be a flush behind.
    private async ValueTask<BatchView?> LookAsync(Batch batch) =>
        await store.FindAsync(batch.Id, CancellationToken.None) is { } found ? await desk.LookAsync(found) : null;
}
