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

    /// <summary>Asks a grain until it knows, or until the end of the wait; then what is not known is durable, and where the grain does not answer a <see cref="StandIn"/> does.</summary>
    /// <param name="hash">The hash of the address.</param>
    /// <param name="question">The question; its wait is that of the caller.</param>
    /// <param name="cancellationToken">Ends the waiting; the work goes on.</param>
    /// <exception cref="TimeoutException">Neither answered in time.</exception>
    public async ValueTask<EmailAnswer> AskAsync(AddressHash hash, EmailQuestion question, CancellationToken cancellationToken)
    {
        var key = EmailKey.Of(hash, CustomerIds.IsTest(question.CustomerId));
        var grain = grains.Get(key);
        var began = clock.GetUtcNow();
        var deadline = began + question.Wait;
        while (true)
        {
            var now = clock.GetUtcNow();
            var left = state.IsDraining ? TimeSpan.Zero : deadline - now;
            var isLast = left <= LongestCall;
            var asked = SinceAsked() with { Wait = Slice(left), Accept = isLast };
            var (isCut, answer) = await UnlessDrainingAsync(GrainCall.AskAsync(() => grain.VerifyAsync(asked), BoundOf(asked.Wait, deadline - now)), left);
            if (answer is { Verification.Verdict: not null })
                return answer;
            if (answer is not null)
                return await UntilAsync(key, answer, deadline, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (isLast && !isCut)
                return await standIn.AnswerAsync(hash, SinceAsked());
        }

        // What calls before this one have found was found since the caller asked: new enough.
        EmailQuestion SinceAsked() => question.MaxAge is { } age && clock.GetUtcNow() - began is var elapsed && elapsed > age ? question with { MaxAge = elapsed } : question;
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
            var (isCut, news) = await UnlessDrainingAsync(NewsAsync(grain, pending, Slice(left)), left);
            if (isCut)
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

    /// <summary>Gets how long a call may take: what earlier ones took in vain is not the caller's to wait for once more.</summary>
    /// <param name="wait">How long the grain means to wait.</param>
    /// <param name="left">What is left of the caller's wait; negative behind its end.</param>
    internal static TimeSpan BoundOf(TimeSpan wait, TimeSpan left) =>
        left + GrainCall.Margin <= TimeSpan.Zero ? TimeSpan.Zero : Shorter(wait, left) + GrainCall.Margin;

    // The work of a call that is left goes on in the grain.
    private async ValueTask<(bool IsCut, EmailAnswer? Answer)> UnlessDrainingAsync(ValueTask<EmailAnswer?> call, TimeSpan left)
    {
        try
        {
            return (false, call.IsCompletedSuccessfully || left <= TimeSpan.Zero ? await call : await call.AsTask().WaitAsync(state.Draining));
        }
        catch (OperationCanceledException) when (state.IsDraining)
        {
            return (true, null);
        }
        catch (TimeoutException)
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

    private static TimeSpan Slice(TimeSpan left) => left <= TimeSpan.Zero ? TimeSpan.Zero : Shorter(left, LongestCall);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
