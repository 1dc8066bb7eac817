using System.Globalization;
using EmailVerify.Host.Hosting;
using EmailVerify.Sandbox;

namespace EmailVerify.Host.Cli;

/// <summary><c>sandbox</c>: the mail internet alone; prints the settings that point a service at it.</summary>
internal static class SandboxCommand
{
    public static async Task<int> RunAsync(SandboxArguments arguments, CancellationToken cancellationToken)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Logging.AddErrorLines();
        var options = Settings.Read(arguments.Common with { Sandbox = true }, builder.Configuration);
        var settings = options.Sandbox!;
        var wish = new SandboxOptions
        {
            RoundTrip = settings.RoundTrip,
            Tls = settings.Tls,
            SmtpPort = arguments.Port != 0 ? arguments.Port : settings.Port,
            Control = arguments.Control is { } control ? new Uri(control, UriKind.Absolute) : null,
        };
        await using var sandbox = await SandboxInternet.StartAsync(wish, TimeProvider.System, cancellationToken);
        var output = Terminal.Output;
        await output.WriteLineAsync($"EmailVerify__Dns__Servers__0={sandbox.Dns}");
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"EmailVerify__Smtp__Port={sandbox.SmtpPort}"));
        await output.WriteLineAsync($"EmailVerify__Smtp__AllowPrivateAddresses={sandbox.Network}");
        await output.WriteLineAsync("EmailVerify__Egresses__0__HeloName=probe.sandbox.test");
        await output.WriteLineAsync("EmailVerify__Egresses__0__MailFrom=probe@sandbox.test");
        if (sandbox.Control is { } url)
            await output.WriteLineAsync($"# counters: {new Uri(url, "counters")}");
        await output.FlushAsync(cancellationToken);

        using var host = builder.Build();
        await host.RunAsync(cancellationToken);
        return 0;
    }
}
