using System.Security.Cryptography;
using Orleans.Runtime.Messaging;

namespace EmailVerify.Host.Api;

/// <summary>Calls of grains that a caller of the API waits for. While silos die and come a grain cannot be reached for some seconds; it is asked again until a bound, and never longer.</summary>
internal static class GrainCall
{
    /// <summary>How much longer than the grain itself means to wait a call may take: what the store takes, and a grain that must be found anew. Behind it is a problem that says to ask again.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(3);

    // Silos die in real time, whatever time the rest is told.
    private static readonly TimeProvider Clock = TimeProvider.System;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Asks a grain what may be asked twice.</summary>
    /// <param name="call">The call; made again where the grain could not be reached.</param>
    /// <param name="bound">How long all that may take.</param>
    /// <exception cref="TimeoutException">It took longer.</exception>
    public static ValueTask<T> AskAsync<T>(Func<ValueTask<T>> call, TimeSpan bound)
    {
        var first = call();
        return first.IsCompletedSuccessfully ? first : AskOnAsync(first.AsTask(), call, bound);
    }

    /// <summary>Waits for a call that must not be made twice.</summary>
    /// <exception cref="TimeoutException">It took longer; it may have been done all the same.</exception>
    public static async ValueTask<T> OnceAsync<T>(ValueTask<T> call, TimeSpan bound) =>
        call.IsCompletedSuccessfully ? call.Result : await call.AsTask().WaitAsync(bound, Clock);

    /// <inheritdoc cref="OnceAsync{T}(ValueTask{T}, TimeSpan)"/>
    public static async ValueTask OnceAsync(ValueTask call, TimeSpan bound)
    {
        if (!call.IsCompletedSuccessfully)
            await call.AsTask().WaitAsync(bound, Clock);
    }

    private static async ValueTask<T> AskOnAsync<T>(Task<T> asked, Func<ValueTask<T>> call, TimeSpan bound)
    {
        var end = Clock.GetUtcNow() + bound;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                var left = end - Clock.GetUtcNow();
                return await asked.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, Clock);
            }
            catch (OrleansException failure) when (IsUnreachable(failure) && Clock.GetUtcNow() + pause < end)
            {
                // Callers of one dead silo must not come back all at once.
                await Task.Delay(pause * RandomNumberGenerator.GetInt32(50, 150) / 100, Clock);
            }

            asked = call().AsTask();
        }
    }

    // Said by the runtime, and by no grain of ours.
    private static bool IsUnreachable(OrleansException failure) => failure is OrleansMessageRejectionException or SiloUnavailableException or ConnectionFailedException;
}
