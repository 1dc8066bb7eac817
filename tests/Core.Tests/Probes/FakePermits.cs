using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Tests.Probes;

/// <summary>Permits that let everything go and make decoys by a function.</summary>
internal sealed class FakePermits(Func<int, string?> decoy) : ISessionPermits
{
    public bool WishesDecoys => true;

    public ValueTask PaceAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<string?> DecoyAsync(int number) => ValueTask.FromResult(decoy(number));
}
