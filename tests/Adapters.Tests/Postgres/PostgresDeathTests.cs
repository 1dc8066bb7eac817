using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Domains;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Adapters.Tests.Postgres;

/// <summary>PostgreSQL dies under the stores and comes back.</summary>
[Trait("Pace", "slow")]
public sealed class PostgresDeathTests : IAsyncLifetime
{
    private readonly PostgresServer server = new();
    private PostgresDatabase? database;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await server.InitializeAsync();
        database = Assert.IsType<PostgresOpening.Opened>(PostgresDatabase.Open(await server.CreateAsync("mortal"), reports: null)).Database;
    }

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task SaveAsync_WhilePostgresIsDead_FailsAndWorksAgainWithoutARestartOfOurs()
    {
        var store = new PostgresVerificationStore(database!);
        var domains = new PostgresDomainStore(database!);
        await store.SaveAsync(Samples.Verification(1, 7), null);
        await server.KillAsync();

        // All that wait fail with the flush that they are in; none is asked for alone.
        var writes = Enumerable.Range(2, 200).Select(number => store.SaveAsync(Samples.Verification(number, 7), null)).ToArray();
        foreach (var write in writes)
            _ = await Assert.ThrowsAsync<StorageUnavailableException>(() => write.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancellation));
        _ = await Assert.ThrowsAsync<StorageUnavailableException>(() => domains.SaveAsync(new DomainRecord("example.com", null, CatchAllFinding.None, null)));
        _ = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await store.FindAsync("cus_default", Samples.IdOf(1), Cancellation));

        await server.StartAsync();
        await UntilItAnswersAsync(() => store.SaveAsync(Samples.Verification(300, 7), null));
        await domains.SaveAsync(new DomainRecord("example.com", null, CatchAllFinding.None, null));
        Assert.NotNull(await store.FindAsync("cus_default", Samples.IdOf(1), Cancellation));
        Assert.NotNull(await store.FindAsync("cus_default", Samples.IdOf(300), Cancellation));
    }

    [Fact]
    public async Task SaveAsync_WhilePostgresIsKilled_LosesNothingThatWasTold()
    {
        var store = new PostgresVerificationStore(database!);
        var told = new List<string>();
        var kill = Task.CompletedTask;
        for (var isAlive = true; isAlive;)
        {
            var some = Enumerable.Range(told.Count + 1, 20).Select(one => Samples.Verification(one, 7)).ToArray();
            try
            {
                await Task.WhenAll(some.Select(one => store.SaveAsync(one, null))).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancellation);
                told.AddRange(some.Select(one => one.Id));
                if (told.Count == 100)
                    kill = Task.Run(server.KillAsync, Cancellation);
            }
            catch (StorageUnavailableException)
            {
                isAlive = false;
            }
        }

        await kill;
        await server.StartAsync();
        await UntilItAnswersAsync(() => store.SaveAsync(Samples.Verification(9_999_999, 7), null));
        Assert.True(told.Count >= 100);
        foreach (var id in told)
            Assert.NotNull(await store.FindAsync("cus_default", id, Cancellation));
    }

    // Each pooled connection that died is met once.
    private static async Task UntilItAnswersAsync(Func<Task> write)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await write();
                return;
            }
            catch (StorageUnavailableException) when (attempt < 20)
            {
                // The next one.
            }
        }
    }
}
