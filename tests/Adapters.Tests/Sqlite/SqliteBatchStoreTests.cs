using EmailVerify.Adapters.Sqlite;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteBatchStoreTests : BatchStoreContract
{
    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();
    private readonly SqliteBatchStore store;

    public SqliteBatchStoreTests() => store = new SqliteBatchStore(temporary.Database);

    protected override IBatchStore Store => store;

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => temporary.DisposeAsync();

    [Fact]
    public async Task ReleaseAsync_AtAStart_EndsLeases()
    {
        await PublishAsync(NewBatch(1), ["ada@a.example"]);
        var claim = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await store.LoadAsync(BatchId, claim, Cancellation));
        _ = await store.FlushAsync(Flush(claim, true, new ItemOutcome.PutOff(items[0], Samples.Noon, null, null)));
        _ = await store.TakeDueAsync(BatchId, "S1", Samples.Noon, Samples.Noon.AddHours(1), 10);

        await store.ReleaseAsync(Samples.Noon.AddMinutes(1));
        Assert.Single(await store.TakeDueAsync(BatchId, "S1", Samples.Noon.AddMinutes(1), Samples.Noon.AddHours(1), 10));
    }

    [Fact]
    public async Task RetryAsync_OfManyChunks_IsDoneInSmallSteps()
    {
        await PublishUnknownAsync(chunks: 250);
        var before = temporary.Database.Writes;
        Assert.Equal(BatchStatus.Running, (await store.RetryAsync(BatchId, [], Samples.Noon))?.Status);
        Assert.Equal(4, temporary.Database.Writes - before);
        Assert.Equal(250, (await store.ClaimAsync(BatchId, -1, 1_000)).Length);
    }

    [Fact]
    public async Task EraseAsync_AnUploadThatWasCutOff_LeavesNothing()
    {
        await store.BeginAsync(BatchId, Samples.Noon);
        await store.AppendAsync(BatchId, Chunk(0, ["ada@a.example"]));
        await store.SweepAsync(Samples.Noon, Cancellation);
        Assert.Equal([BatchId], await store.DraftsAsync(Cancellation));

        await store.EraseAsync(BatchId);
        Assert.Empty(await store.DraftsAsync(Cancellation));
        await Assert.ThrowsAnyAsync<Exception>(() => store.PublishAsync(NewBatch(2), null));
    }

    protected override Task SweepAsync(DateTimeOffset now) => store.SweepAsync(now, Cancellation);

    protected override async Task<bool> HasVerificationAsync(string verificationId) =>
        await new SqliteVerificationStore(temporary.Database).FindAsync(Customer, verificationId, Cancellation) is not null;

    protected override Task SpoilAsync(string verificationId) =>
        temporary.Database.WriteAsync(session => session.Execute("UPDATE verifications SET evidence = '[{' WHERE id = ?1", verificationId));

    protected override Task OpenChunksAsync() => temporary.Database.WriteAsync(session => session.Execute("UPDATE batch_chunks SET open = 1"));
}
