using System.Collections.Concurrent;
using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Scenarios.Servers;
using Npgsql;

namespace EmailVerify.Adapters.Tests.Postgres;

/// <summary>A batch whose PostgreSQL is killed while it is worked on. The server is this class's own: it dies.</summary>
[Trait("Pace", "slow")]
public sealed class PostgresBatchKillTests : IAsyncLifetime
{
    private const int Kills = 3;
    private readonly PostgresServer server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task FlushAsync_WhilePostgresIsKilledAndStartedAgain_KeepsWhatWasAcknowledgedAndCountsItOnce()
    {
        await using var temporary = new PostgresTestDatabase(server);
        await temporary.InitializeAsync();
        var store = new PostgresBatchStore(temporary.Database);
        var batch = await PreparedBatch.UploadAsync(store, chunks: 12, rowsAChunk: 1_000);
        var acknowledged = new ConcurrentBag<long>();
        var next = -1;
        var working = Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() => WorkAsync(new Random(worker)), Cancellation)));

        for (var kill = 1; kill <= Kills; kill++)
        {
            while (acknowledged.Count < kill * batch.Rows / (Kills + 2))
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancellation);
            await server.KillAsync();
            var before = acknowledged.ToArray();
            await StartAsync();
            var kept = await AgainAsync(() => temporary.ReadAsync("SELECT row FROM batch_results UNION ALL SELECT row FROM batch_retries", row => row.GetInt64(0)));
            Assert.Empty(before.Except(kept));
            await PreparedBatch.AssertExactAsync(temporary);
        }

        await working;
        await EndAsync();
        await batch.AssertWholeAsync(store);
        await PreparedBatch.AssertExactAsync(temporary);

        async Task WorkAsync(Random random)
        {
            while (Interlocked.Increment(ref next) is var number && number < batch.Chunks)
            {
                var claim = Assert.NotNull(await AgainAsync(() => store.ClaimAsync(batch.Id, number)));
                var items = Assert.NotNull(await AgainAsync(async () => await store.LoadAsync(batch.Id, claim, Cancellation)));
                foreach (var some in items.Chunk(20))
                {
                    // What is not acknowledged is brought once more, as workers do.
                    var flush = new BatchFlush(batch.Id, claim, [.. some.Select(item => PreparedBatch.OutcomeOf(item, random, Samples.Noon))], ClosesChunk: some[^1] == items[^1], Samples.Noon);
                    Assert.NotNull(await AgainAsync(() => store.FlushAsync(flush)));
                    foreach (var item in some)
                        acknowledged.Add(item.Row);
                }
            }
        }

        // What was put off is done.
        async Task EndAsync()
        {
            while (await store.TakeDueAsync(batch.Id, "S1", Samples.Noon.AddHours(1), Samples.Noon.AddHours(2), 1_000) is { IsEmpty: false } due)
                _ = await store.FlushAsync(new BatchFlush(batch.Id, null, [.. due.Select(item => PreparedBatch.DoneOf(item, Samples.Noon))], false, Samples.Noon));
        }
    }

    private static async Task<T> AgainAsync<T>(Func<Task<T>> work)
    {
        while (true)
        {
            try
            {
                return await work();
            }
            catch (Exception failure) when (failure is StorageUnavailableException or NpgsqlException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancellation);
            }
        }
    }

    // Processes of the one that was killed may still hold its memory: then a new one ends at once.
    private async Task StartAsync()
    {
        while (true)
        {
            try
            {
                await server.StartAsync();
                return;
            }
            catch (Exception failure) when (failure is not OperationCanceledException && !Cancellation.IsCancellationRequested)
            {
                await server.KillAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Cancellation);
            }
        }
    }
}
