using System.Collections.Immutable;
using EmailVerify.Core.Lanes;
using EmailVerify.Grains.Lanes;

namespace EmailVerify.Host.Api.Lanes;

/// <summary>Says how the lanes of all silos stand. However many pages ask, lanes are asked once a second; one that does not live is not woken for it.</summary>
internal sealed class LaneDesk(ILiveLanes live, IGrains<ILaneGrain> grains, TimeProvider clock, ILogger<LaneDesk> logger)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Task<ImmutableArray<LiveLane>> last = Task.FromResult(ImmutableArray<LiveLane>.Empty);
    private DateTimeOffset freshUntil = DateTimeOffset.MinValue;

    /// <summary>Asks the lanes that live, in the order of their keys. One that cannot be asked is left out.</summary>
    public Task<ImmutableArray<LiveLane>> LookAsync()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (now < freshUntil || !last.IsCompleted)
                return last;
            freshUntil = now + Fresh;
            return last = AskAsync();
        }
    }

    private async Task<ImmutableArray<LiveLane>> AskAsync()
    {
        var asked = await Task.WhenAll((await live.KeysAsync()).Select(AskAsync));
        return [.. asked.OfType<LiveLane>()];
    }

    private async Task<LiveLane?> AskAsync(string key)
    {
        try
        {
            return new LiveLane(LaneKey.ProviderOf(key), LaneKey.EgressOf(key), await grains.Get(key).StandAsync());
        }
        catch (Exception failure)
        {
            LaneLog.NotAsked(logger, key, failure.GetType().Name);
            return null;
        }
    }
}

/// <summary>A lane that lives.</summary>
/// <param name="Provider">The provider that it leads to; null where it leads to small hosts.</param>
/// <param name="Egress">The egress that it asks from.</param>
/// <param name="Standing">How it stands.</param>
internal sealed record LiveLane(string? Provider, string Egress, LaneStanding Standing);
