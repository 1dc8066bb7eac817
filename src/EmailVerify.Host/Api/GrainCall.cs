using Orleans.Runtime.Messaging;
using Polly;
using Polly.Retry;

namespace EmailVerify.Host.Api;

/// <summary>Calls of grains that a caller of the API waits for. While silos die and come a grain cannot be reached for some seconds; it is asked again until a bound, and never longer.</summary>
internal static class GrainCall
{
    /// <summary>How much longer than the grain itself means to wait a call may take: what the store takes, and a grain that must be found anew. Behind it the caller goes on without the grain.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(2.5);

    // Silos die in real time, whatever time the rest is told.
    private static readonly TimeProvider Clock = TimeProvider.System;

    // Until whoever waits gives up. Callers of one dead silo must not come back all at once.
    private static readonly ResiliencePipeline Again = new ResiliencePipelineBuilder { TimeProvider = Clock }
        .AddRetry(new RetryStrategyOptions
        {
            // Said by the runtime, and by lanes whose egress no silo has.
            ShouldHandle = new PredicateBuilder().Handle<OrleansMessageRejectionException>().Handle<SiloUnavailableException>().Handle<ConnectionFailedException>(),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(100),
            MaxDelay = TimeSpan.FromSeconds(1),
            UseJitter = true,
        })
        .Build();

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

    private static async ValueTask<T> AskOnAsync<T>(Task<T> first, Func<ValueTask<T>> call, TimeSpan bound)
    {
        using var end = new CancellationTokenSource(bound, Clock);
        var asked = first;
        try
        {
            return await Again.ExecuteAsync(
                async cancellationToken =>
                {
                    var current = Interlocked.Exchange(ref asked, null) ?? call().AsTask();
                    return await current.WaitAsync(cancellationToken);
                },
                end.Token);
        }
        catch (OperationCanceledException late) when (end.IsCancellationRequested)
        {
            throw new TimeoutException("The grain could not be reached in time.", late);
        }
    }
}
