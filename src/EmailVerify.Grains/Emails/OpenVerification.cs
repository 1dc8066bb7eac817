using System.Runtime.ExceptionServices;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Grains.Emails;

/// <summary>
/// A verification that has no verdict yet, while its grain remembers it: how it stands and who waits for it. Whoever waits holds on to it, so that its end is
/// never missed, whatever came to the grain meanwhile.
/// </summary>
internal sealed class OpenVerification(Verification verification)
{
    private TaskCompletionSource news = NewNews();
    private Exception? failure;

    /// <summary>Gets the verification. It is stored when it is pending or has a verdict.</summary>
    public Verification Now { get; private set; } = verification;

    /// <summary>Gets or sets a value indicating whether the next attempt is its own: it is new, or due. What was put off is not: somebody else's attempt costs it no try.</summary>
    public bool Asks { get; set; } = true;

    /// <summary>Gets the turn to change it: one at a time, so that an older state never overwrites a newer one.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>Gets a value indicating whether it has a verdict, or was put off to a later time.</summary>
    public bool IsSettled => Now.Verdict is not null || (Now.Pending is not null && !Asks);

    /// <summary>Gets a value indicating whether nothing is stored of it.</summary>
    public bool IsUnstored => Now is { Verdict: null, Pending: null };

    /// <summary>Says whether somebody should be asking by now, though nobody does here: it was accepted before its first attempt, or its time has come.</summary>
    public bool ShouldBeInWork(DateTimeOffset now) => !Asks && Now.Pending is { } pending && (pending.Cause is null || pending.NextAttemptAt <= now);

    /// <summary>Waits until something holds of it.</summary>
    /// <param name="holds">What is waited for.</param>
    /// <param name="wait">At most so long.</param>
    /// <param name="clock">The time.</param>
    /// <remarks>Throws what kept its verdict from being stored.</remarks>
    public async ValueTask UntilAsync(Func<OpenVerification, bool> holds, TimeSpan wait, TimeProvider clock)
    {
        var end = clock.GetUtcNow() + wait;
        while (failure is null && !holds(this) && end - clock.GetUtcNow() is { Ticks: > 0 } left)
        {
            // Timers count whole milliseconds: a fraction of one would not wait at all.
            await news.Task.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), clock)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }

        ThrowIfFailed();
    }

    /// <summary>Takes its new state, and tells whoever waits.</summary>
    public void Become(Verification now, bool asks)
    {
        (Now, Asks) = (now, asks);
        Announce();
    }

    /// <summary>It could not be stored: nobody is told more than that.</summary>
    public void Fail(Exception reason)
    {
        (failure, Asks) = (reason, false);
        Announce();
    }

    /// <summary>Throws what kept its verdict from being stored, if anything did.</summary>
    public void ThrowIfFailed()
    {
        if (failure is not null)
            ExceptionDispatchInfo.Capture(failure).Throw();
    }

    private static TaskCompletionSource NewNews() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Announce()
    {
        var told = news;
        news = NewNews();
        _ = told.TrySetResult();
    }
}
