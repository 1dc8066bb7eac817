using System.Globalization;
using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Tests.Postgres;

[Trait("Pace", "slow")]
public sealed class PostgresBatchStoreTests(PostgresTestDatabase temporary) : BatchStoreContract, IClassFixture<PostgresTestDatabase>
{
    private readonly PostgresBatchStore store = new(temporary.Database);

    protected override IBatchStore Store => store;

    [Theory]
    [InlineData("bat_1")]
    [InlineData("")]
    [InlineData("ver_01M86GVNRVEYHRV72HWAW4YR51")]
    [InlineData("bat_ZZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    public async Task FindAsync_ByWhatIsNoId_FindsNothing(string id)
    {
        Assert.Null(await store.FindAsync(id, Cancellation));
        Assert.Null(await store.ChangeAsync(id, batch => batch));
        Assert.Null(await store.RetryAsync(id, [], Samples.Noon));
        Assert.Null(await store.FlushAsync(new BatchFlush(id, null, [], false, Samples.Noon)));
        Assert.Null(await store.LoadAsync(id, new ChunkClaim(0, 1), Cancellation));
        Assert.Null(await store.NextDueAsync(id, Cancellation));
        Assert.Null(await store.SummaryAsync(id, Cancellation));
        Assert.Empty(await store.ClaimAsync(id, -1, 1));
        Assert.Empty(await store.TakeDueAsync(id, "S1", Samples.Noon, Samples.Noon, 1));
        Assert.Empty(await store.ListAsync(Customer, new BatchQuery([], null, null, null, id, 1), Cancellation));
        await store.EraseAsync(id);
    }

    [Fact]
    public async Task SweepAsync_AnUploadThatNobodyGoesOnWith_IsGivenUpAfterAnHour()
    {
        await store.BeginAsync(BatchId, Samples.Noon);
        await store.AppendAsync(BatchId, Chunk(0, ["ada@a.example"]));
        await AgeAsync(minutes: 59);
        await store.SweepAsync(Samples.Noon, Cancellation);
        await store.AppendAsync(BatchId, Chunk(1, ["bea@a.example"]));
        await store.SweepAsync(Samples.Noon, Cancellation);
        Assert.Equal(2L, await CountAsync("batch_chunks"));

        await AgeAsync(minutes: 61);
        await store.SweepAsync(Samples.Noon, Cancellation);
        Assert.Equal(0L, await CountAsync("batch_chunks") + await CountAsync("batch_rows"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.AppendAsync(BatchId, Chunk(2, ["cyd@a.example"])));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.PublishAsync(NewBatch(3), null));
    }

    [Fact]
    public async Task EraseAsync_AnUploadThatIsStillWritten_IsNeverPublishedWithoutItsFirstRows()
    {
        await store.BeginAsync(BatchId, Samples.Noon);
        await store.AppendAsync(BatchId, Chunk(0, ["ada@a.example"]));
        await store.AppendAsync(BatchId, Chunk(1, ["bea@a.example"]));
        await temporary.ExecuteAsync("UPDATE batches SET erased_at = now()");

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.AppendAsync(BatchId, Chunk(2, ["cyd@a.example"])));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.PublishAsync(NewBatch(3), null));
        await store.SweepAsync(Samples.Noon, Cancellation);
        Assert.Equal(0L, await CountAsync("batch_chunks"));
    }

    [Fact]
    public async Task FlushAsync_OfABatchWhoseMonthHasNoPartition_MakesIt()
    {
        var old = Id.New("bat", new Frozen(new DateTimeOffset(2021, 2, 3, 4, 5, 6, TimeSpan.Zero)));
        await store.BeginAsync(old, Samples.Noon);
        await store.AppendAsync(old, Chunk(0, ["ada@a.example"]));
        await store.PublishAsync(NewBatch(1) with { Id = old }, null);
        var claim = Assert.Single(await store.ClaimAsync(old, -1, 1));
        var item = Assert.Single(Assert.NotNull(await store.LoadAsync(old, claim, Cancellation)));

        Assert.Equal(BatchStatus.Completed, (await store.FlushAsync(Flush(claim, true, Done(item)) with { BatchId = old }))?.Status);
        Assert.NotNull(Assert.Single(await store.ReadAsync((await store.FindAsync(old, Cancellation))!, 0, false, Cancellation)).Result);
    }

    public override ValueTask InitializeAsync() => temporary.ClearAsync();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override Task SweepAsync(DateTimeOffset now) => store.SweepAsync(now, Cancellation);

    protected override async Task<bool> HasVerificationAsync(string verificationId) =>
        await new PostgresVerificationStore(temporary.Database).FindAsync(Customer, verificationId, Cancellation) is not null;

    protected override Task SpoilAsync(string verificationId) =>
        temporary.ExecuteAsync($"UPDATE verifications SET evidence = '{{}}' WHERE id = '{StoredId.Of(verificationId, StoredId.Verification)}'");

    protected override Task OpenChunksAsync() => temporary.ExecuteAsync("UPDATE batch_chunks SET is_open = true");

    private async Task<long> CountAsync(string table) => Assert.Single(await temporary.ReadAsync($"SELECT count(*) FROM {table}", row => row.GetInt64(0)));

    private Task AgeAsync(int minutes) => temporary.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"UPDATE batches SET touched_at = now() - interval '{minutes} minutes'"));

    private sealed class Frozen(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
