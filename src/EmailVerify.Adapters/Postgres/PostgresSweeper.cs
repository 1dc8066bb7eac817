using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Removes what is of no more use and makes ready what soon is, at the start and as often as each part wants; of all silos one at a time.</summary>
internal sealed partial class PostgresSweeper(PostgresDatabase database, IEnumerable<IPostgresSweep> sweeps, TimeProvider clock, ILogger<PostgresSweeper> logger) : Sweeper(Look, clock)
{
    private const string TryLock = "SELECT pg_try_advisory_lock($1)";
    private const string Unlock = "SELECT pg_advisory_unlock($1)";

    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    private readonly ImmutableArray<IPostgresSweep> sweeps = [.. sweeps];
    private readonly Dictionary<IPostgresSweep, DateTimeOffset> dueAt = sweeps.ToDictionary(static sweep => sweep, static _ => DateTimeOffset.MinValue);

    /// <inheritdoc/>
    /// <remarks>The lock is the connection's: it ends with this process, however that ends. A sweep that cannot be done holds up no other.</remarks>
    protected override async Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Ticks are not to the millisecond.
        var due = sweeps.Where(sweep => now + (Look / 2) >= dueAt[sweep]).ToArray();
        if (due.Length > 0)
            _ = await database.ReadAsync(connection => SweepAsync(connection, due, now, cancellationToken), cancellationToken);
    }

    private async Task<bool> SweepAsync(NpgsqlConnection connection, IReadOnlyList<IPostgresSweep> due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!await connection.FirstAsync(TryLock, row => row.GetBoolean(0), cancellationToken, PostgresValue.Of(AdvisoryLock.Sweep)))
            return false;
        foreach (var sweep in due)
        {
            dueAt[sweep] = now + sweep.Every;
            await TryAsync(() => sweep.SweepAsync(now, cancellationToken), cancellationToken);
        }

        return await connection.FirstAsync(Unlock, row => row.GetBoolean(0), cancellationToken, PostgresValue.Of(AdvisoryLock.Sweep));
    }

    /// <inheritdoc/>
    protected override void Failed(Exception failure) => LogFailed(logger, failure);

    [LoggerMessage(EventId = 6101, Level = LogLevel.Warning, Message = "What is of no more use could not be removed, or what soon is not be made ready; it is tried again the next time")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
