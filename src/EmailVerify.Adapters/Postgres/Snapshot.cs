using System.Data;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Reads by several statements that see the same state, whatever is written between them.</summary>
internal static class Snapshot
{
    /// <summary>Reads.</summary>
    public static async Task<T> ReadAsync<T>(NpgsqlConnection connection, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        return await read();
    }
}
