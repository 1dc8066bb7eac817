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
    private static readonly AddressHash Hash = AddressHash.Of(new byte[32], EmailAddress.Parse("jane@example.com"));

    private readonly FakeTimeProvider clock = new(ApiHost.Start);
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
        var answer = await WaitFor(Unreachable()).AskAsync(Hash, Question(TimeSpan.FromSeconds(2)), TestContext.Current.CancellationToken);

        // What was asked is durable, and begins as soon as another silo can have it.
        var soon = clock.GetUtcNow().AddSeconds(2);
        var accepted = Assert.Single(store.Rows);
        Assert.Equal((accepted, false), (answer.Verification, answer.FromCache));
        Assert.Equal(("jane@example.com", Hash, 0), (accepted.Email, accepted.AddressHash, accepted.Attempts));
        Assert.Null(accepted.Verdict);
        Assert.Equal((null, soon), (accepted.Pending!.Cause, accepted.Pending.NextAttemptAt));
        Assert.Equal((accepted.Id, soon, 0), (store.LastTicket!.VerificationId, store.LastTicket.DueAt, store.LastTicket.Attempt));
        Assert.Equal((RetryKey.Of(store.LastTicket.Shard), soon), Assert.Single(retries.Woken));
    }

    [Fact]
    public async Task Ask_AgainWhileItCannotBeReached_JoinsWhatWasAccepted()
    {
        var wait = WaitFor(Unreachable());
        var first = await wait.AskAsync(Hash, Question(TimeSpan.Zero), TestContext.Current.CancellationToken);
        var again = await wait.AskAsync(Hash, Question(TimeSpan.Zero), TestContext.Current.CancellationToken);
        Assert.Equal(first.Verification, again.Verification);
        _ = Assert.Single(store.Rows);

        var other = await wait.AskAsync(Hash, Question(TimeSpan.Zero) with { CustomerId = "cus_other" }, TestContext.Current.CancellationToken);
        Assert.NotEqual(first.Verification.Id, other.Verification.Id, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(61, true)]
    [InlineData(59, false)]
    public async Task Ask_WhatIsKnown_IsAnsweredThoughTheGrainCannotBeReached(int? maxAge, bool isKnown)
    {
        var known = Samples.Final() with { AddressHash = Hash, CustomerId = CustomerIds.Default };
        store.Put(known with { Verdict = known.Verdict! with { FoundAt = clock.GetUtcNow().AddMinutes(-1), FreshUntil = clock.GetUtcNow().AddDays(1) } });
        var question = Question(TimeSpan.Zero) with { MaxAge = maxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : null };
        var answer = await WaitFor(Unreachable()).AskAsync(Hash, question, TestContext.Current.CancellationToken);
        Assert.Equal((isKnown, isKnown), (answer.FromCache, answer.Verification.Verdict is not null));
    }

    [Theory]
    [InlineData(5, 25, 7.5)]
    [InlineData(1, 1, 3.5)]
    [InlineData(0, -1, 1.5)]
    [InlineData(0, -2.5, 0)]
    [InlineData(0, -9, 0)]
    public void BoundOf_ACall_IsWhatIsLeftOfTheCallersWaitAndOneMargin(double wait, double left, double bound) =>
        Assert.Equal(TimeSpan.FromSeconds(bound), Wait.BoundOf(TimeSpan.FromSeconds(wait), TimeSpan.FromSeconds(left)));

    [Fact]
    public async Task Ask_WhatWasFoundSinceTheCallerAsked_IsNewEnoughForWhoAsksAnew()
    {
        // Its answer was lost on the way.
        var grain = Unreachable(_ =>
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            var found = Samples.Final();
            store.Put(found with { AddressHash = Hash, CustomerId = CustomerIds.Default, Verdict = found.Verdict! with { FoundAt = clock.GetUtcNow(), FreshUntil = clock.GetUtcNow().AddDays(1) } });
            clock.Advance(TimeSpan.FromSeconds(2));
        });
        var answer = await WaitFor(grain).AskAsync(Hash, Question(TimeSpan.FromSeconds(1)) with { MaxAge = TimeSpan.Zero }, TestContext.Current.CancellationToken);
        Assert.NotNull(answer.Verification.Verdict);
    }

    [Fact]
    public async Task Ask_GrainThatCannotBeReachedForACallerWhoLeft_AcceptsNothing()
    {
        using var left = new CancellationTokenSource();
        await left.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => WaitFor(Unreachable()).AskAsync(Hash, Question(TimeSpan.Zero), left.Token).AsTask());
        Assert.Empty(store.Rows);
    }

    [Fact(Timeout = 30_000)]
    public async Task Ask_NeitherGrainNorStoreAnswers_IsRefusedAndTheStoreIsSpared()
    {
        var wait = WaitFor(Unreachable());
        store.Failure = new StorageUnavailableException("Away.");
        _ = await Assert.ThrowsAsync<StorageUnavailableException>(() => wait.AskAsync(Hash, Question(TimeSpan.Zero), TestContext.Current.CancellationToken).AsTask());

        var saving = new TaskCompletionSource();
        (store.Failure, store.Saving) = (null, saving.Task);
        var many = Enumerable.Range(0, StandIn.MostAtOnce + 10).Select(number => wait.AskAsync(Hash, Question(TimeSpan.Zero) with { CustomerId = $"cus_{number}" }, TestContext.Current.CancellationToken).AsTask()).ToArray();
        Assert.Equal(10, many.Count(one => one.IsFaulted));
        clock.Advance(StandIn.Patience);
        foreach (var one in many)
            _ = await Assert.ThrowsAsync<TimeoutException>(() => one);

        // Those that the store still has keep their places.
        _ = await Assert.ThrowsAsync<TimeoutException>(() => wait.AskAsync(Hash, Question(TimeSpan.Zero), TestContext.Current.CancellationToken).AsTask());
        saving.SetResult();
        Assert.NotNull((await wait.AskAsync(Hash, Question(TimeSpan.Zero), TestContext.Current.CancellationToken)).Verification.Pending);
    }

    private static SilentGrain Unreachable(Action<EmailQuestion>? asked = null) => new() { Failure = new TimeoutException(), Asked = asked ?? (static _ => { }) };

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
        public Action<EmailQuestion> Asked { get; init; } = static _ => { };

        public IEmailGrain Get(string key) => this;

        public ValueTask<EmailAnswer?> VerifyAsync(EmailQuestion question)
        {
            Questions.Add(question);
            Asked(question);
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
