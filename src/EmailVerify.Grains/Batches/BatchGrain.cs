using System.Collections.Immutable;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Batches;

/// <inheritdoc cref="IBatchGrain"/>
/// <remarks>
/// The only one that claims chunks and leases what was put off; a cache of the batch as it is stored. Workers run elsewhere: it hands out, is told, and looks after those that fall silent.
/// </remarks>
[GrainType("batch")]
internal sealed partial class BatchGrain(IBatchStore store, TimeProvider clock, ILogger<BatchGrain> logger) : Grain, IBatchGrain, IRemindable
{
    /// <summary>How many chunks are worked on at once. Many, so that rows of one host meet wherever they stand in the file: that is what makes sessions shared. Some 2 MB each.</summary>
    private const int ChunksAtOnce = 16;

    /// <summary>How many workers ask again about what was put off, a thousand rows each.</summary>
    private const int RetriersAtOnce = 4;

    /// <summary>How often silent workers are looked after.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>How long a batch that cannot go on rests until one chunk tries whether it can.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    /// <summary>How long a chunk rests whose lane was closing; another activation of it must come first.</summary>
    private static readonly TimeSpan AfterTakingBack = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestEta = TimeSpan.FromDays(365);
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    private readonly Dictionary<int, int> working = [];
    private readonly HashSet<int> held = [];
    private readonly PriorityQueue<int, DateTimeOffset> returned = new();
    private readonly BatchDefects defects = new(clock);
    private readonly BatchPace pace = new(clock);
    private readonly BatchProviders providers = new();

    private Batch? batch;
    private IGrainTimer? timer;
    private int retriers;
    private int silences;
    private (string Provider, DateTimeOffset Until)? longestWait;
    private int generation;
    private int lastClaimed = -1;
    private bool hasClaimedAll;
    private bool isReminded;
    private bool isPumping;
    private bool mustPumpAgain;
    private DateTimeOffset? nextDue;
    private DateTimeOffset restsUntil = DateTimeOffset.MinValue;

    private string BatchId => this.GetPrimaryKeyString();

    private bool IsStalled => batch is { Status: BatchStatus.Paused, Pause.By: BatchPauser.System };

