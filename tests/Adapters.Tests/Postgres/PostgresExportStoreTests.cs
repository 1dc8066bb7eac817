using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Exports;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Adapters.Tests.Postgres;

[Trait("Pace", "slow")]
public sealed class PostgresExportStoreTests(PostgresServer server, PostgresTestDatabase temporary) : ExportStoreContract, IClassFixture<PostgresTestDatabase>
{
    private readonly PostgresExportStore store = new(temporary.Database);

    protected override IExportStore Store => store;

    protected override IBatchStore Keys => new PostgresBatchStore(temporary.Database);

    public override ValueTask InitializeAsync() => temporary.ClearAsync();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task IsReportedAsync_StandbyThatIsBehind_IsFalse()
    {
        // A database without the export, as a standby is that has not heard of it yet.
        await using var standby = new PostgresTestDatabase(server);
        await standby.InitializeAsync();
        await using var opened = Assert.IsType<PostgresOpening.Opened>(PostgresDatabase.Open(temporary.Settings, standby.Settings, InstallationKind.Sandbox)).Database;
        var behind = new PostgresExportStore(opened);
        var export = await AddAsync();
        Assert.False(await behind.IsReportedAsync(export.Id, Cancellation));
        Assert.NotNull(await behind.FindAsync(Customer, export.Id, Cancellation));
    }

    protected override Task SweepAsync(DateTimeOffset now) => store.SweepAsync(now, Cancellation);

    protected override Task ExecuteAsync(string statement) => temporary.ExecuteAsync(statement);

    protected override async Task<long> CountPartsAsync() => Assert.Single(await temporary.ReadAsync("SELECT count(*) FROM export_parts", row => row.GetInt64(0)));
}
