using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Exports;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Batches;
using EmailVerify.Grains.Domains;
using EmailVerify.Grains.Egresses;
using EmailVerify.Grains.Emails;
using EmailVerify.Grains.Lanes;
using EmailVerify.Grains.Retries;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.Health;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Settings;
using EmailVerify.Host.Api.Verifications;
using EmailVerify.Host.Hosting;
using EmailVerify.Host.Tests.Api.Batches;
using EmailVerify.Host.Tests.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Metrics;

namespace EmailVerify.Host.Tests.Api;

/// <summary>The API on a real server on a free port of loopback, its stores and grains in memory.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    public const string AdminKey = "an-admin-key-of-any-form";
    public static readonly byte[] Pepper = [.. Enumerable.Range(0, 32).Select(octet => (byte)octet)];
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 15, 40, 912, TimeSpan.Zero);

    private readonly WebApplication app;

    private ApiHost(WebApplication app, HttpClient client) => (this.app, Client) = (app, client);

    public HttpClient Client { get; }

    public FakeVerificationStore Store => (FakeVerificationStore)app.Services.GetRequiredService<IVerificationStore>();

    public FakeReports Reports => app.Services.GetRequiredService<FakeReports>();

    public FakeKeyStore Keys => (FakeKeyStore)app.Services.GetRequiredService<IKeyStore>();

    public FakeEmailGrains Grains => (FakeEmailGrains)app.Services.GetRequiredService<IGrains<IEmailGrain>>();

    public FakeTimeProvider Clock => (FakeTimeProvider)app.Services.GetRequiredService<TimeProvider>();

    public FakeDomains Domains => app.Services.GetRequiredService<FakeDomains>();

    public FakeLanes Lanes => app.Services.GetRequiredService<FakeLanes>();

    public DoctorDesk Doctor => app.Services.GetRequiredService<DoctorDesk>();

    public ServiceState State => app.Services.GetRequiredService<ServiceState>();

    public CapturedLogs Logs => app.Services.GetRequiredService<CapturedLogs>();

    public IServiceProvider Services => app.Services;

    /// <summary>Gets everything that can be asked.</summary>
    public RouteEndpoint[] Endpoints() => [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).Cast<RouteEndpoint>()];

    /// <param name="map">Maps more.</param>
    /// <param name="clock">A clock; null is one that nobody waits for.</param>
    /// <param name="services">Adds services, also in place of others.</param>
    /// <param name="doctor">What the doctor finds when it looks; null is that all is well.</param>
    public static async Task<ApiHost> StartAsync(Action<WebApplication>? map = null, FakeTimeProvider? clock = null, Action<IServiceCollection>? services = null, Func<DoctorReport>? doctor = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        clock ??= new ImpatientClock(Start);
        doctor ??= () => new DoctorReport(Start, [new Check(CheckIds.Egress, CheckState.Ok, "An egress.", "Why.")]);
        var logs = new CapturedLogs(clock);
        builder.Logging.AddJsonLines().ClearProviders().AddProvider(logs);
        builder.Services
            .AddApi(AdminKey)
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton(logs)
            .AddSingleton<FakeVerificationStore>()
            .AddSingleton<IVerificationStore>(all => all.GetRequiredService<FakeVerificationStore>())
            .AddSingleton<FakeReports>()
            .AddSingleton<IVerificationReports>(all => all.GetRequiredService<FakeReports>())
            .AddSingleton<IKeyStore>(new FakeKeyStore())
            .AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider())
            .AddSingleton<IGrains<IEmailGrain>>(new FakeEmailGrains())
            .AddSingleton<IGrains<IRetryGrain>>(new FakeRetryGrains())
            .AddSingleton(new Installation(Pepper, IsSandbox: false))
            .AddSingleton(services => new DoctorDesk(new Examination(_ => Task.FromResult(doctor()), _ => Task.FromResult(doctor())), TimeSpan.FromHours(1), clock, services.GetRequiredService<ILogger<DoctorDesk>>()))
            .AddSingleton(new TextRules("2026.11.3", TimeSpan.FromDays(14)))
            .AddSingleton(ReplyRules.Default)
            .AddSingleton(ProviderCatalog.Default)
            .AddSingleton<FakeDomains>()
            .AddSingleton<IDomainStore>(all => all.GetRequiredService<FakeDomains>())
            .AddSingleton<IGrains<IDomainGrain>>(all => all.GetRequiredService<FakeDomains>())
            .AddSingleton(new LanePlan([new Egress("eg-1", null, "mail.example.org", "probe@example.org")], TlsMode.Opportunistic, new ProbeTimeouts(), Enforce: true))
            .AddSingleton<FakeEgresses>()
            .AddSingleton<IEgresses>(all => all.GetRequiredService<FakeEgresses>())
            .AddSingleton<FakeRetries>()
            .AddSingleton<IRetryOverview>(all => all.GetRequiredService<FakeRetries>())
            .AddSingleton(StubbedStore.Of<IExportStore>(null, _ => new NotSupportedException()))
            .AddSingleton(new SettingsInForce([]))
            .AddSingleton<FakeLanes>()
            .AddSingleton<ILiveLanes>(all => all.GetRequiredService<FakeLanes>())
            .AddSingleton<IGrains<ILaneGrain>>(all => all.GetRequiredService<FakeLanes>())
            .AddSingleton(new Settlement(RetrySchedule.Default, Freshness.Default, "2026.11.3"))
            .AddSingleton(new Rejudge(ReplyRules.Default, ProviderCatalog.Default, Freshness.Default));
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddPrometheusExporter());
        if (services is null)
            builder.Services.AddSingleton(StubbedStore.Of(null, _ => new NotSupportedException())).AddSingleton<IGrains<IBatchGrain>, FakeBatchGrains>();
        services?.Invoke(builder.Services);
        var built = builder.Build();
        built.MapApi();
        built.MapMetrics();
        map?.Invoke(built);
        await built.StartAsync(TestContext.Current.CancellationToken);
        var endpoints = ((IEndpointRouteBuilder)built).DataSources.SelectMany(source => source.Endpoints).ToArray();
        var client = new HttpClient(new ContractHandler(() => CurrentContract.Of(endpoints), ContractCoverage.Note)) { BaseAddress = new Uri(built.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
        return new ApiHost(built, client);
    }

    /// <summary>Makes a key and returns it.</summary>
    public async Task<string> KeyAsync(bool test = false, TimeSpan? lifetime = null, params string[] scopes)
    {
        var wish = new KeyWish("a key", scopes.Length == 0 ? Scopes.All : [.. scopes], test, lifetime);
        return (await KeyMaker.MakeAsync(Keys, wish, Clock)).Text;
    }

    public Task<HttpResponseMessage> PostAsync(string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, "/v1/verifications", json, headers);

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, json: null, headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        foreach (var (name, value) in headers)
        {
            if (name is "Authorization")
                request.Headers.Remove(name);
            Assert.True(request.Headers.TryAddWithoutValidation(name, value) || request.Content!.Headers.TryAddWithoutValidation(name, value));
        }

        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Stops the server; the open requests end first.</summary>
    public Task StopAsync() => app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }
}

/// <summary>A clock that nobody waits for: whoever would sleep finds that the time has passed.</summary>
internal sealed class ImpatientClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Advance(dueTime);
        return timer;
    }
}

internal static class Answers
{
    public static async Task<JsonObject> JsonAsync(this HttpResponseMessage response) =>
        (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

    public static string Header(this HttpResponseMessage response, string name) =>
        Assert.Single(response.Headers.TryGetValues(name, out var values) ? values : response.Content.Headers.GetValues(name));

    /// <summary>Asserts that the answer is a whole problem of a kind, and gives it.</summary>
    public static async Task<JsonObject> ProblemAsync(this HttpResponseMessage response, string code)
    {
        var problem = await response.JsonAsync();
        Assert.Equal(code, (string?)problem["code"]);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal((int)response.StatusCode, (int?)problem["status"]);
        Assert.Equal("/problems/" + code, (string?)problem["type"]);
        Assert.False(string.IsNullOrEmpty((string?)problem["title"]));
        Assert.False(string.IsNullOrEmpty((string?)problem["detail"]));
        Assert.Equal(response.Header("X-Request-Id"), (string?)problem["instance"]);
        return problem;
    }
}
