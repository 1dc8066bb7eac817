using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Exports;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Adapters.Tests.Postgres;

[Trait("Pace", "slow")]
public sealed class PostgresSweeperTests(PostgresTestDatabase temporary) : IClassFixture<PostgresTestDatabase>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider clock = new(Samples.Noon);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddPostgres_Ports_AreTheDatabases()
    {
        await using var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(clock).AddPostgres(temporary.Database).BuildServiceProvider();
        Assert.Same(services.GetRequiredService<IVerificationStore>(), services.GetRequiredService<IRetryStore>());
        Assert.NotNull(services.GetService<IRetryOverview>());
        Assert.Same(services.GetRequiredService<PostgresBatchStore>(), services.GetRequiredService<IBatchStore>());
        Assert.NotNull(services.GetService<IDomainStore>());
        Assert.NotNull(services.GetService<IKeyStore>());
        Assert.Contains(services.GetRequiredService<IExportStore>(), services.GetServices<IPostgresSweep>().OfType<IExportStore>());
        Assert.Contains(services.GetServices<IHostedService>(), service => service is PostgresSweeper);
        Assert.NotNull(services.GetService<IVerificationReports>());
        Assert.Equal(
            [typeof(PostgresPartitions), typeof(PostgresBatchStore), typeof(PostgresDomainStore), typeof(PostgresVerificationReports)],
            services.GetServices<IPostgresSweep>().Select(sweep => sweep.GetType()).Take(4));
    }

    [Fact]
    public async Task StartAsync_OnTwoSilos_SweepsOnOneAtATime()
    {
        await using var other = temporary.Open();
        var (mine, theirs) = (new Sweep { IsHeld = true }, new Sweep());
        using var first = Sweeper(temporary.Database, mine);
        using var second = Sweeper(other, theirs);
        await first.StartAsync(Cancellation);
        Assert.True(await mine.BegunAsync());

        // It finds the lock taken, and looks again in a minute.
        await second.StartAsync(Cancellation);
        Assert.False(await theirs.BegunAsync(TimeSpan.FromMilliseconds(300)));

        // The sweep ends a moment before its lock is given back: a look in between comes to nothing, the next does not.
        mine.Release();
        await mine.EndedAsync();
        var begun = false;
        for (var looks = 0; looks < 60 && !begun; looks++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            begun = await theirs.BegunAsync(TimeSpan.FromMilliseconds(500));
        }

        Assert.True(begun);
        await first.StopAsync(Cancellation);
        await second.StopAsync(Cancellation);
    }

    [Fact]
    public async Task SweepAsync_OneThatFails_HoldsUpNoOther()
    {
        var next = new Sweep();
        using var sweeper = Sweeper(temporary.Database, new Failing(), next);
        await sweeper.StartAsync(Cancellation);
        Assert.True(await next.BegunAsync());
        await next.EndedAsync();
        clock.Advance(TimeSpan.FromHours(1));
        Assert.True(await next.BegunAsync());
        await sweeper.StopAsync(Cancellation);
    }

    [Fact]
    public async Task SweepAsync_OneThatIsDueEachMinute_ComesBeforeTheOthersDoAgain()
    {
        var (often, hourly) = (new Sweep { Every = TimeSpan.FromMinutes(1) }, new Sweep());
        using var sweeper = Sweeper(temporary.Database, hourly, often);
        await sweeper.StartAsync(Cancellation);
        Assert.True(await hourly.BegunAsync() && await often.BegunAsync());
        await often.EndedAsync();
        for (var minute = 1; minute <= 3; minute++)
        {
            // A timer's ticks are not to the millisecond.
            clock.Advance(TimeSpan.FromMinutes(1) + TimeSpan.FromMilliseconds(minute == 1 ? 5 : minute == 2 ? -5 : 0));
            Assert.True(await often.BegunAsync());
            await often.EndedAsync();
        }

        Assert.False(await hourly.BegunAsync(TimeSpan.Zero));
        await sweeper.StopAsync(Cancellation);
    }

    private PostgresSweeper Sweeper(PostgresDatabase database, params IPostgresSweep[] sweeps) => new(database, sweeps, clock, NullLogger<PostgresSweeper>.Instance);

    private sealed class Failing : IPostgresSweep
    {
        public Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new InvalidOperationException("Not today.");
    }

    private sealed class Sweep : IPostgresSweep
    {
        private readonly SemaphoreSlim begun = new(0);
        private readonly SemaphoreSlim released = new(0);
        private readonly SemaphoreSlim ended = new(0);

        public bool IsHeld { get; init; }

        public TimeSpan Every { get; init; } = TimeSpan.FromHours(1);

        public async Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
        {
            begun.Release();
            if (IsHeld)
                await released.WaitAsync(cancellationToken);
            ended.Release();
        }

        public Task<bool> BegunAsync(TimeSpan? patience = null) => begun.WaitAsync(patience ?? Patience, Cancellation);

        public Task<bool> EndedAsync() => ended.WaitAsync(Patience, Cancellation);

        public void Release() => released.Release(100);
    }
}
