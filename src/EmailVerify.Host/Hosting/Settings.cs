using System.Net.Sockets;
using EmailVerify.Host.Cli;
using EmailVerify.Sandbox;

namespace EmailVerify.Host.Hosting;

/// <summary>The configuration of a command: files, environment, then its command line.</summary>
internal static class Settings
{
    // By this name the files of the pages are found, also where a test is the process.
    private const string AssemblyName = "emailverify";

    // appsettings.json stands beside the executable, wherever the command is given.
    private static readonly string Root = AppContext.BaseDirectory;

    /// <summary>Makes the host of a command without a server.</summary>
    public static HostApplicationBuilder CreateHost() =>
        Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = Root });

    /// <summary>Makes the host of a command with a server.</summary>
    public static WebApplicationBuilder CreateServer()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = AssemblyName, ContentRootPath = Root, WebRootPath = Path.Combine(Root, "wwwroot") });

        // Unpublished, the pages are where their sources are; what is published has them beside it.
        _ = builder.WebHost.UseStaticWebAssets();
        return builder;
    }

    /// <summary>Reads the configuration of a command.</summary>
    /// <exception cref="OptionsRefusedException">Something is wrong; it names everything that is.</exception>
    public static EmailVerifyOptions Read(CommonArguments arguments, ConfigurationManager configuration)
    {
        _ = configuration.AddInMemoryCollection(arguments.Settings);
        if (arguments.Data is { } data)
            configuration["EmailVerify:Data"] = data;
        return OptionsReader.Read(configuration, arguments.Sandbox);
    }

    /// <summary>Starts the small internet of a configuration, or none.</summary>
    /// <exception cref="CommandRefusedException">A port is taken.</exception>
    public static async Task<SandboxInternet?> StartSandboxAsync(EmailVerifyOptions options, CancellationToken cancellationToken) =>
        options.Sandbox is { } settings ? await StartSandboxAsync(settings, control: null, cancellationToken) : null;

    /// <summary>Starts a small internet.</summary>
    /// <param name="settings">How it behaves.</param>
    /// <param name="control">Where its counters are served, or null.</param>
    /// <param name="cancellationToken">Ends the starting.</param>
    /// <exception cref="CommandRefusedException">A port is taken.</exception>
    public static async Task<SandboxInternet> StartSandboxAsync(SandboxSettings settings, Uri? control, CancellationToken cancellationToken)
    {
        var wish = new SandboxOptions { RoundTrip = settings.RoundTrip, Tls = settings.Tls, SmtpPort = settings.Port, Control = control };
        try
        {
            return await SandboxInternet.StartAsync(wish, TimeProvider.System, cancellationToken);
        }
        catch (SocketException refused)
        {
            throw new CommandRefusedException(ExitCodes.Failed, $"The sandbox cannot listen: {refused.Message}. Give other ports with EmailVerify:Sandbox:Port, or with --port and --control of the command sandbox.");
        }
    }
}
