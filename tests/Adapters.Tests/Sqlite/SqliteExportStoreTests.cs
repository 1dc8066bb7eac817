using EmailVerify.Adapters.Sqlite;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Exports;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteExportStoreTests : ExportStoreContract
{
    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();
    private readonly SqliteExportStore store;

    public SqliteExportStoreTests() => store = new SqliteExportStore(temporary.Database);

    protected override IExportStore Store => store;

    protected override IBatchStore Keys => new SqliteBatchStore(temporary.Database);

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => temporary.DisposeAsync();

    [Fact]
    public async Task ReleaseAsync_AtAStart_EndsLeases()
    {
        _ = await AddAsync();
        _ = await store.ClaimAsync(Now, Now.AddMinutes(1));
        Assert.Null(await store.ClaimAsync(Now.AddSeconds(1), Now.AddMinutes(1)));

        await store.ReleaseAsync(Now.AddSeconds(1));
        Assert.Equal(2, (await store.ClaimAsync(Now.AddSeconds(1), Now.AddMinutes(1)))?.Epoch);
    }

    [Fact]
    public async Task ClaimAsync_WhereNothingIsDue_WritesNothing()
    {
        var before = temporary.Database.Commits;
        Assert.Null(await store.ClaimAsync(Now, Now.AddMinutes(1)));
        Assert.Equal(before, temporary.Database.Commits);
    }

    protected override Task SweepAsync(DateTimeOffset now) => store.SweepAsync(now, Cancellation);

    protected override Task ExecuteAsync(string statement) => temporary.Database.WriteAsync(session => session.Execute(statement));

    protected override async Task<long> CountPartsAsync() =>
        await temporary.Database.ReadAsync(session => session.First("SELECT count(*) FROM export_parts", row => row.GetInt64(0)), Cancellation);
}
