using System.Globalization;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks;

/// <summary>The small mail internet as a process of its own, so that its processor time and memory are not the service's.</summary>
internal sealed class SandboxProcess : IAsyncDisposable
{
    private const string Prefix = "EmailVerify__";

    private readonly ServerProcess process;

    private SandboxProcess(ServerProcess process) => this.process = process;

    /// <summary>Gets the settings that point a service at it.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public TimeSpan ProcessorTime => process.ProcessorTime;

    /// <summary>Starts it.</summary>
    /// <param name="roundTrip">The round trip of its network.</param>
    /// <param name="tls">Whether its hosts offer STARTTLS.</param>
    public static async Task<SandboxProcess> StartAsync(TimeSpan roundTrip, bool tls, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["EmailVerify__Sandbox__RoundTrip"] = string.Create(CultureInfo.InvariantCulture, $"{roundTrip.TotalMilliseconds}ms"),
            ["EmailVerify__Sandbox__Tls"] = tls ? "true" : "false",
        };
        var sandbox = new SandboxProcess(ServerProcess.Start(Service.Executable, ["sandbox", "--control", "http://127.0.0.1:0/"], environment));
        try
        {
            // The counters come last.
            _ = await sandbox.process.PrintsAsync(line => line.StartsWith("# counters", StringComparison.Ordinal), cancellationToken);
            sandbox.Settings = sandbox.process.Output
                .Where(line => line.StartsWith(Prefix, StringComparison.Ordinal))
                .Select(line => line[Prefix.Length..].Split('=', 2))
                .ToDictionary(pair => pair[0].Replace("__", ":", StringComparison.Ordinal), pair => pair[1], StringComparer.Ordinal);
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
