namespace EmailVerify.Grains.Tests.World;

/// <summary>Holds a call where a test wants it, until the test lets it go.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets the time when a call stands before the gate.</summary>
    public Task Reached => reached.Task.WaitAsync(Evidence.Timeout, TimeProvider.System);

    public void Open() => released.TrySetResult();

    public Task PassAsync()
    {
        _ = reached.TrySetResult();
        return released.Task;
    }
}

/// <summary>What a test waits for comes, or its absence is an error: a timeout is missing evidence.</summary>
internal static class Evidence
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    public static Task<T> InTime<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Timeout, TimeProvider.System);

    public static Task InTime(this ValueTask task) => task.AsTask().WaitAsync(Timeout, TimeProvider.System);

    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Timeout, TimeProvider.System);

    public static Task InTime(this Task task) => task.WaitAsync(Timeout, TimeProvider.System);
}
