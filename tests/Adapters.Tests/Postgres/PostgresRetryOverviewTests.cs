using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Postgres;

[Trait("Pace", "slow")]
public sealed class PostgresRetryOverviewTests(PostgresTestDatabase temporary) : RetryOverviewContract, IClassFixture<PostgresTestDatabase>
{
    protected override IRetryOverview Overview { get; } = new PostgresRetryOverview(temporary.Database);

    protected override IVerificationStore Verifications { get; } = new PostgresVerificationStore(temporary.Database);

    public override ValueTask InitializeAsync() => temporary.ClearAsync();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
