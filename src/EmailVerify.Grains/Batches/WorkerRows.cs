using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EmailVerify.Core.Batches;

namespace EmailVerify.Grains.Batches;

/// <summary>Where the rows of one worker are, by provider, and what became of them since it told so last. Small hosts are told of as one. Safe for many callers.</summary>
/// <param name="number">The chunk, or below 0 for rows that had been put off.</param>
/// <param name="epoch">Of its claim.</param>
/// <param name="nameOf">By what name a provider is told of.</param>
internal sealed class WorkerRows(int number, int epoch, Func<string, string> nameOf)
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, string> providers = [];
    private readonly Dictionary<string, Counts> counts = new(StringComparer.Ordinal);
    private int step;

    /// <summary>It is known where a row's mail goes, and its provider is asked.</summary>
    public void Routed(BatchItem item, string provider)
    {
        var name = nameOf(provider);
        lock (gate)
        {
            // One that had been put off is on its way again.
            if (providers.TryAdd(item.Row, name))
                Add(name, new Counts(RowsOf(item), 0, number < 0 ? -RowsOf(item) : 0));
        }
    }

    /// <summary>What became of a row is stored.</summary>
    public void Stored(ItemOutcome outcome)
    {
        var rows = RowsOf(outcome.Item);
        lock (gate)
        {
            var wasRouted = providers.Remove(outcome.Item.Row, out var name);
            if (wasRouted)
                Add(name!, new Counts(-rows, 0, 0));
            switch (outcome)
            {
                // What the text or the DNS decides has no provider.
                case ItemOutcome.Done(_, { Provider: { } provider }, _, _):
                    Add(name ?? nameOf(provider), new Counts(0, rows, 0));
                    break;
                case ItemOutcome.PutOff when wasRouted:
                    Add(name!, new Counts(0, 0, rows));
                    break;
            }
        }
    }

    /// <summary>Gets what is to be told now; null where nothing is.</summary>
    public WorkerTally? Tell()
    {
        lock (gate)
        {
            var told = counts.Where(pair => pair.Value != default).Select(pair => new ProviderTally(pair.Key, pair.Value.Waiting, pair.Value.Done, pair.Value.PutOff)).ToImmutableArray();
            foreach (var one in told)
                counts[one.Provider] = new Counts(one.Waiting, 0, 0);
            return told.IsEmpty ? null : new WorkerTally(number, epoch, ++step, told);
        }
    }

    private static long RowsOf(BatchItem item) => 1 + item.Repeated;

    private void Add(string name, Counts change)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, name, out _);
        count = new Counts(count.Waiting + change.Waiting, count.Done + change.Done, count.PutOff + change.PutOff);
    }

    private readonly record struct Counts(long Waiting, long Done, long PutOff);
}
