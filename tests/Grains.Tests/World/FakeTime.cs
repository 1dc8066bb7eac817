using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Grains.Tests.World;

/// <summary>The one driver of the grains' time. It goes on in small steps, and lets the silo work between them.</summary>
internal sealed class FakeTime
{
    /// <summary>
    /// How many turns of the thread pool the silo gets between two steps: the calls that a timer sets off take some hundred. Counted in turns and not in time,
    /// it is as long as the machine is slow.
    /// </summary>
    private const int Turns = 1_000;

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
            if (Now > end)
                throw new TimeoutException($"It did not come to pass within {atMost}.");
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

    // Off the test's own scheduler, whose turns are not the pool's.
    private static Task WorkAsync() => Task.Run(async () =>
    {
        for (var turn = 0; turn < Turns; turn++)
            await Task.Yield();
    });
}
