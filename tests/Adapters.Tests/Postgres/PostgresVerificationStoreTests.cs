using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Postgres;

[Trait("Pace", "slow")]
public sealed class PostgresVerificationStoreTests(PostgresTestDatabase temporary) : VerificationStoreContract, IClassFixture<PostgresTestDatabase>
{
    private readonly PostgresVerificationStore store = new(temporary.Database);

    protected override IVerificationStore Store => store;

    protected override IRetryStore Retries => store;

    public override ValueTask InitializeAsync() => temporary.ClearAsync();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
