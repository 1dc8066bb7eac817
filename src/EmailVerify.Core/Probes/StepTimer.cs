namespace EmailVerify.Core.Probes;

/// <summary>The patience of one connection: an alarm for each step within a deadline over all, and the caller's own token. One timer, set anew for each step.</summary>
internal sealed class StepTimer(TimeProvider clock) : IDisposable
{
    private readonly CancellationTokenSource alarm = new(Timeout.InfiniteTimeSpan, clock);
    private CancellationToken caller;
    private CancellationTokenRegistration registration;
    private long began;
    private TimeSpan whole;

    /// <summary>Gets a value indicating whether the alarm has rung: nothing more can be awaited with it.</summary>
    public bool IsSpent => alarm.IsCancellationRequested;

    /// <summary>Gets the time since the beginning.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(began);

    /// <summary>Begins a question.</summary>
    /// <param name="timestamp">When it began, a timestamp of the clock.</param>
    /// <param name="deadline">How long all its steps may take together.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public void Begin(long timestamp, TimeSpan deadline, CancellationToken cancellationToken)
    {
        (began, whole, caller) = (timestamp, deadline, cancellationToken);
        registration = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), alarm);
    }

    /// <summary>Sets the alarm for a step.</summary>
    /// <returns>What rings.</returns>
    public CancellationToken Arm(TimeSpan step)
    {
        var left = whole - Elapsed;
        if (left <= TimeSpan.Zero)
            alarm.Cancel();
        else
            alarm.CancelAfter(step < left ? step : left);
        return alarm.Token;
    }

    /// <summary>Ends a question: the alarm is silent until the next.</summary>
    public void End()
    {
        registration.Dispose();
        if (!IsSpent)
            alarm.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Tells the caller's cancellation, which is thrown on, from the alarm, which is an ending.</summary>
    public void ThrowIfCallerGaveUp() => caller.ThrowIfCancellationRequested();

    /// <inheritdoc/>
    public void Dispose()
    {
        registration.Dispose();
        alarm.Dispose();
    }
}
