using System.Net;
using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Scenarios.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace EmailVerify.Adapters.Tests.Postgres;

/// <summary>What Orleans' own providers make of the queries that our schema gives them.</summary>
[Trait("Pace", "slow")]
public sealed class PostgresClusteringTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly DateTime Noon = new(2026, 11, 24, 12, 0, 0, DateTimeKind.Utc);
    private static int made;

    private PostgresDatabase database = null!;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = Assert.IsType<PostgresOpening.Opened>(
        PostgresDatabase.Open(await server.CreateAsync($"clustering_{Interlocked.Increment(ref made)}"), reports: null, InstallationKind.Sandbox)).Database;

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Silos_ThatShareADatabase_FindEachOtherAndLeave()
    {
        using var first = await StartAsync();
        var management = first.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        using (var second = await StartAsync())
        {
            Assert.Equal(2, (await management.GetHosts(true, Ends)).Count);
            Assert.Equal(2, database.ActiveSilos("tests"));
            var counters = Enumerable.Range(0, 40).Select(number => second.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>($"c_{number}")).ToArray();
            Assert.All(await Task.WhenAll(counters.Select(counter => counter.CountAsync())), count => Assert.Equal(1, count));
            Assert.All(await management.GetRuntimeStatistics(null!, Ends), one => Assert.InRange(one.ActivationCount, 10, 60));
            await second.StopAsync(Ends);
        }

        Assert.Single(await management.GetHosts(true, Ends));
        Assert.Equal(2, await first.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>("c_0").CountAsync());
        await first.StopAsync(Ends);
        Assert.Equal(0, database.ActiveSilos("tests"));
    }

    [Fact]
    public async Task GrainState_WrittenByTwo_IsTheFirstOnes()
    {
        using var host = await StartAsync();
        var storage = host.Services.GetRequiredKeyedService<IGrainStorage>("Default");
        var grain = GrainId.Create("lane", "google/eg-1");
        var (one, other) = (await ReadAsync(), await ReadAsync());
        Assert.False(one.RecordExists);
        one.State = [1];
        await storage.WriteStateAsync("lane", grain, one);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("lane", grain, other));

        other = await ReadAsync();
        Assert.Equal([1], other.State);
        one.State = [1, 2];
        await storage.WriteStateAsync("lane", grain, one);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("lane", grain, other));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("lane", grain, other));
        Assert.Equal([1, 2], (await ReadAsync()).State);

        await storage.ClearStateAsync("lane", grain, one);
        Assert.False((await ReadAsync()).RecordExists);
        await host.StopAsync(Ends);

        async Task<GrainState<List<int>>> ReadAsync()
        {
            var state = new GrainState<List<int>>([]);
            await storage.ReadStateAsync("lane", grain, state);
            return state;
        }
    }

    [Fact]
    public async Task Reminders_OfTheRing_AreReadByTheirArcAndRemovedByTheirETag()
    {
        using var host = await StartAsync();
        var table = host.Services.GetRequiredService<IReminderTable>();
        var entries = Enumerable.Range(0, 32).Select(number => new ReminderEntry
        {
            GrainId = GrainId.Create("retry", $"shard-{number}"),
            ReminderName = "wake",
            StartAt = Noon,
            Period = TimeSpan.FromMinutes(1),
        }).ToArray();
        var old = await table.UpsertRow(entries[0], Ends);
        foreach (var entry in entries)
            entry.ETag = await table.UpsertRow(entry, Ends);

        var found = await table.ReadRow(entries[3].GrainId, "wake", Ends);
        Assert.NotNull(found);
        Assert.Equal((Noon, TimeSpan.FromMinutes(1), entries[3].ETag), (found.StartAt, found.Period, found.ETag));
        Assert.Equal(32, (await table.ReadRows(0, 0, Ends)).Reminders.Count);
        foreach (var (begin, end) in new[] { (0u, uint.MaxValue / 2), (uint.MaxValue / 2, 0u), (uint.MaxValue / 4, uint.MaxValue / 4 * 3), (uint.MaxValue / 4 * 3, uint.MaxValue / 4) })
        {
            var expected = entries.Count(entry => entry.GrainId.GetUniformHashCode() is var hash && (begin < end ? hash > begin && hash <= end : hash > begin || hash <= end));
            Assert.Equal(expected, (await table.ReadRows(begin, end, Ends)).Reminders.Count);
        }

        Assert.False(await table.RemoveRow(entries[0].GrainId, "wake", old!, Ends));
        Assert.True(await table.RemoveRow(entries[0].GrainId, "wake", entries[0].ETag!, Ends));

        // Made again it is another one.
        _ = await table.UpsertRow(entries[0], Ends);
        Assert.False(await table.RemoveRow(entries[0].GrainId, "wake", entries[0].ETag!, Ends));
        await host.StopAsync(Ends);
    }

    private async Task<IHost> StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System).AddPostgres(database);
        builder.UseOrleans(silo => silo.UsePostgresCluster(database, new PostgresSilo("emailverify", "tests", new IPEndPoint(IPAddress.Loopback, Ports.Free()))));
        var host = builder.Build();
        await host.StartAsync(Ends);
        return host;
    }
}
