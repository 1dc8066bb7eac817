using EmailVerify.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Removes what is of no more use, at the start and each hour: uploads and erasures that a death cut off, batches whose time has come, old answers to idempotency keys.</summary>
internal sealed partial class SqliteSweeper(SqliteBatchStore batches, TimeProvider clock, ILogger<SqliteSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before anything can be uploaded: what is there now and not published is nobody's.
        await SweepAsync(isStart: true, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await SweepAsync(isStart: false, stoppingToken);
    }

    private async Task SweepAsync(bool isStart, CancellationToken cancellationToken)
    {
        try
        {
            await batches.SweepAsync(clock.GetUtcNow(), isStart, cancellationToken);
        }
        catch (StorageUnavailableException failure)
        {
            LogFailed(logger, failure);
        }
    }

    [LoggerMessage(EventId = 6001, Level = LogLevel.Warning, Message = "What is of no more use could not be removed; it is tried again in an hour")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
