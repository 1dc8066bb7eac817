using System.Diagnostics;
using System.Globalization;
using EmailVerify.Scenarios.Batches;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios.Cluster;

/// <summary>Several processes of the service with one database, each with an egress of its own, and the small internet that they ask.</summary>
internal sealed class ClusterWorld : IAsyncDisposable
{
    private readonly Folder data = new("cluster");
    private readonly long began = Stopwatch.GetTimestamp();
    private int turn;

    private ClusterWorld(SandboxProcess sandbox) => Sandbox = sandbox;

    public PostgresServer Postgres { get; } = new();

    public SandboxProcess Sandbox { get; }

    public IReadOnlyList<ClusterSilo> Silos { get; private set; } = [];

    /// <summary>Gets how long this world has been there: what all that is noted is timed by.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(began);

    /// <summary>Gets some process that callers are sent to.</summary>
    public ClusterSilo Any => Silos.First(silo => silo.IsUp);

    /// <summary>Starts a world.</summary>
    /// <param name="count">How many silos it has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ClusterWorld> StartAsync(int count, CancellationToken cancellationToken)
    {
        var world = new ClusterWorld(await SandboxProcess.StartAsync(cancellationToken, "--EmailVerify:Sandbox:RoundTrip=20ms", "--EmailVerify:Sandbox:Tls=false"));
        try
        {
            await world.Postgres.InitializeAsync();
            var database = await world.Postgres.CreateAsync("cluster");
            world.Silos = [.. Enumerable.Range(1, count).Select(number => world.Make(number, database))];

            // The first makes the tables.
            await world.Silos[0].StartAsync(cancellationToken);
            await Task.WhenAll(world.Silos.Skip(1).Select(silo => silo.StartAsync(cancellationToken)));
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

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
        await Sandbox.DisposeAsync();
        await Postgres.DisposeAsync();
        data.Dispose();
    }

    private ClusterSilo Make(int number, string database)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"eg-{number}");
        var settings = Sandbox.Settings.Where(pair => !pair.Key.StartsWith("Egresses:", StringComparison.Ordinal)).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        settings["Profile"] = "cluster";
        settings["ConnectionStrings:Postgres"] = database;
        settings["Retries:Schedule"] = "2s,4s,8s";
        settings["Egresses:0:Name"] = name;
        settings["Egresses:0:Address"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.{number + 1}");
        settings["Egresses:0:HeloName"] = Sandbox.Settings["Egresses:0:HeloName"];
        settings["Egresses:0:MailFrom"] = Sandbox.Settings["Egresses:0:MailFrom"];
        return new ClusterSilo(name, data.Make(name), settings);
    }
}
