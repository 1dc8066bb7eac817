using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Core.Customers;

namespace EmailVerify.Adapters.Tests.Postgres;

[Trait("Pace", "slow")]
public sealed class PostgresKeyStoreTests(PostgresTestDatabase temporary) : KeyStoreContract, IClassFixture<PostgresTestDatabase>
{
    protected override IKeyStore Store { get; } = new PostgresKeyStore(temporary.Database);

    public override ValueTask InitializeAsync() => temporary.ClearAsync();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
