using Microsoft.Extensions.Hosting;

namespace EmailVerify.Adapters;

/// <summary>Does something at the start of the service and again and again. What fails is tried again the next time.</summary>
/// <param name="every">From one time to the next.</param>
/// <param name="clock">The time.</param>
internal abstract class Sweeper(TimeSpan every, TimeProvider clock) : BackgroundService
{
    /// <summary>Often enough for what is of no more use: it has time.</summary>
    public static readonly TimeSpan Hourly = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, clock);
        try
        {
            do
                await TryAsync(() => SweepAsync(clock.GetUtcNow(), stoppingToken), stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A host that could not start cancels this without being said to stop, and would report it as a failure.
        }
    }

    /// <summary>Does it.</summary>
    protected abstract Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Tells that it failed.</summary>
    protected abstract void Failed(Exception failure);

    /// <summary>Does a part whose failure ends nothing but itself.</summary>
    protected async Task TryAsync(Func<Task> part, CancellationToken cancellationToken)
    {
        try
        {
            await part();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Failed(failure);
        }
    }
}
