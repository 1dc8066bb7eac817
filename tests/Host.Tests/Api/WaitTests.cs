using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Emails;
using EmailVerify.Grains.Retries;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Verifications;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Api;

public sealed class WaitTests : IDisposable
{
    private readonly FakeTimeProvider clock = new(ApiHost.Start);
    private static readonly AddressHash Hash = AddressHash.Of(new byte[32], EmailAddress.Parse("jane@example.com"));

    private readonly ServiceState state;
    private readonly FakeVerificationStore store = new();
    private readonly FakeRetryGrains retries = new();

    public WaitTests() => state = new ServiceState(clock);

    public void Dispose() => state.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task Ask_DrainingWhileACallIsOpen_IsAcceptedAtOnce()
    {
        var grain = new SilentGrain();
        var asking = WaitFor(grain).AskAsync(Hash, Question(TimeSpan.FromSeconds(25)), TestContext.Current.CancellationToken).AsTask();
        Assert.False(asking.IsCompleted);

        state.Drain();
        var answer = await asking;

        Assert.NotNull(answer.Verification.Pending);
        Assert.Equal([(5, false), (0, true)], grain.Questions.Select(question => (question.Wait.TotalSeconds, question.Accept)));
    }

    [Fact(Timeout = 30_000)]
    public async Task Ask_DrainingInTheLastCall_IsAcceptedAtOnce()
    {
        var grain = new SilentGrain();
        var asking = WaitFor(grain).AskAsync(Hash, Question(TimeSpan.FromSeconds(2)), TestContext.Current.CancellationToken).AsTask();
        state.Drain();
        _ = await asking;
        Assert.Equal([(2, true), (0, true)], grain.Questions.Select(question => (question.Wait.TotalSeconds, question.Accept)));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Until_Draining_IsWhatIsKnown(bool grainKnows)
    {
        var known = new EmailAnswer(Samples.Pending(TimeSpan.FromSeconds(1), cause: null), FromCache: false);
        var waiting = WaitFor(new SilentGrain { IsGone = !grainKnows })
            .UntilAsync("live/x", known, clock.GetUtcNow().AddSeconds(25), TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);
        state.Drain();
        Assert.Same(known.Verification, (await waiting).Verification);
    }

    [Fact]
    public async Task Ask_GrainThatCannotBeReached_IsAcceptedInItsPlace()
    {
        var grain = new SilentGrain { Failure = new TimeoutException() };
        var answer = await WaitFor(grain).AskAsync(Hash, Question(TimeSpan.FromSeconds(2)), TestContext.Current.CancellationToken);

        // What was asked is durable, and begins as soon as another silo can have it.
        var soon = clock.GetUtcNow().AddSeconds(2);
        var accepted = Assert.Single(store.Rows);
        Assert.Equal((accepted, false), (answer.Verification, answer.FromCache));
        Assert.Equal(("jane@example.com", Hash, (Verdict?)null, 0, soon), (accepted.Email, accepted.AddressHash, accepted.Verdict, accepted.Attempts, accepted.Pending!.NextAttemptAt));
        Assert.Equal((accepted.Id, soon, 0), (store.LastTicket!.VerificationId, store.LastTicket.DueAt, store.LastTicket.Attempt));
        Assert.Equal((RetryKey.Of(store.LastTicket.Shard), soon), Assert.Single(retries.Woken));
    }

    [Fact]
    public async Task Ask_GrainThatCannotBeReachedWhileTheCallerStillWaits_IsAskedAgain()
    {
        var grain = new SilentGrain { Failure = new TimeoutException(), Asked = () => clock.Advance(TimeSpan.FromSeconds(4)) };
        _ = await WaitFor(grain).AskAsync(Hash, Question(Wait.LongestCall + TimeSpan.FromSeconds(2)), TestContext.Current.CancellationToken);
        Assert.Equal([(5, false), (3, true)], grain.Questions.Select(question => (question.Wait.TotalSeconds, question.Accept)));
        _ = Assert.Single(store.Rows);
    }

    [Fact]
    public async Task Ask_NeitherGrainNorStoreAnswers_IsNotAccepted()
    {
        var wait = WaitFor(new SilentGrain { Failure = new TimeoutException() });
        store.Failure = new StorageUnavailableException("Away.");
        _ = await Assert.ThrowsAsync<StorageUnavailableException>(() => wait.AskAsync(Hash, Question(TimeSpan.Zero), TestContext.Current.CancellationToken).AsTask());

        (store.Failure, store.Saving) = (null, new TaskCompletionSource().Task);
        var asking = wait.AskAsync(Hash, Question(TimeSpan.Zero), TestContext.Current.CancellationToken).AsTask();
        while (!asking.IsCompleted)
        {
            clock.Advance(StandIn.Patience);
            await Task.Yield();
        }

        _ = await Assert.ThrowsAsync<TimeoutException>(() => asking);
        Assert.Empty(retries.Woken);
    }

    private Wait WaitFor(SilentGrain grain) =>
        new(grain, store, new StandIn(store, retries, new Settlement(RetrySchedule.Default, Freshness.Default, "1"), clock, NullLogger<StandIn>.Instance), state, clock);

    private static EmailQuestion Question(TimeSpan wait) => new() { CustomerId = CustomerIds.Default, Email = "jane@example.com", Wait = wait };

    /// <summary>A grain that answers only who does not wait.</summary>
    private sealed class SilentGrain : IGrains<IEmailGrain>, IEmailGrain
    {
        public List<EmailQuestion> Questions { get; } = [];

        public bool IsGone { get; init; }

        public Exception? Failure { get; init; }

        /// <summary>Gets what is done when a question has come.</summary>
        public Action Asked { get; init; } = static () => { };

        public IEmailGrain Get(string key) => this;

        public ValueTask<EmailAnswer?> VerifyAsync(EmailQuestion question)
        {
            Questions.Add(question);
            Asked();
            if (Failure is not null)
                return ValueTask.FromException<EmailAnswer?>(Failure);
            return question.Wait > TimeSpan.Zero
                ? new(new TaskCompletionSource<EmailAnswer?>().Task)
                : new(new EmailAnswer(Samples.Pending(TimeSpan.FromMinutes(3), cause: null), FromCache: false));
        }

        public ValueTask<EmailAnswer?> WaitAsync(string customerId, string verificationId, TimeSpan wait) =>
            IsGone ? new((EmailAnswer?)null) : new(new TaskCompletionSource<EmailAnswer?>().Task);

        public ValueTask RereadAsync(string customerId, string verificationId) => throw new NotSupportedException();

        public ValueTask RetryAsync(RetryTicket ticket) => throw new NotSupportedException();
    }
}
