using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace EmailVerify.Scenarios.Servers;

/// <summary>The published service as a process of its own, and a client of it.</summary>
internal sealed class Service : IAsyncDisposable
{
    /// <summary>The key that the tests configure.</summary>
    public const string Key = "the-operator-of-these-tests";

    private readonly ServerProcess process;

    private Service(ServerProcess process, Uri address, string key)
    {
        this.process = process;
        Client = new HttpClient(Through(new SocketsHttpHandler { MaxConnectionsPerServer = 2_000 })) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Gets the executable: what <c>tests/run</c> published, else what the build left beside the tests.</summary>
    public static string Executable { get; } =
        Environment.GetEnvironmentVariable("EMAILVERIFY_EXECUTABLE") ?? Path.Combine(AppContext.BaseDirectory, "emailverify");

    /// <summary>Gets or sets what all answers come through: nothing by itself.</summary>
    public static Func<HttpMessageHandler, HttpMessageHandler> Through { get; set; } = static inner => inner;

    public HttpClient Client { get; }

    public ServerProcess Process => process;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="data">The data folder; it outlives the process.</param>
    /// <param name="settings">Settings below <c>EmailVerify:</c>, such as <c>Smtp:Port</c>.</param>
    public static Task<Service> StartAsync(string data, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken, params string[] arguments) =>
        StartAsync(data, settings, core: null, cancellationToken, arguments);

    /// <summary>Starts it on one core and waits until it is ready.</summary>
    public static Task<Service> StartAsync(string data, IReadOnlyDictionary<string, string> settings, int? core, CancellationToken cancellationToken, params string[] arguments) =>
        StartAsync(Executable, data, settings, core, network: null, "127.0.0.1", cancellationToken, arguments);

    /// <summary>Starts some version of it in a namespace of <c>Networks</c>, where it listens on an address, and waits until it is ready.</summary>
    public static Task<Service> StartAsync(string executable, string data, IReadOnlyDictionary<string, string> settings, string? network, string listensOn, CancellationToken cancellationToken) =>
        StartAsync(executable, data, settings, core: null, network, listensOn, cancellationToken);

    private static async Task<Service> StartAsync(
        string executable, string data, IReadOnlyDictionary<string, string> settings, int? core, string? network, string listensOn, CancellationToken cancellationToken, params string[] arguments)
    {
        var address = new Uri($"http://{listensOn}:{Ports.Free()}");
        var environment = settings.ToDictionary(
            pair => "EmailVerify__" + pair.Key.Replace(":", "__", StringComparison.Ordinal), pair => pair.Value, StringComparer.Ordinal);
        environment["EmailVerify__Data"] = data;
        foreach (var (name, value) in await RunProfile.SettingsAsync(data))
            _ = environment.TryAdd(name, value);

        // By itself it would knock at a mail host, which the tests of others count.
        _ = environment.TryAdd("EmailVerify__Doctor__Every", "0s");
        _ = environment.TryAdd("EmailVerify__AdminKey", Key);
        var service = new Service(
            ServerProcess.Start(executable, ["serve", "--urls", address.ToString().TrimEnd('/'), .. arguments], environment, core, network), address, environment["EmailVerify__AdminKey"]);
        try
        {
            await service.ReadyAsync(cancellationToken);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Verifies an address, waiting for the verdict through as many long polls as it takes.</summary>
    public async Task<JsonElement> VerifyAsync(string email, CancellationToken cancellationToken)
    {
        var (status, location, answer) = await PostAsync(email, wait: 25, cancellationToken);
        while (status is HttpStatusCode.Accepted)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, location);
            request.Headers.Add("Prefer", "wait=25");
            using var response = await Client.SendAsync(request, cancellationToken);
            status = response.StatusCode;
            answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        }

        return status is HttpStatusCode.OK ? answer : throw new InvalidOperationException($"Answered with {(int)status}: {answer}");
    }

    /// <summary>Waits until it knows of so many egresses: until then domains change theirs, as they do whenever one comes.</summary>
    public async Task KnowsAsync(int egresses, CancellationToken cancellationToken)
    {
        while ((await Client.GetFromJsonAsync<JsonElement>("/v1/egresses", cancellationToken)).GetProperty("egresses").GetArrayLength() < egresses)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
    }

    /// <summary>Posts an address, and waits until it was asked about once and put off.</summary>
    /// <returns>Where it is, and how it stands.</returns>
    public async Task<(Uri Location, JsonElement Answer)> PutOffAsync(string email, CancellationToken cancellationToken)
    {
        var (_, location, answer) = await PostAsync(email, wait: 0, cancellationToken);
        while (answer.GetProperty("evidence").GetArrayLength() == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
            answer = await Client.GetFromJsonAsync<JsonElement>(location, cancellationToken);
        }

        return (location ?? throw new InvalidOperationException("A 202 names its place."), answer);
    }

    /// <summary>Posts an address once.</summary>
    public async Task<(HttpStatusCode Status, Uri? Location, JsonElement Answer)> PostAsync(string email, int wait, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/verifications") { Content = JsonContent.Create(new { email }) };
        request.Headers.Add("Prefer", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"wait={wait}"));
        using var response = await Client.SendAsync(request, cancellationToken);
        return (response.StatusCode, response.Headers.Location, await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await process.DisposeAsync();
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"The service ended: {string.Join('\n', process.Output)}");
            try
            {
                using var response = await Client.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (Exception failure) when (failure is HttpRequestException or SocketException)
            {
                // It does not listen yet; the second is what a connection ends with that is lost in the moment in which it is made.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }
    }
}

/// <summary>Readings of an answer.</summary>
internal static class Answers
{
    /// <summary>Gets <c>status/reason</c>.</summary>
    public static string Verdict(this JsonElement answer) => $"{answer.GetProperty("status").GetString()}/{answer.GetProperty("reason").GetString()}";
}
