using System.Net.Sockets;
using EmailVerify.Core;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Says in the product's words what a failure of PostgreSQL means to a caller.</summary>
internal static class PostgresFailure
{
    /// <summary>Says whether a failure is one that a caller can do something about. A broken constraint or statement is a defect and stays as it is.</summary>
    public static bool HasMeaning(Exception failure) => failure is PostgresException refused
        ? IsFull(refused) || MayPass(refused.SqlState)

        // Not reached, cut off, silent for too long, or no connection of the pool free in time.
        : failure is NpgsqlException or SocketException or TimeoutException or IOException;

    /// <summary>Makes the exception that a caller gets of a failure that has a meaning.</summary>
    public static Exception Explain(Exception failure) => failure switch
    {
        PostgresException full when IsFull(full) => new StorageFullException("There is no room left on the disk of PostgreSQL.", failure),
        PostgresException refused => new StorageUnavailableException($"PostgreSQL cannot be used now (SQLSTATE {refused.SqlState}).", failure),
        _ => new StorageUnavailableException("PostgreSQL cannot be reached now.", failure),
    };

    /// <summary>Says whether a transaction lost to another one and may simply be done again.</summary>
    public static bool LostToAnother(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    private static bool IsFull(PostgresException refused) => string.Equals(refused.SqlState, PostgresErrorCodes.DiskFull, StringComparison.Ordinal);

    // Classes of https://www.postgresql.org/docs/15/errcodes-appendix.html: connections, resources, operators, the system, transactions that lost; a lock not had in time;
    // a database that only reads, since it became a standby.
    private static bool MayPass(string state) =>
        state.StartsWith("08", StringComparison.Ordinal)
        || state.StartsWith("53", StringComparison.Ordinal)
        || state.StartsWith("57", StringComparison.Ordinal)
        || state.StartsWith("58", StringComparison.Ordinal)
        || state is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.ReadOnlySqlTransaction;
}
