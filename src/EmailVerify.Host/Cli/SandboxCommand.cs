using System.Globalization;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Cli;

/// <summary><c>sandbox</c>: the mail internet alone; prints the settings that point a service at it.</summary>
internal static class SandboxCommand
{
    // Read by the runtime once, before the first socket.
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    public static async Task<int> RunAsync(SandboxArguments arguments, CancellationToken cancellationToken)
    {
        // Nothing in this process ever blocks, and whoever measures against it should measure the other side.
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
        var builder = Settings.CreateHost();
        builder.Logging.AddErrorLines();
        var settings = Settings.Read(arguments.Common with { Sandbox = true }, builder.Configuration).Sandbox!;
        if (arguments.Port != 0)
            settings = settings with { Port = arguments.Port };
        await using var sandbox = await Settings.StartSandboxAsync(settings, arguments.Control, cancellationToken);
        var output = Terminal.Output;

        // Who reads the settings may stop it at once.
        using var host = builder.Build();
        await host.StartAsync(cancellationToken);

        // Never the user's own folder: no made-up verdict may pass for a real one later.
        await output.WriteLineAsync($"EmailVerify__Data={Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())}");
        await output.WriteLineAsync($"EmailVerify__Dns__Servers__0={sandbox.Dns}");
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"EmailVerify__Smtp__Port={sandbox.SmtpPort}"));
        await output.WriteLineAsync($"EmailVerify__Smtp__AllowPrivateAddresses={sandbox.Network}");
        await output.WriteLineAsync("EmailVerify__Egresses__0__HeloName=probe.sandbox.test");
        await output.WriteLineAsync("EmailVerify__Egresses__0__MailFrom=probe@sandbox.test");
        await output.WriteLineAsync($"EmailVerify__Doctor__MailDomains__0={World.SandboxDomain}");
        await output.WriteLineAsync($"EmailVerify__Doctor__BlockLists__0={World.SandboxList}");
        if (sandbox.Control is { } url)
            await output.WriteLineAsync($"# counters: {new Uri(url, "counters")}");
        await output.FlushAsync(cancellationToken);
        await host.WaitForShutdownAsync(cancellationToken);
        return ExitCodes.Done;
    }
}
