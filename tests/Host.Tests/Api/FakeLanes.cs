using System.Collections.Concurrent;
using System.Collections.Immutable;
using EmailVerify.Core.Lanes;
using EmailVerify.Grains.Lanes;
using EmailVerify.Host.Api;

namespace EmailVerify.Host.Tests.Api;

/// <summary>Lanes that stand as a test says.</summary>
internal sealed class FakeLanes : ILiveLanes, IGrains<ILaneGrain>
{
    private readonly ConcurrentDictionary<string, LaneStanding> lanes = new(StringComparer.Ordinal);

    public ValueTask<ImmutableArray<string>> KeysAsync() => new([.. lanes.Keys.Order(StringComparer.Ordinal)]);

    /// <summary>Gets which lanes were asked.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Gets the lanes that cannot be asked.</summary>
    public ConcurrentBag<string> Broken { get; } = [];

    /// <summary>Has a lane live that leads to one provider.</summary>
    public void Put(string key, ProviderStanding provider, params ImmutableArray<LaneReply> replies) =>
        Put(key, new LaneStanding(provider.Regime.Sessions, [provider], 0, replies) { WaitingInPerson = provider.WaitingInPerson, WaitingOfBatches = provider.WaitingOfBatches });

    public void Put(string key, LaneStanding standing) => lanes[key] = standing;

    public ILaneGrain Get(string key) => new Grain(this, key);

    private sealed class Grain(FakeLanes fakes, string key) : ILaneGrain
    {
        public async ValueTask<LaneStanding> StandAsync()
        {
            await Task.Yield();
            fakes.Asked.Enqueue(key);
            return fakes.Broken.Contains(key, StringComparer.Ordinal) ? throw new TimeoutException("A lane was asked in vain.") : fakes.lanes[key];
        }

        public IAsyncEnumerable<LaneAnswers> AskAsync(LaneQuestions group, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask WithdrawAsync(Guid group) => throw new NotSupportedException();

        public ValueTask RememberAsync() => throw new NotSupportedException();
    }
}
