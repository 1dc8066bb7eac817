using System.Collections.Immutable;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Retries;
using EmailVerify.Grains.Retries;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Batches;

/// <summary>
/// Sees that open batches and what is due for a retry have somebody: when another silo died, whose leases are ended then, and now and then. Their reminders do too, but within a minute, and a batch has none
/// that was published while whoever should have woken it died, or while the store failed.
/// </summary>
/// <remarks>
/// A death is heard of from the membership, which costs nothing while nobody dies; every silo hears of it, so that it does not matter which goes next. What it costs to look now and then
/// is one read of the open batches.
/// </remarks>
internal sealed partial class WorkWatch(
    IBatchStore batches, IGrainFactory grains, ISiloStatusOracle silos, TimeProvider clock, ILogger<WorkWatch> logger, ILeases? leases = null) : ISiloStatusListener, ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    // When grains can be called.
    private const int Stage = ServiceLifecycleStage.Active;

    /// <summary>How often it looks where nobody died.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);

    /// <summary>How soon it looks again where somebody could not be woken: what was on a silo that died is found elsewhere some moments later.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>How long it waits for one to wake.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource stop = new();
    private TaskCompletionSource death = NewDeath();
    private ImmutableHashSet<SiloAddress> dead = [];
    private Task watching = Task.CompletedTask;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(WorkWatch), Stage, StartAsync, StopAsync);

    /// <inheritdoc/>
    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status is not SiloStatus.Dead)
            return;
        _ = ImmutableInterlocked.Update(ref dead, static (all, one) => all.Add(one), updatedSilo);
        _ = Volatile.Read(ref death).TrySetResult();
    }

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    private static TaskCompletionSource NewDeath() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task StartAsync(CancellationToken cancellationToken)
    {
        _ = silos.SubscribeToSiloStatusEvents(this);

        // Where all died at once nobody was there to hear of it.
        foreach (var (silo, status) in silos.GetApproximateSiloStatuses())
            SiloStatusChangeNotification(silo, status);
        watching = Task.Run(WatchAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        _ = silos.UnSubscribeFromSiloStatusEvents(this);
        await stop.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WatchAsync()
    {
        // At the start all of them were woken.
        for (var areAwake = true; ;)
        {
            var died = Volatile.Read(ref death);
            await died.Task.WaitAsync(areAwake ? LookEvery : LookAgain, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Token.ThrowIfCancellationRequested();
            if (died.Task.IsCompleted)
                Volatile.Write(ref death, NewDeath());
            areAwake = await LookAsync();
        }
    }

    /// <summary>Ends the leases of those that died, and wakes whoever has work.</summary>
    /// <returns>Whether all were ended and all could be woken.</returns>
    private async Task<bool> LookAsync()
    {
        var died = dead;
        var areEnded = died.IsEmpty || await EndLeasesAsync(died);
        if (!await WakeAsync(andRetries: !died.IsEmpty) || !areEnded)
            return false;
        _ = ImmutableInterlocked.Update(ref dead, static (all, ended) => all.Except(ended), died);
        return true;
    }

    // What cannot be ended now keeps nobody else asleep.
    private async Task<bool> EndLeasesAsync(ImmutableHashSet<SiloAddress> died)
    {
        try
        {
            return leases is null || await leases.EndAsync([.. died.Select(silo => silo.ToParsableString())], clock.GetUtcNow(), stop.Token).WaitAsync(stop.Token);
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            LogNotEnded(failure);
            return false;
        }
    }

    private async Task<bool> WakeAsync(bool andRetries)
    {
        try
        {
            var now = clock.GetUtcNow();
            var open = await batches.OpenAsync(stop.Token);
            var waking = open.Select(id => grains.GetGrain<IBatchGrain>(id).WakeAsync().AsTask());
            if (andRetries)
                waking = waking.Concat(RetryKey.All.Select(key => grains.GetGrain<IRetryGrain>(key).WakeAsync(now).AsTask()));
            await Task.WhenAll(waking).WaitAsync(Patience, clock, stop.Token);
            return true;
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            LogNotWoken(failure);
            return false;
        }
    }

    [LoggerMessage(EventId = 3007, Level = LogLevel.Warning, Message = "Not all open work could be woken; it is tried again")]
    private partial void LogNotWoken(Exception exception);

    [LoggerMessage(EventId = 3008, Level = LogLevel.Warning, Message = "The leases of silos that died could not be ended; it is tried again")]
    private partial void LogNotEnded(Exception exception);
}
