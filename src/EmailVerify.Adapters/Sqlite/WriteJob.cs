namespace EmailVerify.Adapters.Sqlite;

/// <summary>Something to be written, with whoever waits for it.</summary>
internal abstract class WriteJob
{
    private Exception? failure;

    /// <summary>Does the work inside a transaction. May be done again in another one, when a neighbour has lost this one.</summary>
    public abstract void Run(SqliteSession session);

    /// <summary>Notes that it failed alone in a transaction, which was undone.</summary>
    public void Fail(Exception exception) => failure = SqliteFailure.Explain(exception);

    /// <summary>Tells the waiter, on a thread other than the writer's.</summary>
    public void Tell()
    {
        if (failure is { } exception)
            Throw(exception);
        else
            Succeed();
    }

    protected abstract void Succeed();

    protected abstract void Throw(Exception exception);
}

/// <summary>A job with a result.</summary>
internal sealed class WriteJob<T>(Func<SqliteSession, T> work) : WriteJob
{
    private readonly TaskCompletionSource<T> told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T result = default!;

    /// <summary>Gets the task that ends once the work is on the disk.</summary>
    public Task<T> Told => told.Task;

    /// <inheritdoc/>
    public override void Run(SqliteSession session) => result = work(session);

    /// <inheritdoc/>
    protected override void Succeed() => told.SetResult(result);

    /// <inheritdoc/>
    protected override void Throw(Exception exception) => told.SetException(exception);
}
