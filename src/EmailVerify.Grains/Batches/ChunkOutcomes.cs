using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Batches;

/// <summary>Collects what became of a chunk's rows and stores it as it comes, some at once; then tells the batch.</summary>
internal sealed partial class ChunkOutcomes(ChunkWorkshop shop, string batchId, int number, int epoch)
{
    /// <summary>For so long rows that had been put off are a worker's, unless it has the lease extended: a worker that dies with them is a delay of so much.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(150);

    /// <summary>So long before its end a lease is extended.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(100);

    /// <summary>How often a lease is extended: twenty minutes. Who works for longer hangs, and somebody else is to have the rows.</summary>
    private const int MaxExtensions = 24;

    /// <summary>At most so long a result waits for others that are stored with it.</summary>
    private static readonly TimeSpan StoreEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a store that fails is tried again, a second longer apart each time, before the work is given up: what is not stored is asked again.</summary>
    private const int Tries = 4;

    private static readonly TimeSpan SoonestExtension = TimeSpan.FromSeconds(1);

    private readonly ChunkClaim? claim = number < 0 ? null : new ChunkClaim(number, epoch);
    private readonly Channel<ItemOutcome> outcomes = Channel.CreateUnbounded<ItemOutcome>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<long> stored = [];
    private readonly ConcurrentDictionary<long, bool> defects = [];
    private readonly Lock gate = new();
    private ImmutableArray<BatchItem> items = [];
    private DateTimeOffset? lease;
    private (string? Provider, DateTimeOffset Until) longestWait;
    private int extensions;

    /// <summary>Gets a value indicating whether results are no longer taken: another worker has the chunk, the batch has ended, or the store fails.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Gets a value indicating whether each row's outcome is stored.</summary>
    public bool HasAll => stored.Count == items.Length;

    /// <summary>Gets where the rows are, by provider.</summary>
    public WorkerRows Rows { get; } = new(number, epoch, shop.Lanes.NameOf);

    /// <summary>Gets when the first row that was put off is due, or null.</summary>
    public DateTimeOffset? NextDue { get; private set; }

    /// <summary>Says whether a row's outcome is stored. Once all is stored that comes.</summary>
    public bool Has(long row) => stored.Contains(row);

    /// <summary>Notes that what was learnt of a row could not be made its outcome, by a defect of ours.</summary>
    public void AddDefect(long row) => defects[row] = true;

    /// <summary>Says whether a row met a defect of ours.</summary>
    public bool HasDefect(long row) => defects.ContainsKey(row);

    /// <summary>Notes that a provider's limits put off a row. The longest such wait is told with what is stored.</summary>
    public void AddWait(string provider, DateTimeOffset until)
    {
        lock (gate)
        {
            if (until > longestWait.Until)
                longestWait = (provider, until);
        }
    }

    /// <summary>Adds an outcome. Bounded by the rows of the chunk: each is added once.</summary>
    public void Add(ItemOutcome outcome) => _ = outcomes.Writer.TryWrite(outcome);

    /// <summary>There will be no more.</summary>
    public void Complete()
    {
        outcomes.Writer.Complete();
        completed.SetResult();
    }

