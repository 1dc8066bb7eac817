using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace EmailVerify.Grains.Batches;

/// <summary>
/// Where the rows of a batch are, by provider, as its workers tell. Kept in memory only: a look costs nothing, and nothing is stored for it. What was done before the grain began is not in it
/// (<see cref="IsWhole"/>); the results know.
/// </summary>
internal sealed class BatchProviders
{
    private readonly Dictionary<string, Counts> counts = new(StringComparer.Ordinal);
    private readonly Dictionary<int, WorkerTally> workers = [];

    /// <summary>Gets a value indicating whether it has counted since the first row.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Begins anew.</summary>
    /// <param name="isWhole">Whether no row has a result yet, nor was put off.</param>
    public void Begin(bool isWhole)
    {
        IsWhole = isWhole;
        counts.Clear();
        workers.Clear();
    }

    /// <summary>Takes what a worker tells.</summary>
    /// <param name="tally">What it tells.</param>
    /// <param name="isAtWork">Whether it still works: the last word of one that has ended may come late.</param>
    public void Take(WorkerTally tally, bool isAtWork)
    {
        foreach (var one in tally.Providers)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, one.Provider, out _);

            // Rows that were put off before it began are not counted, so more may come back than were seen to go.
            count = new Counts(count.Done + one.Done, Math.Max(0, count.PutOff + one.PutOff));
        }

        // Two words of one worker may overtake each other.
        if (isAtWork && (!workers.TryGetValue(tally.Number, out var before) || (before.Epoch, before.Step).CompareTo((tally.Epoch, tally.Step)) < 0))
            workers[tally.Number] = tally;
    }

    /// <summary>A worker has ended: nothing waits for it.</summary>
    public void Ended(int number) => workers.Remove(number);

    /// <summary>All workers have ended, or are nobody's any more.</summary>
    public void EndedAll() => workers.Clear();

    /// <summary>Says where the rows are, the provider with the most of them first.</summary>
    public ImmutableArray<ProviderRows> Look()
    {
        var waiting = workers.Values.SelectMany(worker => worker.Providers).GroupBy(one => one.Provider, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum(one => one.Waiting), StringComparer.Ordinal);
        return
        [
            .. counts
                .Select(pair => new ProviderRows(pair.Key, waiting.GetValueOrDefault(pair.Key), pair.Value.Done, pair.Value.PutOff))
                .OrderByDescending(one => one.Waiting + one.Done + one.Retrying)
                .ThenBy(one => one.Provider, StringComparer.Ordinal),
        ];
    }

    private readonly record struct Counts(long Done, long PutOff);
}
