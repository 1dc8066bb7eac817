using System.Collections.Immutable;
using EmailVerify.Core.Verdicts;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Removes what is of no more use, at the start and each hour: uploads and erasures that a death cut off, batches and exports whose time has come, old answers to idempotency keys, domains of which nothing is known any more, verifications that are kept no longer, old counts.</summary>
internal sealed partial class SqliteSweeper(
    SqliteBatchStore batches,
    SqliteExportStore exports,
    SqliteDomainStore domains,
    SqliteVerificationStore verifications,
    SqliteVerificationReports reports,
    Retention retention,
    TimeProvider clock,
    ILogger<SqliteSweeper> logger) : Sweeper(Hourly, clock)
{
    private ImmutableArray<string> drafts = [];

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before anything can be uploaded: what is there now and not published is nobody's.
        drafts = await batches.DraftsAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var draft in drafts)
            await batches.EraseAsync(draft);
        drafts = [];

        // One that cannot be done holds up no other.
        foreach (var part in (Func<Task>[])
            [
                () => batches.SweepAsync(now, cancellationToken),
                () => exports.SweepAsync(now, cancellationToken),
                () => domains.SweepAsync(now, cancellationToken),
                () => verifications.SweepAsync(retention.Before(now), cancellationToken),
                () => reports.SweepAsync(now),
            ])
            await TryAsync(part, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Failed(Exception failure) => LogFailed(logger, failure);

    [LoggerMessage(EventId = 6001, Level = LogLevel.Warning, Message = "What is of no more use could not be removed; it is tried again in an hour")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