    /// <summary>Stores outcomes until there are no more.</summary>
    /// <param name="all">The rows that there are.</param>
    /// <returns>Why it could not.</returns>
    public async Task<Stall> StoreAllAsync(ImmutableArray<BatchItem> all)
    {
        (items, lease) = (all, all.IsEmpty ? null : all[0].LeasedUntil);
        if (all.IsEmpty && claim is not null)
            return await StoreAsync([]);
        while (await WaitAsync())
        {
            await completed.Task.WaitAsync(UntilNextStore(), shop.Clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var some = ImmutableArray.CreateBuilder<ItemOutcome>();
            while (outcomes.Reader.TryRead(out var outcome))
                some.Add(outcome);
            if (!IsOver && await StoreAsync(some.DrainToImmutable()) is not Stall.None and var failure)
                return failure;
        }

        return Stall.None;
    }

    // Only here leases are extended and outcomes stored, one after the other: what is stored names the lease as it is.
    private async ValueTask<bool> WaitAsync()
    {
        var waiting = outcomes.Reader.WaitToReadAsync().AsTask();
        while (lease is { } until && extensions < MaxExtensions && !IsOver)
        {
            var left = until - Ahead - shop.Clock.GetUtcNow();
            if (left <= TimeSpan.Zero && await ExtendAsync(until))
                continue;
            await ((Task)waiting).WaitAsync(left > SoonestExtension ? left : SoonestExtension, shop.Clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (waiting.IsCompleted)
                break;
        }

        return await waiting;
    }

    private async ValueTask<bool> ExtendAsync(DateTimeOffset until)
    {
        try
        {
            lease = await shop.Batches.ExtendAsync(batchId, [.. items.Select(item => item.Row).Where(row => !stored.Contains(row))], until, shop.Clock.GetUtcNow() + Lease);
            extensions++;
            return true;
        }
        catch (StorageUnavailableException)
        {
            // It is tried again; if that comes too late, another one has the rows, and nothing is stored twice.
            return false;
        }
    }

    private ItemOutcome UnderLease(ItemOutcome outcome) => outcome.Item.LeasedUntil == lease ? outcome : outcome with { Item = outcome.Item with { LeasedUntil = lease } };

    // All workers store at the same instants, so that their transactions become one: pages that each would write are written once.
    private TimeSpan UntilNextStore() => StoreEvery - TimeSpan.FromTicks(shop.Clock.GetUtcNow().UtcTicks % StoreEvery.Ticks);

    /// <summary>Stores some outcomes at once.</summary>
    /// <returns>Why it could not.</returns>
    public async Task<Stall> StoreAsync(ImmutableArray<ItemOutcome> some)
    {
        if (extensions > 0)
            some = [.. some.Select(UnderLease)];
        var flush = new BatchFlush(batchId, claim, some, ClosesChunk: stored.Count + some.Length == items.Length, shop.Clock.GetUtcNow());
        for (var trying = 1; ; trying++)
        {
            try
            {
                if (await shop.Batches.FlushAsync(flush) is not { } now)
                {
                    IsOver = true;
                    return Stall.None;
                }

                foreach (var outcome in some)
                {
                    _ = stored.Add(outcome.Item.Row);
                    Rows.Stored(outcome);
                }

                foreach (var putOff in some.OfType<ItemOutcome.PutOff>())
                    NextDue = NextDue is { } earlier && earlier <= putOff.DueAt ? earlier : putOff.DueAt;
                TellAsync(now).AsTask().Ignore();
                TellRows();
                return Stall.None;
            }
            catch (StorageUnavailableException failure)
            {
                if (trying < Tries)
                {
                    await Task.Delay(TimeSpan.FromSeconds(trying), shop.Clock);
                    continue;
                }

                IsOver = true;
                return failure is StorageFullException ? Stall.StorageFull : Stall.StorageUnavailable;
            }
            catch (Exception defect) when (some.Length > 0 && !IsOver)
            {
                return await StoreApartAsync(some, defect);
            }
        }
    }

    /// <summary>Tells the batch where the rows are. Nobody waits for it: the next word makes up for a lost one as far as it matters.</summary>
    public void TellRows()
    {
        if (Rows.Tell() is { } tally)
            shop.Grains.GetGrain<IBatchGrain>(batchId).TalliedAsync(tally).AsTask().Ignore();
    }

    private ValueTask TellAsync(Batch now)
    {
        lock (gate)
            return shop.Grains.GetGrain<IBatchGrain>(batchId).AdvancedAsync(new BatchView(now), longestWait.Provider, longestWait.Until);
    }

    // What the store cannot take of one row must not cost the others theirs, for mail servers would be asked again: halves are stored apart, down to that row.
    private async Task<Stall> StoreApartAsync(ImmutableArray<ItemOutcome> some, Exception defect)
    {
        if (some is [var one])
        {
            AddDefect(one.Item.Row);
            LogNotTaken(batchId, one.Item.Row, defect);
            return Stall.None;
        }

        var half = some.Length / 2;
        var failure = await StoreAsync(some[..half]);
        return failure is Stall.None && !IsOver ? await StoreAsync(some[half..]) : failure;
    }

    private void LogNotTaken(string batch, long row, Exception failure) => LogNotTaken(shop.Logger, batch, row, failure);

    [LoggerMessage(EventId = 5008, Level = LogLevel.Error, Message = "The store does not take what became of row {Row} of {BatchId}; it is asked again, and is unknown in the end")]
    private static partial void LogNotTaken(ILogger logger, string batchId, long row, Exception exception);
}
