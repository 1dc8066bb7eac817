using System.Collections.Concurrent;
using System.Globalization;
using EmailVerify.Grains.Egresses;
using EmailVerify.Grains.Lanes;
using Orleans.Storage;

namespace EmailVerify.Grains.Tests.World;

/// <summary>Grain storage in memory that outlives a cluster, keeps ETags, fails on demand and notes what was written.</summary>
internal sealed class FakeGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<string, (object State, int Version)> rows = new(StringComparer.Ordinal);

    /// <summary>Gets what was written, by grain.</summary>
    public ConcurrentQueue<(string Grain, object State)> Written { get; } = new();

    public Func<string, bool> Fails { get; set; } = _ => false;

    /// <summary>Gets or sets whose state cannot be read.</summary>
    public Func<string, bool> FailsToRead { get; set; } = _ => false;

    /// <summary>Gets or sets what is called before a write.</summary>
    public Action<string> Writing { get; set; } = _ => { };

    public IEnumerable<T> WrittenBy<T>(IAddressable grain) => Written.Where(one => string.Equals(one.Grain, grain.GetGrainId().ToString(), StringComparison.Ordinal)).Select(one => (T)one.State);

    /// <summary>Loses what grains of a type have stored.</summary>
    public void Forget(string grainType)
    {
        foreach (var key in rows.Keys.Where(key => key.StartsWith(grainType + "/", StringComparison.Ordinal)))
            _ = rows.TryRemove(key, out _);
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (FailsToRead(grainId.ToString()))
            return Task.FromException(new InvalidOperationException("The storage is away."));
        if (rows.TryGetValue(grainId.ToString(), out var row))
            (grainState.State, grainState.ETag, grainState.RecordExists) = ((T)Copy(row.State), Tag(row.Version), true);
        else
            (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);
        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Task.Yield();
        var key = grainId.ToString();
        Writing(key);
        if (Fails(key))
            throw new InvalidOperationException("The storage is away.");
        var version = rows.TryGetValue(key, out var row) ? row.Version : 0;
        if (!string.Equals(grainState.ETag, version == 0 ? null : Tag(version), StringComparison.Ordinal))
            throw new InconsistentStateException("Somebody else wrote.");
        var copy = Copy(grainState.State!);
        rows[key] = (copy, version + 1);
        Written.Enqueue((key, copy));
        (grainState.ETag, grainState.RecordExists) = (Tag(version + 1), true);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException("No grain clears its state.");

    private static string Tag(int version) => version.ToString(CultureInfo.InvariantCulture);

    // Grains go on changing the object that they gave.
    private static object Copy(object state) => state switch
    {
        LaneState lane => new LaneState { Epoch = lane.Epoch, Regimes = lane.Regimes },
        EgressRosterState roster => new EgressRosterState { Seen = roster.Seen, Health = roster.Health },
        _ => throw new NotSupportedException($"Nobody stores {state}."),
    };
}
