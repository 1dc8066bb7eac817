using EmailVerify.Core.Batches;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Exports;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Puts the database of the cluster profile behind the ports that it serves.</summary>
public static class PostgresHosting
{
    /// <summary>Adds the stores. The database stays the caller's to dispose of, after everything that writes has stopped.</summary>
    public static IServiceCollection AddPostgres(this IServiceCollection services, PostgresDatabase database)
    {
        var verifications = new PostgresVerificationStore(database);
        var batches = new PostgresBatchStore(database);
        var domains = new PostgresDomainStore(database);
        var reports = new PostgresVerificationReports(database);
        var exports = new PostgresExportStore(database);
        var partitions = new PostgresPartitions(database, PartitionedTable.All);
        services.TryAddSingleton(Retention.Default);
        return services
            .AddSingleton(database)
            .AddSingleton(verifications)
            .AddSingleton<IVerificationStore>(verifications)
            .AddSingleton<IRetryStore>(verifications)
            .AddSingleton<ILeases>(new PostgresLeases(database))
            .AddSingleton<IVerificationReports>(reports)
            .AddSingleton<IRetryOverview>(new PostgresRetryOverview(database))
            .AddSingleton(batches)
            .AddSingleton<IBatchStore>(batches)
            .AddSingleton(domains)
            .AddSingleton<IDomainStore>(domains)
            .AddSingleton<IExportStore>(exports)
            .AddSingleton<IKeyStore>(new PostgresKeyStore(database))
            .AddSingleton<IPostgresSweep>(partitions)
            .AddSingleton<IPostgresSweep>(batches)
            .AddSingleton<IPostgresSweep>(domains)
            .AddSingleton<IPostgresSweep>(reports)
            .AddSingleton<IPostgresSweep>(exports)
            .AddSingleton<IPostgresSweep>(provider => new PostgresRetention(database, partitions, provider.GetRequiredService<Retention>()))
            .AddHostedService<PostgresSweeper>();
    }
}
