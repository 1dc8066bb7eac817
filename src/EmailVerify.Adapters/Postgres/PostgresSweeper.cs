using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Removes what is of no more use and makes ready what soon is, at the start and each hour; of all silos one at a time.</summary>
internal sealed partial class PostgresSweeper(PostgresDatabase database, IEnumerable<IPostgresSweep> sweeps, TimeProvider clock, ILogger<PostgresSweeper> logger) : BackgroundService
{
    private const string TryLock = "SELECT pg_try_advisory_lock($1)";
    private const string Unlock = "SELECT pg_advisory_unlock($1)";
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private readonly ImmutableArray<IPostgresSweep> sweeps = [.. sweeps];

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
            // The lock is the connection's: it ends with this process, however that ends.
            _ = await database.ReadAsync(
                async connection =>
                {
                    if (!await connection.FirstAsync(TryLock, row => row.GetBoolean(0), cancellationToken, PostgresValue.Of(AdvisoryLock.Sweep)))
                        return false;
                    foreach (var sweep in sweeps)
                        await SweepAsync(sweep, cancellationToken);
                    return await connection.FirstAsync(Unlock, row => row.GetBoolean(0), cancellationToken, PostgresValue.Of(AdvisoryLock.Sweep));
                },
                cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, failure);
        }
    }

    // One that cannot be done holds up no other.
    private async Task SweepAsync(IPostgresSweep sweep, CancellationToken cancellationToken)
    {
        try
        {
            await sweep.SweepAsync(clock.GetUtcNow(), cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, failure);
        }
    }

    [LoggerMessage(EventId = 6101, Level = LogLevel.Warning, Message = "What is of no more use could not be removed, or what soon is not be made ready; it is tried again in an hour")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
