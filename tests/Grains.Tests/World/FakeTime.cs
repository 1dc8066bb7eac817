using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Grains.Tests.World;

/// <summary>The one driver of the grains' time. It goes on in small steps, and lets the silo work between them.</summary>
internal sealed class FakeTime
{
    /// <summary>A silo that has worked is at rest when the thread pool has had nothing to do for so many looks in a row. A step that sets nothing off costs one look.</summary>
    private const int QuietLooks = 3;

    /// <summary>At most so many items of work in a look are the machine's own: its timers, and this one.</summary>
    private const int Noise = 3;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Goes on until something has come to pass.</summary>
    /// <param name="holds">What.</param>
    /// <param name="step">The step.</param>
    /// <param name="atMost">When it must have come to pass, in fake time.</param>
    public async Task UntilAsync(Func<bool> holds, TimeSpan step, TimeSpan atMost)
    {
        for (var end = Now + atMost; !holds(); Clock.Advance(step))
        {
            // Time stands still from here on: code that runs for the first time is slow, and what was due may still be on its way.
            if (Now > end)
            {
                await SeenAsync(holds);
                return;
            }

            await WorkAsync();
        }
    }

    /// <summary>Goes on until a task has ended.</summary>
    public async Task<T> UntilAsync<T>(Task<T> task, TimeSpan step, TimeSpan atMost)
    {
        await UntilAsync(() => task.IsCompleted, step, atMost);
        return await task;
    }

    /// <summary>Lets a time pass.</summary>
    public async Task PassAsync(TimeSpan time, TimeSpan step)
    {
        var end = Now + time;
        await UntilAsync(() => Now >= end, step, time);
        await WorkAsync();
    }

    /// <summary>Waits, without going on, until something has come to pass.</summary>
    public static async Task SeenAsync(Func<bool> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(began) > Evidence.Timeout)
                throw new TimeoutException("It did not come to pass.");
            await WorkAsync();
        }
    }

    // Between two steps the silo finishes what the last one set off, however slow the machine is. It looks from the pool itself, whose turns it shares.
    private static Task WorkAsync() => Task.Run(async () =>
    {
        var done = ThreadPool.CompletedWorkItemCount;
        for (var (quiet, looks) = (QuietLooks - 1, 0); quiet < QuietLooks && looks < 1_000; looks++)
        {
            await Task.Delay(Look, TimeProvider.System);
            var now = ThreadPool.CompletedWorkItemCount;
            quiet = now - done <= Noise && ThreadPool.PendingWorkItemCount == 0 ? quiet + 1 : 0;
            done = now;
        }
    });
}
