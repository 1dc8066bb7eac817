using System.Diagnostics.Metrics;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.Health;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Sessions;
using EmailVerify.Host.Exports;
using EmailVerify.Host.Hosting;
using EmailVerify.Host.Pages;
using EmailVerify.Sandbox;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace EmailVerify.Host.Cli;

/// <summary><c>serve</c>: silo and API until the process is asked to stop.</summary>
internal static class ServeCommand
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    // Room for all series of an instrument is taken when it is made: by default for 2,000, and Orleans has a hundred instruments.
    private const int MaxForeignSeries = 100;

    public static async Task<int> RunAsync(ServeArguments arguments, CancellationToken cancellationToken)
    {
        var builder = Settings.CreateServer();
        var options = Settings.Read(arguments.Common, builder.Configuration);
        var urls = ListenAddresses.Read(
            arguments.Urls ?? builder.Configuration["urls"] ?? DefaultUrl, builder.Configuration.GetSection("Kestrel:Certificates:Default").Exists());
        ListenAddresses.Try(urls);
        await using var data = OpenedData.Open(options);
        await using var sandbox = await Settings.StartSandboxAsync(options, cancellationToken);

        builder.Logging.AddJsonLines();
        builder.AddEngine(options, World.Of(options, sandbox), data, SiloDashboard.Add);
        data.AddSessionKeys(builder.Services);
        builder.Services.AddApi(options.AdminKey);
        builder.Services.AddSingleton(options.Doctor).AddSingleton<DoctorInstruments>().AddHostedService<DoctorRounds>();
        builder.Services.AddSingleton<ExportRows>().AddSingleton<ExportInstruments>().AddHostedService<ExportWorker>();
        builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("emailverify")).WithMetrics(metrics => metrics
            .AddMeter("EmailVerify.*", "Microsoft.Orleans", "System.Runtime")
            .AddView(instrument => IsOurs(instrument) ? null : new MetricStreamConfiguration { CardinalityLimit = MaxForeignSeries })
            .AddPrometheusExporter());
        builder.WebHost.UseUrls([.. urls]);

        await using var app = builder.Build();
        app.UsePagePaths();
        app.MapApi();
        app.MapPages();
        app.MapDashboard();
        app.MapMetrics();
        await app.StartAsync(cancellationToken);
        var state = app.Services.GetRequiredService<ServiceState>();
        state.ReadyWhile(data.HasRoom);
        state.Started();
        await GreetAsync(app, options, data.Place, sandbox);
        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCodes.Done;
    }

    private static bool IsOurs(Instrument instrument) => instrument.Meter.Name.StartsWith("EmailVerify.", StringComparison.Ordinal);

    // Standard output is for logs; what a person must see once goes to standard error.
    private static async Task GreetAsync(WebApplication app, EmailVerifyOptions options, string place, SandboxInternet? sandbox)
    {
        var key = await KeyMaker.MakeFirstAsync(app.Services.GetRequiredService<IKeyStore>(), options.AdminKey, TimeProvider.System);
        var error = Terminal.Error;
        if (key is not null)
            await error.WriteLineAsync($"The first key of this installation, shown this once: {key}");
        if (sandbox is not null)
            await error.WriteLineAsync($"Sandbox: nothing leaves this machine, verdicts are made up. Key: {(options.AdminKey is ConfiguredKey.Sandbox ? options.AdminKey : "the configured one")}");
        else if (options.Egresses.IsEmpty)
            await error.WriteLineAsync("No egress is configured, so no mail server is asked: set EmailVerify:Egresses:0:HeloName and :MailFrom.");
        await error.WriteLineAsync(place);
        if (SignInAddress(app, key ?? (options.AdminKey is ConfiguredKey.Sandbox ? options.AdminKey : null)) is { } address)
            await error.WriteLineAsync($"Sign in: {address} (once, within ten minutes)");
        await error.WriteLineAsync($"Ready at {string.Join(", ", app.Urls)}");
    }

    // A code is printed only beside the key that it stands for, hence tells nobody more: that of a first start, or the sandbox's, which everybody knows and which holds on this machine only.
    private static string? SignInAddress(WebApplication app, string? shownKey)
    {
        if (shownKey is null)
            return null;
        var code = app.Services.GetRequiredService<SignInCodes>().Issue(KeyHash.OfKey(shownKey));
        return new Uri(ListenAddresses.ForBrowser(app.Urls.First()), $"{SignInPage.Path}#{code}").ToString();
    }
}
