using System.Threading.Channels;
using EmailVerify.Core;

namespace EmailVerify.Adapters.Postgres;

/// <summary>
/// Rows that single writers bring, written together: what comes while a flush is under way goes with the next one. A lone row is written at once. Of one key a flush has one row, so that rows
/// of a key are written in the order of their coming, each by itself.
/// </summary>
/// <typeparam name="TRow">What is written.</typeparam>
internal sealed class GroupedWrites<TRow>
{
    /// <summary>How many rows a flush takes at most.</summary>
    public const int MaxGroup = 500;

    /// <summary>How many may wait; who comes later waits to wait.</summary>
    public const int MaxQueue = 4_096;

    private readonly Func<TRow, string> keyOf;
    private readonly Func<IReadOnlyList<TRow>, Task> flush;
    private readonly Channel<Waiting> queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MaxQueue) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Begins to wait for rows, on the thread pool: whoever writes first may be a grain, whose turns it must not need.</summary>
    /// <param name="keyOf">What tells rows apart.</param>
    /// <param name="flush">Writes some in one transaction.</param>
    public GroupedWrites(Func<TRow, string> keyOf, Func<IReadOnlyList<TRow>, Task> flush)
    {
        (this.keyOf, this.flush) = (keyOf, flush);
        _ = Task.Run(WorkAsync);
    }

    /// <summary>Writes a row. The task ends when it is durable; what fails of others is theirs.</summary>
    public async Task WriteAsync(TRow row)
    {
        var waiting = new Waiting(row);
        await queue.Writer.WriteAsync(waiting);
        await waiting.Told.Task;
    }

    private async Task WorkAsync()
    {
        var next = new List<Waiting>();
        while (next.Count > 0 || await queue.Reader.WaitToReadAsync())
        {
            var group = Gather(next);
            await FlushAsync(group);
        }
    }

    // What has the key of another stays for the next group, before all that come later.
    private List<Waiting> Gather(List<Waiting> next)
    {
        var group = new List<Waiting>();
        var later = new List<Waiting>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var waiting in next)
            Place(waiting);
        while (group.Count < MaxGroup && later.Count < MaxGroup && queue.Reader.TryRead(out var waiting))
            Place(waiting);
        next.Clear();
        next.AddRange(later);
        return group;

        void Place(Waiting waiting) => (group.Count < MaxGroup && keys.Add(keyOf(waiting.Row)) ? group : later).Add(waiting);
    }

    private async Task FlushAsync(List<Waiting> group)
    {
        try
        {
            await flush([.. group.Select(waiting => waiting.Row)]);
            foreach (var waiting in group)
                waiting.Told.SetResult();
        }
        catch (Exception failure) when (group.Count == 1 || failure is StorageUnavailableException)
        {
            foreach (var waiting in group)
                waiting.Told.SetException(failure);
        }
        catch (Exception)
        {
            // A defect of one, and all were rolled back with it. Each alone shows whose it is.
            foreach (var waiting in group)
                await FlushAsync([waiting]);
        }
    }

    private sealed record Waiting(TRow Row)
    {
        public TaskCompletionSource Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
