using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;

namespace EmailVerify.Adapters.Postgres;

/// <summary>A silo among others that share a database.</summary>
/// <param name="ServiceId">Part of the keys of grain storage and reminders: it stays the same for ever.</param>
/// <param name="ClusterId">Which silos are one cluster.</param>
/// <param name="Endpoint">Where the others reach this silo.</param>
public sealed record PostgresSilo(string ServiceId, string ClusterId, IPEndPoint Endpoint);

/// <summary>Membership, reminders and grain storage on PostgreSQL, by Orleans' own providers over our tables (<c>schema/postgres/V0002__orleans.sql</c>).</summary>
public static class PostgresClustering
{
    private const string Npgsql = "Npgsql";

    /// <summary>Makes a silo one of a cluster.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="database">The database; it stays the caller's to dispose of.</param>
    /// <param name="self">Which silo it is.</param>
    public static ISiloBuilder UsePostgresCluster(this ISiloBuilder silo, PostgresDatabase database, PostgresSilo self)
    {
        silo.Services.AddSingleton<IGrainStorageSerializer>(provider => new OrleansGrainStorageSerializer(provider.GetRequiredService<Serializer>()));

        // By default a burst of new grains goes to the one silo that was idle a second ago.
        silo.Services.AddSingleton<PlacementStrategy, RandomPlacement>();

        // What a store fails of is the cause of what callers on other silos are told; where it had no form on the wire they would hear of nothing but that.
        silo.Services.Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add(Npgsql));
        return silo
            .Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = (self.ServiceId, self.ClusterId))
            .ConfigureEndpoints(self.Endpoint.Address, self.Endpoint.Port, gatewayPort: 0)
            .UseAdoNetClustering(options => (options.Invariant, options.DataSource) = (Npgsql, database.Source))
            .UseAdoNetReminderService(options => (options.Invariant, options.DataSource) = (Npgsql, database.Source))
            .AddAdoNetGrainStorageAsDefault(options => (options.Invariant, options.DataSource) = (Npgsql, database.Source))
            .Configure<ClusterMembershipOptions>(FindTheDeadSoon);
    }

    // Measured: others take over from a killed silo after 2.5 to 6 s, from one that hangs after 9 to 10 s; by default 5 to 13 and up to 60 s.
    // MaxProbeTimeout is what matters for one that hangs: while its connection was heard of within that time × NumMissedProbesLimit, votes against it do not count.
    private static void FindTheDeadSoon(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.MaxProbeTimeout = TimeSpan.FromSeconds(3);
        options.NumMissedProbesLimit = 3;
        options.NumVotesForDeathDeclaration = 2;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.NumMissedTableIAmAliveLimit = 2;
    }
}
