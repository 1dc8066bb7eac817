using System.Collections.Immutable;
using EmailVerify.Core;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Leases in the tables <c>batch_retries</c> and <c>retries</c>.</summary>
public sealed class PostgresLeases(PostgresDatabase database) : ILeases
{
    // A silo that hung in the middle of a write keeps its locks until PostgreSQL ends its transaction, half a minute later. What it has not locked is not to wait for that.
    private const string BePatient = "SET LOCAL lock_timeout = '1s'";

    /// <inheritdoc/>
    public async Task<bool> EndAsync(ImmutableArray<string> silos, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var batches = await database.ReadAsync(connection => connection.AllAsync(PostgresBatchStore.LeasedBy, row => row.GetGuid(0), cancellationToken, PostgresValue.Of(silos)), cancellationToken);
        var isWhole = true;
        foreach (var batch in batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            isWhole &= await EndOfBatchAsync(batch, silos, now);
        }

        return await EndOfSinglesAsync(now) && isWhole;
    }

    // Locked as whoever writes of a batch does: a flush that is under way is through, or sees that it has the rows no more.
    private async Task<bool> EndOfBatchAsync(Guid batch, ImmutableArray<string> silos, DateTimeOffset now)
    {
        try
        {
            return await database.WriteAsync(async connection =>
            {
                _ = await connection.ExecuteAsync(BePatient);
                _ = await connection.ExecuteAsync(PostgresBatchStore.Lock, PostgresValue.Of(batch));
                _ = await connection.ExecuteAsync(PostgresBatchStore.EndLeases, PostgresValue.Of(silos), PostgresValue.Of(now), PostgresValue.Of(batch));
                return true;
            });
        }
        catch (StorageUnavailableException busy) when (busy.InnerException is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable })
        {
            return false;
        }
    }

    private Task<bool> EndOfSinglesAsync(DateTimeOffset now) => database.WriteAsync(async connection =>
    {
        NpgsqlParameter[] Times() => [PostgresValue.Of(now), PostgresValue.Of(now + Settlement.ProbeDeadline)];
        var leased = await connection.AllAsync(PostgresVerificationStore.LockLeases, row => (Id: row.GetGuid(0), IsLocked: row.GetBoolean(1)), CancellationToken.None, Times());
        if (!leased.IsEmpty)
            _ = await connection.ExecuteAsync(PostgresVerificationStore.EndLeases, [.. Times(), PostgresValue.Of(leased.Where(one => one.IsLocked).Select(one => one.Id))]);
        return leased.All(one => one.IsLocked);
    });
}
