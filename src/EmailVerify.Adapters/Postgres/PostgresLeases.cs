using System.Collections.Immutable;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Leases in the tables <c>batch_retries</c> and <c>retries</c>.</summary>
public sealed class PostgresLeases(PostgresDatabase database) : ILeases
{
    /// <inheritdoc/>
    public Task<int> EndAsync(ImmutableArray<string> silos, DateTimeOffset now) => database.WriteAsync(async connection =>
        await connection.ExecuteAsync(PostgresBatchStore.EndLeases, PostgresValue.Of(silos), PostgresValue.Of(now))
        + await connection.ExecuteAsync(PostgresVerificationStore.EndLeases, PostgresValue.Of(now), PostgresValue.Of(now + Settlement.ProbeDeadline)));
}
