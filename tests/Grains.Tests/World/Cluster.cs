using System.Globalization;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Domains;
using EmailVerify.Grains.Egresses;
using EmailVerify.Grains.Emails;
using EmailVerify.Grains.Lanes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;

namespace EmailVerify.Grains.Tests.World;

/// <summary>A silo, or some, in this process: the grains are called as the product does, from inside.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private static readonly byte[] Pepper = new byte[32];
    private static int numbers;

    private readonly InProcessTestCluster silos;

    private Cluster(InProcessTestCluster silos, Fakes fakes) => (this.silos, Fakes) = (silos, fakes);

    public Fakes Fakes { get; }

    public FakeTime Time => Fakes.Time;

    public FakeStore Store => Fakes.Store;

    public FakeSessions Sessions => Fakes.Sessions;

    public FakeResolver Dns => Fakes.Dns;

    public FakeGrainStorage Storage => Fakes.Storage;

    public IServiceProvider Services => silos.Silos[0].ServiceProvider;

    public T Service<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public T ServiceOf<T>(int silo)
        where T : notnull => silos.Silos[silo].ServiceProvider.GetRequiredService<T>();

    public IGrainFactory Grains => Service<IGrainFactory>();

    public InProcessTestCluster Silos => silos;

    public static async Task<Cluster> StartAsync(Fakes? fakes = null, short silos = 1)
    {
        fakes ??= new Fakes();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((options, silo) =>
        {
            fakes.AddTo(silo, NumberOf(options.SiloName));
            silo.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new Cluster(cluster, fakes);
    }

    /// <summary>Makes a local part and a domain that no other test has.</summary>
    public static string Address(string localPart, string domainPrefix = "") => $"{localPart}@{Domain(domainPrefix)}";

    public static string Domain(string prefix = "") => $"{prefix}d{Interlocked.Increment(ref numbers)}.example";

    public static AddressHash HashOf(string address) => AddressHash.Of(Pepper, EmailAddress.Parse(address));

    public static EmailQuestion Question(string address, string customer = "cus_a") =>
        new() { CustomerId = customer, Email = address, Wait = TimeSpan.FromSeconds(5), Accept = true };

    public IEmailGrain Email(string address, bool test = false) => Grains.GetGrain<IEmailGrain>(EmailKey.Of(HashOf(address), test));

    public IDomainGrain DomainOf(string address) => Grains.GetGrain<IDomainGrain>(EmailAddress.Parse(address).Domain);

    public ILaneGrain LaneOf(string address) => Grains.GetGrain<ILaneGrain>(LaneKey.Of(EmailAddress.Parse(address).Domain, hasData: false, "eg-1"));

    /// <summary>Verifies an address, as soon as its answer is there.</summary>
    public async Task<EmailAnswer> VerifyAsync(string address, string customer = "cus_a") =>
        Assert.IsType<EmailAnswer>(await Email(address).VerifyAsync(Question(address, customer)).InTime());

    /// <summary>Waits until each silo knows the egresses of all.</summary>
    public async Task AllKnowAsync(params string[] egresses)
    {
        await silos.WaitForLivenessToStabilizeAsync();
        var rosters = silos.Silos.Select(silo => silo.ServiceProvider.GetRequiredService<IEgresses>()).ToArray();
        await Time.UntilAsync(() => rosters.All(one => egresses.All(name => one.Roster.Find(name) is not null)), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    private static int NumberOf(string silo) => int.Parse(silo.AsSpan(silo.IndexOfAnyInRange('0', '9')), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        Sessions.ReleaseAll();
        await silos.DisposeAsync();
    }
}

/// <summary>One cluster for the tests of a class: each asks about addresses of its own.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    internal Cluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await Cluster.StartAsync();

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
