using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios.Kills;

/// <summary>Callers that come at a steady rate whether or not they are answered, until the service dies under them.</summary>
internal sealed class Callers(Service service, Ledger ledger)
{
    /// <summary>So many verifications are asked for in a second.</summary>
    public const int Rate = 100;

    private readonly ConcurrentDictionary<string, bool> open = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();
    private Task work = Task.CompletedTask;
    private Action? atNextVerdict;

    /// <summary>Gets how many callers have come.</summary>
    public int Come { get; private set; }

    /// <summary>Gets the addresses of those that wait for an answer now.</summary>
    public ICollection<string> Open => open.Keys;

    /// <summary>Begins to call.</summary>
    /// <param name="first">The number of the first address.</param>
    public void Begin(int first) => work = Task.Run(() => ComeAsync(first));

    /// <summary>Does something at the instant when the next caller is told a verdict.</summary>
    public async Task AtNextVerdictAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref atNextVerdict, () =>
        {
            action();
            done.SetResult();
        });
        await done.Task;
    }

    /// <summary>Lets nobody come any more and waits until all have been answered or cut off.</summary>
    /// <returns>The addresses of those that were cut off.</returns>
    public async Task<IReadOnlyList<string>> EndAsync()
    {
        await stop.CancelAsync();
        await work;
        stop.Dispose();
        return [.. open.Keys];
    }

    private async Task ComeAsync(int first)
    {
        var calls = new List<Task>();
        var began = Stopwatch.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            var due = (int)(Stopwatch.GetElapsedTime(began).TotalSeconds * Rate);
            for (; Come < due; Come++)
                calls.Add(CallAsync(first + Come));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }

        await Task.WhenAll(calls);
    }

    // Some wait for the verdict, some take a 202 at once.
    private async Task CallAsync(int number)
    {
        var email = Population.AddressOf(number);
        _ = open.TryAdd(email, true);
        try
        {
            var (status, _, answer) = await service.PostAsync(email, wait: number % 5 < 2 ? 0 : 10, CancellationToken.None);
            if (status is HttpStatusCode.OK && Volatile.Read(ref atNextVerdict) is not null)
                Interlocked.Exchange(ref atNextVerdict, null)?.Invoke();
            _ = ledger.Enter(status, answer);
            _ = open.TryRemove(email, out _);
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException or JsonException or OperationCanceledException)
        {
            // Cut off: it was told nothing, and stays open.
        }
    }
}
