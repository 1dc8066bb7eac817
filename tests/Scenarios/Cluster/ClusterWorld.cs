using System.Diagnostics;
using System.Globalization;
using EmailVerify.Sandbox.Counting;
using EmailVerify.Scenarios.Batches;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios.Cluster;

/// <summary>Several processes of the service with one database, each with an egress of its own, and the small internet that they ask.</summary>
internal sealed class ClusterWorld : IAsyncDisposable
{
    private static readonly string[] SandboxSettings = ["--EmailVerify:Sandbox:RoundTrip=20ms", "--EmailVerify:Sandbox:Tls=false"];

    private readonly Folder data = new("cluster");
    private readonly long began = Stopwatch.GetTimestamp();
    private readonly List<SandboxProcess> sandboxes = [];
    private Networks? networks;
    private int turn;

    public PostgresServer Postgres { get; } = new();

    public IReadOnlyList<ClusterSilo> Silos { get; private set; } = [];

    /// <summary>Gets how long this world has been there: what all that is noted is timed by.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(began);

    /// <summary>Gets some process that callers are sent to.</summary>
    public ClusterSilo Any => Silos.First(silo => silo.IsUp);

    /// <summary>Starts a world.</summary>
    /// <param name="count">How many silos it has.</param>
    /// <param name="egressOf">The number of the egress that a silo has, by its own number from 1; null: each has one of its own. What several have is one egress, at one address.</param>
    /// <param name="apart">Whether each has a network of its own, with a small internet on its loopback, so that they can be cut off from each other: silo n is then number n of <see cref="Networks"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ClusterWorld> StartAsync(int count, bool apart, CancellationToken cancellationToken, Func<int, int>? egressOf = null)
    {
        egressOf ??= static number => number;
        var world = new ClusterWorld();
        try
        {
            await world.Postgres.InitializeAsync();
            var database = await world.Postgres.CreateAsync("cluster");
            if (apart)
            {
                world.networks = await Networks.MakeAsync(count);
                database = world.Postgres.BySocket("cluster");
            }

            for (var number = 1; number <= (apart ? count : 1); number++)
                world.sandboxes.Add(await SandboxProcess.StartAsync(world.networks?[number], cancellationToken, SandboxSettings));
            world.Silos = [.. Enumerable.Range(1, count).Select(number => world.Make(number, egressOf(number), database))];

            // The first makes the tables.
            await world.Silos[0].StartAsync(cancellationToken);
            await Task.WhenAll(world.Silos.Skip(1).Select(silo => silo.StartAsync(cancellationToken)));
            var egresses = Enumerable.Range(1, count).Select(egressOf).Distinct().Count();
            foreach (var silo in world.Silos)
                await silo.Service.KnowsAsync(egresses, cancellationToken);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gets the address of an egress, as mail hosts see it.</summary>
    public static string AddressOf(int egress) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.{egress + 1}");

    /// <summary>Gets what mail hosts have counted, all small internets together: a domain has one egress and so comes to one of them.</summary>
    public async Task<CountersSnapshot> CountersAsync(CancellationToken cancellationToken) =>
        (await Task.WhenAll(sandboxes.Select(sandbox => sandbox.CountersAsync(cancellationToken)))).Aggregate(Together);

    /// <summary>Gets what they have counted when all sessions have ended.</summary>
    public async Task<CountersSnapshot> FinalCountersAsync(CancellationToken cancellationToken) =>
        (await Task.WhenAll(sandboxes.Select(sandbox => sandbox.FinalCountersAsync(cancellationToken)))).Aggregate(Together);

    /// <summary>Chooses where the next caller is sent: each silo in turn that is meant to be up, or null where none is.</summary>
    public ClusterSilo? Next()
    {
        var up = Silos.Where(silo => silo.IsUp).ToArray();
        return up.Length == 0 ? null : up[(int)((uint)Interlocked.Increment(ref turn) % (uint)up.Length)];
    }

    /// <summary>Gets a customer of some process that is up.</summary>
    public BatchCustomer Customer() => new(Any.Service);

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in Silos)
            await silo.DisposeAsync();
        foreach (var sandbox in sandboxes)
            await sandbox.DisposeAsync();
        await Postgres.DisposeAsync();
        if (networks is not null)
            await networks.DisposeAsync();
        data.Dispose();
    }

    private static CountersSnapshot Together(CountersSnapshot one, CountersSnapshot other) => new(
        one.DnsQueries + other.DnsQueries, Together(one.Total, other.Total), Together(one.Providers, other.Providers, Together), Together(one.Hosts, other.Hosts, Together), Together(one.Clients, other.Clients, static (mine, theirs) => mine + theirs));

    private static CounterSnapshot Together(CounterSnapshot one, CounterSnapshot other) => new(
        one.Sessions + other.Sessions,
        one.OpenSessions + other.OpenSessions,
        one.MaxConcurrentSessions + other.MaxConcurrentSessions,
        one.Recipients + other.Recipients,
        one.RecipientsRefused + other.RecipientsRefused,
        Math.Max(one.MaxRecipientsInSession, other.MaxRecipientsInSession),
        one.MaxRecipientsInSecond + other.MaxRecipientsInSecond,
        one.EarlyTalkers + other.EarlyTalkers,
        one.MissingQuits + other.MissingQuits,
        one.ForbiddenCommands + other.ForbiddenCommands,
        one.PipelinedRecipientPairs + other.PipelinedRecipientPairs,
        one.TlsSessions + other.TlsSessions);

    private static Dictionary<string, T> Together<T>(IReadOnlyDictionary<string, T> one, IReadOnlyDictionary<string, T> other, Func<T, T, T> add) =>
        one.Concat(other).GroupBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Select(pair => pair.Value).Aggregate(add), StringComparer.Ordinal);

    private ClusterSilo Make(int number, int egress, string database)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"silo-{number}");
        var sandbox = sandboxes[networks is null ? 0 : number - 1];
        var settings = sandbox.Settings.Where(pair => !pair.Key.StartsWith("Egresses:", StringComparison.Ordinal)).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        settings["Profile"] = "cluster";
        settings["ConnectionStrings:Postgres"] = database;
        settings["Retries:Schedule"] = "2s,4s,8s";
        settings["Egresses:0:Name"] = string.Create(CultureInfo.InvariantCulture, $"eg-{egress}");
        settings["Egresses:0:Address"] = AddressOf(egress);
        settings["Egresses:0:HeloName"] = sandbox.Settings["Egresses:0:HeloName"];
        settings["Egresses:0:MailFrom"] = sandbox.Settings["Egresses:0:MailFrom"];
        if (networks is not null)
            settings["Cluster:Address"] = Networks.AddressOf(number);
        return new ClusterSilo(name, data.Make(name), settings, networks?[number], networks is null ? "127.0.0.1" : Networks.AddressOf(number));
    }
}
