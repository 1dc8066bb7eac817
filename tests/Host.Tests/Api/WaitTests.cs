using EmailVerify.Core.Customers;
using EmailVerify.Core.Retries;
using EmailVerify.Grains.Emails;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Verifications;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Api;

public sealed class WaitTests : IDisposable
{
    private readonly FakeTimeProvider clock = new(ApiHost.Start);
    private readonly ServiceState state = new();
    private readonly FakeVerificationStore store = new();

    public void Dispose() => state.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task Ask_DrainingWhileACallIsOpen_IsAcceptedAtOnce()
    {
        var grain = new SilentGrain();
        var asking = new Wait(grain, store, state, clock).AskAsync("live/x", Question(TimeSpan.FromSeconds(25)), TestContext.Current.CancellationToken).AsTask();
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
        var asking = new Wait(grain, store, state, clock).AskAsync("live/x", Question(TimeSpan.FromSeconds(2)), TestContext.Current.CancellationToken).AsTask();
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
        var waiting = new Wait(new SilentGrain { IsGone = !grainKnows }, store, state, clock)
            .UntilAsync("live/x", known, clock.GetUtcNow().AddSeconds(25), TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);
        state.Drain();
        Assert.Same(known.Verification, (await waiting).Verification);
    }

    private static EmailQuestion Question(TimeSpan wait) => new() { CustomerId = CustomerIds.Default, Email = "jane@example.com", Wait = wait };

    /// <summary>A grain that answers only who does not wait.</summary>
    private sealed class SilentGrain : IGrains<IEmailGrain>, IEmailGrain
    {
        public List<EmailQuestion> Questions { get; } = [];

        public bool IsGone { get; init; }

        public IEmailGrain Get(string key) => this;

        public ValueTask<EmailAnswer?> VerifyAsync(EmailQuestion question)
        {
            Questions.Add(question);
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
