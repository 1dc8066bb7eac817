using System.Collections.Concurrent;
using System.Globalization;

namespace EmailVerify.Scenarios.Servers;

/// <summary>
/// The profile that the tests run the executable in. With <c>EMAILVERIFY_PROFILE=cluster</c> each data folder of a test stands for a database in PostgreSQL, and nothing else differs.
/// What is about the folder itself has the trait <c>Profile=embedded</c>.
/// </summary>
internal static class RunProfile
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Databases = new(StringComparer.Ordinal);
    private static readonly Lazy<Task<PostgresServer>> Server = new(StartAsync);
    private static int unnamed;

    /// <summary>Gets a value indicating whether it is the cluster profile.</summary>
    public static bool IsCluster { get; } = string.Equals(Environment.GetEnvironmentVariable("EMAILVERIFY_PROFILE"), "cluster", StringComparison.Ordinal);

    /// <summary>Gets the settings that take the place of a data folder; none in the embedded profile.</summary>
    /// <param name="data">The folder; null stands for one that nobody else has.</param>
    public static async Task<IReadOnlyDictionary<string, string>> SettingsAsync(string? data)
    {
        if (!IsCluster)
            return new Dictionary<string, string>(StringComparer.Ordinal);
        var key = data is null ? string.Create(CultureInfo.InvariantCulture, $"/{Interlocked.Increment(ref unnamed)}") : Path.GetFullPath(data);
        var settings = await Databases.GetOrAdd(key, _ => new Lazy<Task<string>>(MakeAsync)).Value;
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["EmailVerify__Profile"] = "cluster",
            ["EmailVerify__ConnectionStrings__Postgres"] = settings,
        };
    }

    /// <summary>Ends the server, if there was one.</summary>
    public static async ValueTask EndAsync()
    {
        if (Server.IsValueCreated)
            await (await Server.Value).DisposeAsync();
    }

    private static async Task<string> MakeAsync() =>
        await (await Server.Value).CreateAsync(string.Create(CultureInfo.InvariantCulture, $"data_{Interlocked.Increment(ref unnamed)}"));

    private static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        await server.InitializeAsync();
        return server;
    }
}
