namespace EmailVerify.Host.Api;

/// <summary>How far the process is in its life, as its probes tell. Whoever starts and stops it says so here.</summary>
internal sealed class ServiceState : IDisposable
{
    private readonly CancellationTokenSource drain = new();
    private volatile bool started;
    private volatile Func<bool> healthy = static () => true;

    /// <summary>Gets a value indicating whether the schema fits and the silo is active.</summary>
    public bool IsStarted => started;

    /// <summary>Gets a value indicating whether the process has been asked to stop.</summary>
    public bool IsDraining => drain.IsCancellationRequested;

    /// <summary>Gets what ends waits when the process is asked to stop.</summary>
    public CancellationToken Draining => drain.Token;

    /// <summary>Gets a value indicating whether requests should be sent here.</summary>
    public bool IsReady => started && !IsDraining && healthy();

    /// <summary>Says that the start is done.</summary>
    public void Started() => started = true;

    /// <summary>
    /// Says that the end has begun, as the stopping of the host does: from now on new requests are refused, and those that wait are answered with what is known.
    /// </summary>
    public void Drain() => _ = drain.CancelAsync(); // Whoever stops us does not run what thousands of waits do next.

    /// <summary>Gives what readiness asks in addition: own queues below their bounds, the disk above its floor. It must not wait for anything.</summary>
    public void ReadyWhile(Func<bool> condition) => healthy = condition;

    /// <inheritdoc/>
    public void Dispose() => drain.Dispose();
}
