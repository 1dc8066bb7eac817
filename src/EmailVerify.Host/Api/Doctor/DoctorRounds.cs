using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Api.Doctor;

/// <summary>Has the doctor look again and again while the service runs: soon after the start, then each hour or as configured, not to the minute.</summary>
internal sealed partial class DoctorRounds(DoctorDesk desk, DoctorInstruments instruments, DoctorOptions options, TimeProvider clock, ILogger<DoctorRounds> logger) : BackgroundService
{
    // The start has other work to do, and whoever starts it wants to know within the first minute.
    private static readonly TimeSpan First = TimeSpan.FromSeconds(3);

    private readonly Random random = new();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        instruments.Watch(desk);
        if (options.Every == TimeSpan.Zero)
            return;
        try
        {
            for (var pause = First; ; pause = options.Every * (0.9 + (0.2 * random.NextDouble())))
            {
                await Task.Delay(pause, clock, stoppingToken);
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A host that could not start cancels this without being said to stop, and would report it as a failure.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            _ = await desk.LookAsync(TimeSpan.Zero, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, failure);
        }
    }
}
