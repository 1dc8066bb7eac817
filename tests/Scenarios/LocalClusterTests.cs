using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using EmailVerify.Benchmarks;
using EmailVerify.Scenarios.Batches;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>A cluster on one machine as <c>infra/local/up</c> starts it: what is asked of it goes on while one of its silos stops, and <c>infra/local/down</c> leaves nothing behind.</summary>
[Trait("Pace", "long")]
public sealed class LocalClusterTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Rows = 600;
    private const int LoadDomains = 200;

    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(50);

    private static readonly string Scripts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../infra/local"));

    private readonly Folder home = new("local-cluster");
    private readonly int port = Ports.Free();

    private string State => home["state"];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        // Also after a test that ran out of time.
        _ = await RunAsync("down --erase", CancellationToken.None);
        home.Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task Silo_StopsInABatch_NobodyNotices()
    {
        var ends = TestContext.Current.CancellationToken;
        var began = Stopwatch.GetTimestamp();

        // :: Step 1: up, and up once more.
        var up = await RunAsync(string.Create(CultureInfo.InvariantCulture, $"up --port {port}"), ends);
        output.WriteLine($"{up.Output}{up.Error}up after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        Assert.Equal(0, up.ExitCode);
        var again = await RunAsync("up", ends);
        Assert.Equal((0, "It runs already."), (again.ExitCode, again.Lines[0]));
        var processes = Directory.GetFiles(State + "/run", "*.pid").ToDictionary(file => Path.GetFileNameWithoutExtension(file)!, ProcessOf, StringComparer.Ordinal);
        Assert.Equal(["nginx", "postgres", "redis", "sandbox", "silo-1", "silo-2", "silo-3"], processes.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        var ports = await PortsAsync(ends);
        Assert.Equal(port, ports["nginx"]);
        using var client = await ClientAsync(ends);
        Assert.Equal("deliverable", (await VerifyAsync(client, "ada@postfix.test", ends)).GetProperty("status").GetString());

        // :: Step 2: a batch, somebody who watches it, and others who ask meanwhile.
        var customer = new BatchCustomer(client);
        string[] file = [.. Enumerable.Range(0, Rows).Select(at => LoadAddresses.Of((at % LoadDomains) + 1, at / LoadDomains, exists: at % 4 != 3))];
        var batch = await customer.UploadAsync(file, ends);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ends);
        var underWay = new TaskCompletionSource();
        var failures = new ConcurrentQueue<string>();
        var watching = WatchAsync(client, batch, underWay, ends);
        var asking = AskAsync(client, batch, failures, done.Token);

        // :: Step 3: one silo stops.
        await Task.WhenAny(underWay.Task, watching).WaitAsync(ends);
        var stopped = Stopwatch.GetTimestamp();
        await ServerProcess.RunAsync("kill", "-TERM", processes["silo-2"].ToString(CultureInfo.InvariantCulture));
        while (Runs(processes["silo-2"]))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ends);
        output.WriteLine($"silo-2 drained within {Stopwatch.GetElapsedTime(stopped).TotalSeconds:0.0} s");

        // :: Step 4: all the same it comes to its end, for everybody.
        var (events, streams) = await watching;
        await done.CancelAsync();
        var asked = await asking;
        output.WriteLine($"{events} events in {streams} streams, {asked} requests; {string.Join("; ", failures)}");
        Assert.Empty(failures);
        var results = await customer.ResultsAsync(batch, after: 0, ends);
        RowResult.AssertWhole(file, results);

        // A machine that runs all tests may be too slow for a mail server or a resolver: then nobody knows, but nothing untrue is said.
        var unknown = results.Where(result => result.Status is "unknown").ToList();
        output.WriteLine($"{unknown.Count} of {results.Count} rows are unknown: {string.Join(", ", unknown.Select(result => result.Reason).Distinct(StringComparer.Ordinal))}");
        Assert.All(results.Except(unknown), result => Assert.Equal(LoadAddresses.TruthOf(result.Input), result.Verdict));
        Assert.True(unknown.Count < results.Count / 2);

        // :: Step 5: down ends it all.
        var down = await RunAsync("down", ends);
        output.WriteLine($"{down.Output}{down.Error}down after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        Assert.Equal((0, string.Empty), (down.ExitCode, down.Error));
        Assert.All(processes, process => Assert.False(Runs(process.Value), $"{process.Key} is left."));
        Assert.All(ports, one => AssertFree(one.Value));
    }

    private static int ProcessOf(string file) => int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);

    // A process that nobody has buried yet has no command line any more.
    private static bool Runs(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Length > 0;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void AssertFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
    }

    private static async Task<JsonElement> VerifyAsync(HttpClient client, string email, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/verifications") { Content = JsonContent.Create(new { email }) };
        request.Headers.Add("Prefer", "wait=25");
        using var response = await client.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return response.IsSuccessStatusCode ? answer : throw new InvalidOperationException($"{(int)response.StatusCode} {answer}");
    }

    // As a browser does it: a stream that ends is opened again where it ended.
    private static async Task<(int Events, int Streams)> WatchAsync(HttpClient client, string batch, TaskCompletionSource underWay, CancellationToken cancellationToken)
    {
        var (events, streams, lastId, hasEnded) = (0, 0, default(long?), false);
        while (!hasEnded)
        {
            streams++;
            var (status, _) = await EventReader.ReadAsync(
                client,
                batch,
                lastId,
                seen =>
                {
                    events++;
                    lastId = seen.Id;
                    hasEnded = seen.Look.Status is "completed";
                    if (seen.Look.Done > 0)
                        _ = underWay.TrySetResult();
                    return !hasEnded;
                },
                cancellationToken);
            Assert.True(status is HttpStatusCode.OK or HttpStatusCode.NoContent, $"The stream was answered with {status}.");
            if (!hasEnded)
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        }

        return (events, streams);
    }

    private static async Task<int> AskAsync(HttpClient client, string batch, ConcurrentQueue<string> failures, CancellationToken cancellationToken)
    {
        var asked = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                _ = await VerifyAsync(client, LoadAddresses.Of(LoadDomains + 1 + asked, 0, exists: true), cancellationToken);
                using var look = await client.GetAsync(new Uri(batch, UriKind.Relative), cancellationToken);
                _ = look.EnsureSuccessStatusCode();
                asked += 2;
                await Task.Delay(BetweenQuestions, TimeProvider.System, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // All is done.
            }
            catch (Exception failure) when (failure is HttpRequestException or InvalidOperationException or JsonException)
            {
                failures.Enqueue(failure.Message);
            }
        }

        return asked;
    }

    private async Task<HttpClient> ClientAsync(CancellationToken cancellationToken)
    {
        var key = (await File.ReadAllTextAsync(State + "/key", cancellationToken)).Trim();
        var client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")), Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    private async Task<Dictionary<string, int>> PortsAsync(CancellationToken cancellationToken) =>
        (await File.ReadAllLinesAsync(State + "/decided", cancellationToken))
            .Select(line => line.Split('='))
            .Where(pair => pair[0] is not ("world" or "silos"))
            .ToDictionary(pair => pair[0], pair => int.Parse(pair[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    private Task<Command> RunAsync(string command, CancellationToken cancellationToken) =>
        new Shell(home.Path).RunAsync($"{Scripts}/{command} </dev/null", cancellationToken, ("LOCAL_STATE", State), ("EMAILVERIFY_EXECUTABLE", Path.GetFullPath(Service.Executable)));
}
