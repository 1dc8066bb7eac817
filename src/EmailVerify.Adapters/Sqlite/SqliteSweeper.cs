using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Removes what is of no more use, at the start and each hour: uploads and erasures that a death cut off, batches whose time has come, old answers to idempotency keys, domains of which nothing is known any more.</summary>
internal sealed partial class SqliteSweeper(SqliteBatchStore batches, SqliteDomainStore domains, TimeProvider clock, ILogger<SqliteSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private ImmutableArray<string> drafts = [];

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before anything can be uploaded: what is there now and not published is nobody's.
        drafts = await batches.DraftsAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            do
                await SweepAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A host that could not start cancels this without being said to stop, and would report it as a failure.
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var draft in drafts)
                await batches.EraseAsync(draft);
            drafts = [];
            await batches.SweepAsync(clock.GetUtcNow(), cancellationToken);
            await domains.SweepAsync(clock.GetUtcNow(), cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, failure);
        }
    }

    [LoggerMessage(EventId = 6001, Level = LogLevel.Warning, Message = "What is of no more use could not be removed; it is tried again in an hour")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
