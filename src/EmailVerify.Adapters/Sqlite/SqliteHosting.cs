using EmailVerify.Core.Batches;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Exports;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Puts the database behind the ports that it serves.</summary>
public static class SqliteHosting
{
    /// <summary>The storage provider that grains get when they name none.</summary>
    private const string DefaultStorage = "Default";

    /// <summary>Adds the stores. The database stays the caller's to dispose of, after everything that writes has stopped.</summary>
    public static IServiceCollection AddSqlite(this IServiceCollection services, SqliteDatabase database)
    {
        var verifications = new SqliteVerificationStore(database);
        var batches = new SqliteBatchStore(database);
        var domains = new SqliteDomainStore(database);
        var reports = new SqliteVerificationReports(database);
        var exports = new SqliteExportStore(database);
        services.TryAddSingleton(Retention.Default);
        return services
            .AddSingleton(database)
            .AddSingleton(verifications)
            .AddSingleton<IVerificationStore>(verifications)
            .AddSingleton<IRetryStore>(verifications)
            .AddSingleton(reports)
            .AddSingleton<IVerificationReports>(reports)
            .AddSingleton<IRetryOverview>(new SqliteRetryOverview(database))
            .AddSingleton(batches)
            .AddSingleton<IBatchStore>(batches)
            .AddSingleton(domains)
            .AddSingleton<IDomainStore>(domains)
            .AddSingleton(exports)
            .AddSingleton<IExportStore>(exports)
            .AddSingleton<IKeyStore>(new SqliteKeyStore(database))
            .AddHostedService<SqliteSweeper>();
    }

    /// <summary>
    /// Adds grain storage and reminders in the database that <see cref="AddSqlite"/> added. What a process had in work that was killed is due again before the first grain is there.
    /// </summary>
    public static ISiloBuilder UseSqliteStorage(this ISiloBuilder silo)
    {
        silo.AddStartupTask(ReleaseAsync, ServiceLifecycleStage.RuntimeStorageServices);
        silo.AddReminders();
        silo.Services
            .AddSingleton<IReminderTable, SqliteReminderTable>()
            .AddSingleton<IGrainStorageSerializer>(provider => new OrleansGrainStorageSerializer(provider.GetRequiredService<Serializer>()))
            .AddGrainStorage(DefaultStorage, (provider, _) => ActivatorUtilities.CreateInstance<SqliteGrainStorage>(provider));
        return silo;
    }

    // Who has the folder is alone in it.
    private static Task ReleaseAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        return Task.WhenAll(
            services.GetRequiredService<SqliteVerificationStore>().ReleaseAsync(now),
            services.GetRequiredService<SqliteBatchStore>().ReleaseAsync(now),
            services.GetRequiredService<SqliteExportStore>().ReleaseAsync(now));
    }
}
