namespace EmailVerify.Host.Exports;

/// <summary>Wakes the worker of this process when an export was asked for here. Other processes look by themselves.</summary>
internal sealed class ExportBell
{
    private volatile TaskCompletionSource rung = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Wakes it.</summary>
    public void Ring() => rung.TrySetResult();

    /// <summary>Gets what ends when the bell is rung from now on.</summary>
    public Task Listen() => (rung = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
}
