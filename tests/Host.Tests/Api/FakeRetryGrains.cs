using System.Collections.Concurrent;
using EmailVerify.Grains.Retries;
using EmailVerify.Host.Api;

namespace EmailVerify.Host.Tests.Api;

/// <summary>Grains that work off retries, and do not: who was woken is kept.</summary>
internal sealed class FakeRetryGrains : IGrains<IRetryGrain>
{
    public ConcurrentQueue<(string Key, DateTimeOffset Due)> Woken { get; } = new();

    public IRetryGrain Get(string key) => new Grain(this, key);

    private sealed class Grain(FakeRetryGrains retries, string key) : IRetryGrain
    {
        public ValueTask WakeAsync(DateTimeOffset due)
        {
            retries.Woken.Enqueue((key, due));
            return ValueTask.CompletedTask;
        }
    }
}
