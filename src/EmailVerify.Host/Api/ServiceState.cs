namespace EmailVerify.Host.Api;

/// <summary>How far the process is in its life, as its probes tell. Whoever starts and stops it says so here.</summary>
/// <param name="clock">The time.</param>
internal sealed class ServiceState(TimeProvider clock) : IDisposable
{
    /// <summary>For so long after it was asked to stop the process takes what was sent before anybody could know. The server itself listens to nobody new from then on, and the silo works until it has answered.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource drain = new();
    private long drainedAt;
    private volatile bool started;
    private volatile Func<bool> healthy = static () => true;

    /// <summary>Gets a value indicating whether the schema fits and the silo is active.</summary>
    public bool IsStarted => started;

    /// <summary>Gets a value indicating whether the process has been asked to stop.</summary>
    public bool IsDraining => drain.IsCancellationRequested;

    /// <summary>Gets a value indicating whether requests are refused: the process was asked to stop longer ago than <see cref="Grace"/>.</summary>
    public bool RefusesRequests => IsDraining && clock.GetElapsedTime(Interlocked.Read(ref drainedAt)) >= Grace;

    /// <summary>Gets what ends waits when the process is asked to stop.</summary>
    public CancellationToken Draining => drain.Token;

    /// <summary>Gets a value indicating whether requests should be sent here.</summary>
    public bool IsReady => started && !IsDraining && healthy();

    /// <summary>Says that the start is done.</summary>
    public void Started() => started = true;

    /// <summary>
    /// Says that the end has begun, as the stopping of the host does: those who wait are answered with what is known, and soon new requests are refused.
    /// </summary>
    public void Drain()
    {
        _ = Interlocked.CompareExchange(ref drainedAt, clock.GetTimestamp(), 0);
        _ = drain.CancelAsync(); // Whoever stops us does not run what thousands of waits do next.
    }

    /// <summary>Gives what readiness asks in addition: own queues below their bounds, the disk above its floor. It must not wait for anything.</summary>
    public void ReadyWhile(Func<bool> condition) => healthy = condition;

    /// <inheritdoc/>
    public void Dispose() => drain.Dispose();
}