    private bool IsAtWork => batch is { Status: BatchStatus.Queued or BatchStatus.Running } || IsStalled;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        batch = await store.FindAsync(BatchId, cancellationToken);
        nextDue = await store.NextDueAsync(BatchId, cancellationToken);
        providers.Begin(isWhole: batch is not { Counts: not { Done: 0, Retrying: 0 } });
    }

    public async ValueTask WakeAsync()
    {
        // It may have been published since this activation looked.
        batch ??= await store.FindAsync(BatchId, CancellationToken.None);
        if (!IsAtWork)
            return;

        // It keeps the activation while there is work, and no longer.
        timer ??= this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions(LookEvery, LookEvery) { Interleave = true, KeepAlive = true });
        if (!isReminded)
        {
            _ = await this.RegisterOrUpdateReminder("work", ReminderPeriod, ReminderPeriod);
            isReminded = true;
        }

        PumpAsync().Ignore();
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (IsAtWork)
            await WakeAsync();
        else if (batch is not { HasEnded: false })
            await ForgetAsync();
        else
            await SleepAsync();
    }

    public async ValueTask<BatchView?> LookAsync()
    {
        batch ??= await store.FindAsync(BatchId, CancellationToken.None);
        return batch is null ? null : View(batch);
    }

    public async ValueTask<BatchSteering?> SteerAsync(BatchCommand command, string? reason, ImmutableArray<VerdictReason> reasons)
    {
        var allowed = false;
        if (command is BatchCommand.Retry)
        {
            Become(await store.FindAsync(BatchId, CancellationToken.None));
            if (batch is { ErasedAt: null } ended && BatchLife.Allowed(ended.Status).Contains(command) && await store.RetryAsync(BatchId, reasons, clock.GetUtcNow()) is { } again)
            {
                // Whatever an end that nobody told of left behind: the round begins with the first open chunk.
                allowed = true;
                pace.Reset();
                longestWait = null;
                Clear();
                Become(again);
                providers.Begin(isWhole: again.Counts is { Done: 0, Retrying: 0 });
            }
        }
        else
        {
            Become(await store.ChangeAsync(BatchId, one =>
            {
                allowed = BatchLife.Allowed(one.Status).Contains(command);
                return allowed ? BatchLife.Apply(one, command, reason, clock.GetUtcNow()) : one;
            }));
        }

        if (batch is null)
            return null;
        if (allowed)
            await FollowAsync();
        return new BatchSteering(batch, allowed);
    }

    public async ValueTask EraseAsync()
    {
        Become(await store.ChangeAsync(BatchId, one => BatchLife.Erase(one, clock.GetUtcNow())));
        await FollowAsync();

        // What is left of it goes in small steps; the next start goes on where a death cuts this off.
        store.EraseAsync(BatchId).ContinueWith(
            erasing => LogNotErased(BatchId, erasing.Exception!), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default).Ignore();
    }

    public async ValueTask AdvancedAsync(BatchView now, string? limitedBy, DateTimeOffset until)
    {
        if (limitedBy is not null && !(until <= longestWait?.Until))
            longestWait = (limitedBy, until);
        if (batch is null || now.Batch.Revision <= batch.Revision)
            return;
        Become(now.Batch);
        pace.Note(now.Batch.Counts.Done);
        if (now.Batch.HasEnded)
            await ForgetAsync();
    }

    public ValueTask TalliedAsync(WorkerTally tally)
    {
        providers.Take(tally, isAtWork: working.TryGetValue(tally.Number, out var epoch) && epoch == tally.Epoch);
        return ValueTask.CompletedTask;
    }

    public ValueTask<BatchRows> ProvidersAsync() => ValueTask.FromResult(new BatchRows(providers.Look(), providers.IsWhole));

    public ValueTask EndedAsync(ChunkReport report)
    {
        if (!working.TryGetValue(report.Number, out var epoch) || epoch != report.Epoch)
            return ValueTask.CompletedTask;
        _ = working.Remove(report.Number);
        providers.Ended(report.Number);
        var wasHeld = held.Remove(report.Number);
        if (report.NextDue is { } due && (nextDue is null || due < nextDue))
            nextDue = due;
        return SettleAsync(report, wasHeld);
    }

    private async ValueTask SettleAsync(ChunkReport report, bool wasHeld)
    {
        NoteDefect(report, wasHeld);
        if (report.End is ChunkEnd.Left or ChunkEnd.TakenBack && report.Number >= 0 && !defects.IsPutAside(report.Number))
            Return(report.Number, report.End is ChunkEnd.TakenBack && !wasHeld ? AfterTakingBack : TimeSpan.Zero);
        if (report.Number < 0)
            await LookWhatIsDueAsync();

        if (report.WasAnswered)
            silences = 0;
        else if (report.Stall is Stall.ResolverUnavailable)
            silences++;

        // Whoever could not go on rests, so that what fails at once is not tried at once again. A chunk that meets a defect rests alone, unless each one does.
        if (report.Stall is not Stall.None || defects.InARow >= ChunksAtOnce)
            restsUntil = clock.GetUtcNow() + AfterFailure;
        if (report.Stall is not Stall.None && !IsStalled)
            await StallAsync(Words.Of(report.Stall));
        else if (IsStalled && report.Stall is Stall.None && (report.WasAnswered || (report.End is ChunkEnd.Closed && WaitsForStore)))
            await StallAsync(null);
        await PumpAsync();
    }

    private void NoteDefect(ChunkReport report, bool wasHeld)
    {
        if (report.End is ChunkEnd.Closed)
        {
            defects.Forget(report.Number);
        }
        else if (report.End is ChunkEnd.Left && report.Stall is Stall.None && !wasHeld)
        {
            defects.Note(report.Number);
            if (defects.Of(report.Number) == BatchDefects.MaxTries)
                LogPutAside(BatchId, report.Number);
        }
    }

    // A store that takes a chunk's last word can take more. Of the other stalls only an answer from outside shows that they are over.
    private bool WaitsForStore => batch?.Pause?.Reason is { } reason
        && (string.Equals(reason, Words.Of(Stall.StorageFull), StringComparison.Ordinal) || string.Equals(reason, Words.Of(Stall.StorageUnavailable), StringComparison.Ordinal));

    private void Return(int number, TimeSpan rest = default)
    {
        var (from, rested) = (clock.GetUtcNow() + rest, defects.RestsUntil(number));
        returned.Enqueue(number, rested > from ? rested : from);
    }

    private async Task LookWhatIsDueAsync()
    {
        try
        {
            nextDue = await store.NextDueAsync(BatchId, CancellationToken.None);
        }
        catch (StorageUnavailableException failure)
        {
            LogNotStored(BatchId, failure);
        }
    }

    private async Task StallAsync(string? stall)
    {
        try
        {
            Become(await store.ChangeAsync(BatchId, one => BatchLife.Stall(one, stall)));
        }
        catch (StorageUnavailableException failure)
        {
            // A store that fails cannot say so in the store. It is seen in the cache, and the truth is as it was.
            LogNotStored(BatchId, failure);
            if (batch is not null)
                batch = BatchLife.Stall(batch, stall);
        }
    }

    // Who works is told what the batch's state now means for them; the silent ones are looked after by the timer.
    private async Task FollowAsync()
    {
        var isHeld = !IsAtWork;
        foreach (var number in working.Keys.ToArray())
        {
            // It ends with rows left that nothing kept from being asked: it may go on as soon as it may.
            if (isHeld)
                _ = held.Add(number);
            WorkerOf(number).HoldAsync(isHeld).AsTask().Ignore();
        }

        if (batch is { HasEnded: true })
            await ForgetAsync();
        else
            await WakeAsync();
    }

    private async Task ForgetAsync()
    {
        Clear();
        await SleepAsync();
    }

    // Claims that are under way when it is called belong to what was.
    private void Clear()
    {
        generation++;
        (lastClaimed, hasClaimedAll, restsUntil, silences) = (-1, false, DateTimeOffset.MinValue, 0);
        returned.Clear();
        defects.Clear();
        working.Clear();
        providers.EndedAll();
        held.Clear();
    }

    private async Task SleepAsync()
    {
        if (working.Count == 0)
        {
            timer?.Dispose();
            timer = null;
        }

        isReminded = false;
        if (await this.GetReminder("work") is { } reminder)
            await this.UnregisterReminder(reminder);
    }

    // One at a time; who comes meanwhile has it look once more.
    private async Task PumpAsync()
    {
        if (isPumping)
        {
            mustPumpAgain = true;
            return;
        }

        isPumping = true;
        try
        {
            do
            {
                mustPumpAgain = false;
                await HandOutAsync();
            }
            while (mustPumpAgain);
        }
        catch (StorageUnavailableException failure)
        {
            LogNotStored(BatchId, failure);
            restsUntil = clock.GetUtcNow() + AfterFailure;
        }
        finally
        {
            isPumping = false;
        }
    }

    private async Task HandOutAsync()
    {
        if (!IsAtWork || clock.GetUtcNow() < restsUntil)
            return;

        // Where nothing could go on one worker tries whether it can.
        var most = IsStalled ? 1 : ChunksAtOnce;
        if (!(IsStalled && working.Count > 0))
            HandOutDue();
        while (IsAtWork && working.Count < most && returned.TryPeek(out var number, out var from) && from <= clock.GetUtcNow())
        {
            _ = returned.Dequeue();
            var now = generation;
            var claim = working.ContainsKey(number) ? null : await ClaimOrReturnAsync(number);
            if (now != generation)
                return;
            if (claim is { } claimed)
                BeginOrReturn(claimed);
        }

        if (!IsAtWork || hasClaimedAll || working.Count >= most)
            return;
        var wanted = most - working.Count;
        var current = generation;
        var claims = await store.ClaimAsync(BatchId, lastClaimed, wanted);
        if (current != generation)
            return;
        foreach (var claim in claims)
        {
            lastClaimed = Math.Max(lastClaimed, claim.Number);
            BeginOrReturn(claim);
        }

        hasClaimedAll = claims.Length < wanted;
    }

    // A store that fails must not lose it.
    private async Task<ChunkClaim?> ClaimOrReturnAsync(int number)
    {
        var current = generation;
        try
        {
            return await store.ClaimAsync(BatchId, number);
        }
        catch
        {
            if (current == generation)
                Return(number);
            throw;
        }
    }

    // It may have been paused while the store was asked.
    private void BeginOrReturn(ChunkClaim claim)
    {
        if (IsAtWork)
            Begin(claim);
        else
            Return(claim.Number);
    }

    private void HandOutDue()
    {
        while (nextDue is { } due && due <= clock.GetUtcNow() && FreeRetrier() is { } slot)
        {
            Begin(new ChunkClaim(slot, ++retriers));

            // Where one worker's share is not all that is due, that shows when it has taken it.
            if (IsStalled || working.Keys.Count(number => number < 0) > 1)
                nextDue = null;
        }
    }

    private int? FreeRetrier()
    {
        if (defects.IsPutAside(-1) || clock.GetUtcNow() < defects.RestsUntil(-1))
            return null;
        for (var slot = -1; slot >= -RetriersAtOnce; slot--)
        {
            if (!working.ContainsKey(slot))
                return slot;
        }

        return null;
    }

    private void Begin(ChunkClaim claim)
    {
        working[claim.Number] = claim.Epoch;
        _ = held.Remove(claim.Number);
        WorkerOf(claim.Number).BeginAsync(claim.Epoch, defects.Of(claim.Number), silences).AsTask().Ignore();
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var (number, epoch) in working.ToArray())
        {
            if (!await IsAtWorkAsync(number, epoch) && working.TryGetValue(number, out var now) && now == epoch)
            {
                _ = working.Remove(number);
                providers.Ended(number);
                if (number >= 0)
                    Return(number);
            }
        }

        if (!IsAtWork)
        {
            if (working.Count == 0)
                await SleepAsync();
            return;
        }

        // What nobody told of: a worker whose last word was lost, or a death between two steps.
        if (batch is { Counts: var counts } && counts.Done == counts.Total)
            Become(await store.ChangeAsync(BatchId, one => BatchLife.Advance(one, clock.GetUtcNow())));
        await LookWhatIsDueAsync();
        await PumpAsync();
        await FailAsync();
    }

    // Nothing is left but what was put aside: the customer is told, and may have it tried again.
    private async Task FailAsync()
    {
        var isAllThatIsLeft = IsAtWork && defects.HasPutAside && hasClaimedAll && !isPumping && working.Count == 0 && returned.Count == 0
            && (nextDue is null || defects.IsPutAside(-1));
        if (!isAllThatIsLeft)
            return;
        Become(await store.ChangeAsync(BatchId, one => BatchLife.Fail(one, clock.GetUtcNow())));
        if (batch is { HasEnded: true })
            await ForgetAsync();
    }

    private async Task<bool> IsAtWorkAsync(int number, int epoch)
    {
        try
        {
            return await WorkerOf(number).IsAtWorkAsync(epoch);
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException)
        {
            return false;
        }
    }

    private IChunkGrain WorkerOf(int number) => GrainFactory.GetGrain<IChunkGrain>(ChunkKey.Of(BatchId, number));

    private void Become(Batch? now)
    {
        if (now is not null && (batch is null || now.Revision >= batch.Revision))
            batch = now;
    }

    private BatchView View(Batch now)
    {
        var rate = pace.PerSecond;
        if (now.Status is not BatchStatus.Running)
            return new BatchView(now) { RatePerSecond = rate };

        // What a provider's limits put off comes back when it may, however fast the rest is.
        var at = clock.GetUtcNow();
        var left = now.Counts.Total - now.Counts.Done;
        DateTimeOffset? byRate = rate > 0 ? at + TimeSpan.FromSeconds(Math.Min(left / rate, LongestEta.TotalSeconds)) : null;
        return longestWait is { } wait && wait.Until > at && !(wait.Until <= byRate)
            ? new BatchView(now) { RatePerSecond = rate, EtaAt = wait.Until, LimitedBy = wait.Provider }
            : new BatchView(now) { RatePerSecond = rate, EtaAt = byRate };
    }
}
