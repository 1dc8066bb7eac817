using System.Net.Http.Json;
using System.Text.Json;
using EmailVerify.Sandbox.Counting;

namespace EmailVerify.Scenarios.Servers;

/// <summary>The small internet as a process of its own, and what it has counted.</summary>
internal sealed class SandboxProcess : IAsyncDisposable
{
    private const string Prefix = "EmailVerify__";
    private const string CountersLine = "# counters: ";

    private static readonly JsonSerializerOptions Shape = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly ServerProcess process;
    private readonly HttpClient client = new();
    private readonly Uri counters;
    private readonly string? network;

    private SandboxProcess(ServerProcess process, Uri counters, string? network, IReadOnlyDictionary<string, string> settings) =>
        (this.process, this.counters, this.network, Settings) = (process, counters, network, settings);

    /// <summary>Gets the settings that it printed: they point a service at it.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Gets the processor time that it has used.</summary>
    public TimeSpan ProcessorTime => process.ProcessorTime;

    /// <summary>Starts it with a network of its own and waits until it listens.</summary>
    /// <param name="roundTrip">The round trip of its network.</param>
    /// <param name="tls">Whether its hosts offer STARTTLS.</param>
    /// <param name="core">The one core that it runs on, or null.</param>
    public static Task<SandboxProcess> StartAsync(TimeSpan roundTrip, bool tls, CancellationToken cancellationToken, int? core = null) =>
        StartAsync(core, network: null, cancellationToken, FormattableString.Invariant($"--EmailVerify:Sandbox:RoundTrip={roundTrip.TotalMilliseconds}ms"), $"--EmailVerify:Sandbox:Tls={tls}");

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="settings">Further arguments, such as <c>--EmailVerify:Sandbox:RoundTrip=20ms</c>.</param>
    public static Task<SandboxProcess> StartAsync(CancellationToken cancellationToken, params string[] settings) =>
        StartAsync(network: null, cancellationToken, settings);

    /// <summary>Starts it in a namespace of <c>Networks</c> and waits until it listens on the loopback there.</summary>
    public static Task<SandboxProcess> StartAsync(string? network, CancellationToken cancellationToken, params string[] settings) =>
        StartAsync(core: null, network, cancellationToken, settings);

    private static async Task<SandboxProcess> StartAsync(int? core, string? network, CancellationToken cancellationToken, params string[] settings)
    {
        var started = ServerProcess.Start(Service.Executable, ["sandbox", "--control", "http://127.0.0.1:0/", .. settings], core: core, network: network);
        try
        {
            var last = await started.PrintsAsync(line => line.StartsWith(CountersLine, StringComparison.Ordinal), cancellationToken);
            var printed = started.Output
                .Where(line => line.StartsWith(Prefix, StringComparison.Ordinal))
                .Select(line => line[Prefix.Length..].Split('=', 2))
                .ToDictionary(pair => pair[0].Replace("__", ":", StringComparison.Ordinal), pair => pair[1], StringComparer.Ordinal);
            return new SandboxProcess(started, new Uri(last[CountersLine.Length..]), network, printed);
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gets what it has counted.</summary>
    public async Task<CountersSnapshot> CountersAsync(CancellationToken cancellationToken)
    {
        if (network is not null)
            return JsonSerializer.Deserialize<CountersSnapshot>(await ServerProcess.OutputOfAsync("ip", "netns", "exec", network, "curl", "-s", counters.ToString()), Shape)!;

        // It answers one request a connection.
        using var request = new HttpRequestMessage(HttpMethod.Get, counters) { Headers = { ConnectionClose = true } };
        using var response = await client.SendAsync(request, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<CountersSnapshot>(Shape, cancellationToken))!;
    }

    /// <summary>Gets what it has counted when all sessions have ended.</summary>
    public async Task<CountersSnapshot> FinalCountersAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var counted = await CountersAsync(cancellationToken);
            if (counted.Total.OpenSessions == 0)
                return counted;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await process.DisposeAsync();
    }
}
