using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Postgres;

[Trait("Pace", "slow")]
public sealed class PostgresRejudgingTests(PostgresTestDatabase temporary) : RejudgingContract, IClassFixture<PostgresTestDatabase>
{
    protected override IVerificationStore Store { get; } = new PostgresVerificationStore(temporary.Database);

    protected override IRejudgeStore Rejudging { get; } = new PostgresRejudging(temporary.Database);

    public override ValueTask InitializeAsync() => temporary.ClearAsync();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override Task SpoilAsync(string id) => temporary.ExecuteAsync($"UPDATE verifications SET evidence = '{{}}' WHERE id = '{StoredId.Of(id, StoredId.Verification)}'");
}
