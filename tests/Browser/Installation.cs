using System.Net.Http.Json;
using EmailVerify.Browser;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Scenarios.Servers;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Installation))]

namespace EmailVerify.Browser;

/// <summary>The service with the sandbox as a process of its own, and one Chromium, for all tests. They start with the first test that looks at a page.</summary>
public sealed class Installation : IAsyncDisposable
{
    /// <summary>How long a page may take for what a test waits for, in milliseconds: the machine may be busy.</summary>
    private const int Patience = 30_000;

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        // Should a page ask for anything elsewhere, the watch sees it and nobody else does.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ];

    private readonly Lazy<Task<Running>> running = new(StartAsync);

    public Installation() => Batches = new PreparedBatches(ClientAsync);

    /// <summary>Gets batches that are there before anybody looks.</summary>
    internal PreparedBatches Batches { get; }

    /// <summary>Gets a client of the API with the operator's key.</summary>
    internal async Task<HttpClient> ClientAsync() => (await running.Value).Service.Client;

    /// <summary>Gets the service's process.</summary>
    internal async Task<ServerProcess> ProcessAsync() => (await running.Value).Service.Process;

    /// <summary>Makes a profile of its own in the browser, with nothing in it but who is signed in.</summary>
    internal async Task<IBrowserContext> EnterAsync(Visitor visitor)
    {
        var (_, service, cookie, _, chromium) = await running.Value;
        var context = await chromium.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = service.Client.BaseAddress!.ToString(),
            ViewportSize = new ViewportSize { Width = visitor.Width, Height = visitor.Height },
            IsMobile = visitor.IsOnPhone,
            HasTouch = visitor.IsOnPhone,
            ColorScheme = visitor.IsDark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = visitor.WantsLessMotion ? ReducedMotion.Reduce : ReducedMotion.NoPreference,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
        });
        context.SetDefaultTimeout(Patience);
        if (visitor.IsSignedIn)
            await context.AddCookiesAsync([new Cookie { Name = cookie[0], Value = cookie[1], Url = service.Client.BaseAddress.ToString() }]);
        return context;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // What failed to start has failed every test already.
        if (!running.IsValueCreated || !running.Value.IsCompletedSuccessfully)
            return;
        var (data, service, _, playwright, chromium) = await running.Value;
        await chromium.CloseAsync();
        playwright.Dispose();
        await service.DisposeAsync();
        data.Dispose();
    }

    private static async Task<Running> StartAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        var data = new Folder("browser");
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["AdminKey"] = ConfiguredKey.Sandbox };
        var starting = Service.StartAsync(data.Path, settings, CancellationToken.None, "--sandbox");
        var playwright = await Playwright.CreateAsync();
        var chromium = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = Arguments });
        var service = await starting;
        return new Running(data, service, await SignInAsync(service), playwright, chromium);
    }

    // Each profile is given the cookie, as if somebody had signed in there: signing in at each start would be refused as too often.
    private static async Task<string[]> SignInAsync(Service service)
    {
        using var response = await service.Client.PostAsJsonAsync("/sign-in", new { key = ConfiguredKey.Sandbox });
        _ = response.EnsureSuccessStatusCode();
        return response.Headers.GetValues("Set-Cookie").Single().Split(';')[0].Split('=', 2);
    }

    private sealed record Running(Folder Data, Service Service, string[] Cookie, IPlaywright Playwright, IBrowser Chromium);
}
