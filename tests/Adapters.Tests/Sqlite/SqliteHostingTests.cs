using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Exports;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Scenarios.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteHostingTests
{
    [Fact(Timeout = 60_000)]
    public async Task UseSqliteStorage_SiloStartedAgain_GrainsRememberAndRemindersStay()
    {
        await using var temporary = TemporaryDatabase.Open();
        Assert.Equal(1, await InSiloAsync(temporary, grain => grain.CountAsync()));
        await temporary.CloseAsync();
        temporary.OpenAgain();
        Assert.Equal(2, await InSiloAsync(temporary, grain => grain.CountAsync()));

        var rows = await temporary.Database.ReadAsync(
            session => session.All("SELECT service_id || ' ' || state_name || ' ' || grain_id FROM grain_state UNION ALL SELECT grain_id || ' ' || name FROM reminders", row => row.GetString(0)),
            TestContext.Current.CancellationToken);
        Assert.Equal("emailverify counter counter/a; counter/a wake", string.Join("; ", rows));
    }

    [Fact]
    public async Task UseSqliteStorage_RowInWorkWhenTheProcessDied_IsDueBeforeTheFirstGrainLooks()
    {
        await using var temporary = TemporaryDatabase.Open();
        var store = new SqliteVerificationStore(temporary.Database);
        var due = TimeProvider.System.GetUtcNow() + Settlement.ProbeDeadline;
        var waiting = Samples.Verification(1, 5, status: null) with { Pending = new Pending(Samples.Noon, null, due, due) };
        await store.SaveAsync(waiting, Samples.Ticket(waiting, due));

        var seen = await InSiloAsync(temporary, grain => grain.NextDueAsync(5));

        Assert.True(seen < due - TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task AddSqlite_Ports_AreTheDatabases()
    {
        await using var temporary = TemporaryDatabase.Open();
        await using var services = new ServiceCollection().AddSqlite(temporary.Database).BuildServiceProvider();
        Assert.Same(services.GetRequiredService<IVerificationStore>(), services.GetRequiredService<IRetryStore>());
        Assert.NotNull(services.GetService<IVerificationReports>());
        Assert.NotNull(services.GetService<IDomainStore>());
        Assert.NotNull(services.GetService<IKeyStore>());
        Assert.Same(services.GetRequiredService<SqliteExportStore>(), services.GetRequiredService<IExportStore>());
    }

    private static async Task<T> InSiloAsync<T>(TemporaryDatabase temporary, Func<ICounterGrain, Task<T>> ask)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSqlite(temporary.Database);
        builder.UseOrleans(silo => silo.UseLocalhostClustering(Ports.Free(), 0, null, "emailverify", "emailverify").UseSqliteStorage());
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var answer = await ask(host.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>("a"));
        await host.StopAsync(TestContext.Current.CancellationToken);
        return answer;
    }
}

/// <summary>Counts how often it was asked, over restarts.</summary>
public interface ICounterGrain : IGrainWithStringKey
{
    Task<int> CountAsync();

    Task<DateTimeOffset?> NextDueAsync(int shard);
}

/// <inheritdoc cref="ICounterGrain"/>
[GrainType("counter")]
public sealed class CounterGrain([PersistentState("counter")] IPersistentState<List<int>> state, IRetryStore retries) : Grain, ICounterGrain, IRemindable
{
    /// <inheritdoc/>
    public async Task<int> CountAsync()
    {
        state.State.Add(0);
        await state.WriteStateAsync();
        _ = await this.RegisterOrUpdateReminder("wake", TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        return state.State.Count;
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset?> NextDueAsync(int shard) => retries.NextDueAsync(shard, CancellationToken.None).AsTask();

    /// <inheritdoc/>
    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}
