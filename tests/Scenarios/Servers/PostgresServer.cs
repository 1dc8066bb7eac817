using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;

namespace EmailVerify.Scenarios.Servers;

/// <summary>Debian's PostgreSQL in a folder of its own. It may be killed and started again.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Account = "postgres";
    private readonly Folder files = new("postgres");
    private readonly int port = Ports.Free();
    private ServerProcess? process;

    /// <summary>Gets settings of the server. What a killed process wrote is with the kernel: only a machine's death would need fsync, and figures that are to be true.</summary>
    public IReadOnlyList<string> Options { get; init; } = ["fsync=off", "max_connections=200"];

    private static string Programs => Directory.EnumerateDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/";

    /// <summary>Gets the connection string of the database <c>postgres</c>.</summary>
    public string Settings => SettingsOf("postgres");

    /// <summary>Gets the id of the process that all others come from.</summary>
    public int Id => process?.Id ?? throw new InvalidOperationException("It does not run.");

    /// <summary>Gets the connection string of a database for a process that has another network but the same files.</summary>
    public string BySocket(string database) => string.Create(CultureInfo.InvariantCulture, $"Host={files.Path};Port={port};Username=emailverify;Database={database}");

    /// <summary>Makes a database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateAsync(string name)
    {
        await using var source = NpgsqlDataSource.Create(Settings + ";Pooling=false");
        await using var command = source.CreateCommand($"CREATE DATABASE \"{name}\" TEMPLATE template0");
        _ = await command.ExecuteNonQueryAsync();
        return SettingsOf(name);
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await OwnAsync(files.Path);
        var data = files["data"];
        await RunAsync("initdb", "--pgdata", data, "--username=emailverify", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync");
        await StartAsync();
    }

    /// <summary>Starts it, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        string[] arguments =
        [
            "-D", files["data"], "-p", port.ToString(CultureInfo.InvariantCulture), "-k", files.Path, "-c", "listen_addresses=127.0.0.1", "-c", "log_min_messages=warning",
            .. Options.SelectMany(option => (string[])["-c", option]),
        ];
        process = Environment.IsPrivilegedProcess
            ? ServerProcess.Start("setpriv", [$"--reuid={Account}", $"--regid={Account}", "--clear-groups", Programs + "postgres", .. arguments])
            : ServerProcess.Start(Programs + "postgres", arguments);
        await Ports.OpenAsync(IPAddress.Loopback, port, CancellationToken.None);
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(Settings + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (!process.HasExited)
            {
                // It still recovers.
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    /// <summary>Ends it as the machine's death would, without a word to who is connected.</summary>
    public async Task KillAsync()
    {
        if (process is null)
            return;
        await process.DisposeAsync();
        process = null;
    }

    /// <summary>Ends it at once and in order: open transactions are rolled back.</summary>
    public async Task StopAsync()
    {
        if (process is null)
            return;
        using (var stop = Process.Start("kill", ["-INT", Id.ToString(CultureInfo.InvariantCulture)]))
            await process.ExitAsync(CancellationToken.None);
        await process.DisposeAsync();
        process = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        files.Dispose();
    }

    private static async Task OwnAsync(string path)
    {
        if (Environment.IsPrivilegedProcess)
            await ServerProcess.RunAsync("chown", Account, path);
    }

    private static Task RunAsync(string program, params string[] arguments) => Environment.IsPrivilegedProcess
        ? ServerProcess.RunAsync("setpriv", [$"--reuid={Account}", $"--regid={Account}", "--clear-groups", Programs + program, .. arguments])
        : ServerProcess.RunAsync(Programs + program, arguments);

    private string SettingsOf(string database) => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username=emailverify;Database={database}");
}
