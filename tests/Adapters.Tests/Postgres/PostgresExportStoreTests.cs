using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Exports;

namespace EmailVerify.Adapters.Tests.Postgres;

[Trait("Pace", "slow")]
public sealed class PostgresExportStoreTests(PostgresTestDatabase temporary) : ExportStoreContract, IClassFixture<PostgresTestDatabase>
{
    private readonly PostgresExportStore store = new(temporary.Database);

    protected override IExportStore Store => store;

    protected override IBatchStore Keys => new PostgresBatchStore(temporary.Database);

    public override ValueTask InitializeAsync() => temporary.ClearAsync();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override Task SweepAsync(DateTimeOffset now) => store.SweepAsync(now, Cancellation);

    protected override Task ExecuteAsync(string statement) => temporary.ExecuteAsync(statement);

    protected override async Task<long> CountPartsAsync() => Assert.Single(await temporary.ReadAsync("SELECT count(*) FROM export_parts", row => row.GetInt64(0)));
}
