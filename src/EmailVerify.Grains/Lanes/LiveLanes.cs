using System.Collections.Concurrent;
using System.Collections.Immutable;
using EmailVerify.Core.Lanes;

namespace EmailVerify.Grains.Lanes;

/// <summary>Which lanes work, on whatever silo.</summary>
public interface ILiveLanes
{
    /// <summary>Gets their keys, by <see cref="LaneKey"/>, in their order. Asks each silo.</summary>
    ValueTask<ImmutableArray<string>> KeysAsync();
}

/// <summary>
/// The lanes that work on this silo. When the silo stops they are closed before any grain goes: an activation with an open enumeration is only told to go
/// when that has ended, and an enumeration of a lane that goes on asking would not end in time.
/// </summary>
internal sealed class LiveLanes(IGrainFactory grains) : ILiveLanes, ILifecycleParticipant<ISiloLifecycle>
{
    // Stages stop from the last to the first; grains are deactivated where the silo ceases to be active.
    private const int BeforeGrainsGo = ServiceLifecycleStage.Active + 1;

    private static readonly GrainType LaneType = GrainType.Create("lane");

    private readonly ConcurrentDictionary<Lane, (string Key, Action Leave)> lanes = new();

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<string>> KeysAsync() =>
        [.. (await grains.GetGrain<IManagementGrain>(0).GetActiveGrains(LaneType)).Select(lane => lane.Key.ToString()!).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Ends lanes of a key that work here. Where silos come and go the directory can lose an activation, which does not hear of it before another is there: both would ask a provider for as much as
    /// it allows one.
    /// </summary>
    public async Task EndAsync(string key)
    {
        foreach (var (lane, (own, leave)) in lanes)
        {
            if (!string.Equals(own, key, StringComparison.Ordinal))
                continue;
            leave();
            await lane.DisposeAsync();
        }
    }

    /// <summary>Adds a lane.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="key">Its key.</param>
    /// <param name="leave">Has its grain leave; may be called on any thread.</param>
    public void Add(Lane lane, string key, Action leave)
    {
        lanes[lane] = (key, leave);
        LaneInstruments.Add(lane, key);
    }

    /// <summary>Removes a lane that has been closed.</summary>
    public void Remove(Lane lane)
    {
        _ = lanes.TryRemove(lane, out _);
        LaneInstruments.Remove(lane);
    }

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(LiveLanes), BeforeGrainsGo, static _ => Task.CompletedTask, CloseAsync);

    private Task CloseAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(lanes.Keys.Select(lane => lane.DisposeAsync().AsTask())).WaitAsync(cancellationToken);
}
