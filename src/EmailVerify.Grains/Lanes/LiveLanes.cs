using System.Collections.Concurrent;
using EmailVerify.Core.Lanes;

namespace EmailVerify.Grains.Lanes;

/// <summary>
/// The lanes that work on this silo. When the silo stops they are closed before any grain goes: an activation with an open enumeration is only told to go
/// when that has ended, and an enumeration of a lane that goes on asking would not end in time.
/// </summary>
internal sealed class LiveLanes : ILifecycleParticipant<ISiloLifecycle>
{
    // Stages stop from the last to the first; grains are deactivated where the silo ceases to be active.
    private const int BeforeGrainsGo = ServiceLifecycleStage.Active + 1;

    private readonly ConcurrentDictionary<Lane, string> lanes = new();

    /// <summary>Adds a lane under its key.</summary>
    public void Add(Lane lane, string key)
    {
        lanes[lane] = key;
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
