using EmailVerify.Core.Customers;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Emails;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>
/// Waits for verdicts in the frontend, by calls that are each shorter than the response timeout of grains. When the process is asked to stop, every wait ends:
/// what is not known then is made durable at once.
/// </summary>
internal sealed class Wait(IGrains<IEmailGrain> grains, IVerificationStore store, StandIn standIn, ServiceState state, TimeProvider clock)
{
    /// <summary>How long one call to a grain may last.</summary>
    public static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(5);

    /// <summary>How long to leave a verification alone that no grain is waiting for: another silo has it, or its retry is not due.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Asks a grain until it knows, or until the end of the wait; then what is not known is durable, whether or not the grain can be reached.</summary>
    /// <param name="hash">The hash of the address.</param>
    /// <param name="question">The question; its wait is that of the caller.</param>
    /// <param name="cancellationToken">Ends the waiting; the work goes on.</param>
    public async ValueTask<EmailAnswer> AskAsync(AddressHash hash, EmailQuestion question, CancellationToken cancellationToken)
    {
        var key = EmailKey.Of(hash, CustomerIds.IsTest(question.CustomerId));
        var grain = grains.Get(key);
        var began = clock.GetUtcNow();
        var deadline = began + question.Wait;
        for (var maxAge = question.MaxAge; ;)
        {
            var left = state.IsDraining ? TimeSpan.Zero : deadline - clock.GetUtcNow();
            var isLast = left <= LongestCall;
            var asked = question with { MaxAge = maxAge, Wait = Slice(left), Accept = isLast };
            bool isAnswered;
            EmailAnswer? answer;
            try
            {
                var call = GrainCall.AskAsync(() => grain.VerifyAsync(asked), BoundOf(asked.Wait, deadline));
                (isAnswered, answer) = await UnlessDrainingAsync(call, left, mayFail: !isLast);
            }
            catch (TimeoutException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return await standIn.AnswerAsync(hash, asked);
            }

            if (!isAnswered)
                continue;
            if (answer is { Verification.Verdict: not null })
                return answer;
            if (answer is not null)
                return await UntilAsync(key, answer, deadline, cancellationToken);
            if (isLast)
                throw new TimeoutException("The grain did not accept the question.");
            cancellationToken.ThrowIfCancellationRequested();

            // What the calls before have found was found since the caller asked: new enough.
            if (maxAge is { } age && clock.GetUtcNow() - began is var elapsed && elapsed > age)
                maxAge = elapsed;
        }
    }

    /// <summary>Waits for the verdict of a pending verification, unless it is asked about again only after the deadline.</summary>
    /// <param name="key">The key of its grain.</param>
    /// <param name="answer">The verification as it is.</param>
    /// <param name="deadline">When the waiting ends.</param>
    /// <param name="cancellationToken">Ends the waiting; the work goes on.</param>
    /// <returns>The verification as it is at the end.</returns>
    public async ValueTask<EmailAnswer> UntilAsync(string key, EmailAnswer answer, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var grain = grains.Get(key);
        while (answer.Verification is { Verdict: null } pending)
        {
            var now = clock.GetUtcNow();
            if (now >= deadline || state.IsDraining || pending.Pending is { Cause: not null, NextAttemptAt: var next } && next >= deadline)
                return answer;
            cancellationToken.ThrowIfCancellationRequested();
            var left = deadline - now;
            var (isAnswered, news) = await UnlessDrainingAsync(NewsAsync(grain, pending, Slice(left)), left);
            if (!isAnswered)
                return answer;
            if (news is not null)
            {
                answer = news;
                continue;
            }

            answer = answer with { Verification = await store.FindAsync(pending.CustomerId, pending.Id, cancellationToken) ?? pending };
            left = deadline - clock.GetUtcNow();
            if (answer.Verification.Verdict is null && left > TimeSpan.Zero)
                await PauseAsync(Shorter(Pause, left), cancellationToken);
        }

        return answer;
    }

    // What was accepted is in the store whatever becomes of its grain: who waits for it waits on.
    private static async ValueTask<EmailAnswer?> NewsAsync(IEmailGrain grain, Verification pending, TimeSpan wait)
    {
        try
        {
            return await GrainCall.AskAsync(() => grain.WaitAsync(pending.CustomerId, pending.Id, wait), wait + GrainCall.Margin);
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException)
        {
            return null;
        }
    }

    // The work of a call that is left goes on in the grain.
    private async ValueTask<(bool IsAnswered, EmailAnswer? Answer)> UnlessDrainingAsync(ValueTask<EmailAnswer?> call, TimeSpan left, bool mayFail = false)
    {
        if (call.IsCompletedSuccessfully || left <= TimeSpan.Zero)
            return (true, await call);
        try
        {
            return (true, await call.AsTask().WaitAsync(state.Draining));
        }
        catch (OperationCanceledException) when (state.IsDraining)
        {
            return (false, null);
        }
        catch (TimeoutException) when (mayFail)
        {
            // Its silo hangs; while the caller still waits another may take its place.
            return (false, null);
        }
    }

    private async ValueTask PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, state.Draining);
        try
        {
            await Task.Delay(pause, clock, either.Token);
        }
        catch (OperationCanceledException) when (state.IsDraining && !cancellationToken.IsCancellationRequested)
        {
            // The caller looks at the state.
        }
    }

    // A grain that could not be reached has cost time that the caller has not got.
    private TimeSpan BoundOf(TimeSpan wait, DateTimeOffset deadline)
    {
        var left = deadline + GrainCall.Margin - clock.GetUtcNow();
        return left <= TimeSpan.Zero ? TimeSpan.Zero : Shorter(wait + GrainCall.Margin, left);
    }

    private static TimeSpan Slice(TimeSpan left) => left <= TimeSpan.Zero ? TimeSpan.Zero : Shorter(left, LongestCall);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
