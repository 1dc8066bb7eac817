using EmailVerify.Host.Cli;
using EmailVerify.Sandbox;

namespace EmailVerify.Host.Hosting;

/// <summary>The configuration of a command: files, environment, then its command line.</summary>
internal static class Settings
{
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
    public static async Task<SandboxInternet?> StartSandboxAsync(EmailVerifyOptions options, CancellationToken cancellationToken) =>
        options.Sandbox is { } settings
            ? await SandboxInternet.StartAsync(
                new SandboxOptions { RoundTrip = settings.RoundTrip, Tls = settings.Tls, SmtpPort = settings.Port }, TimeProvider.System, cancellationToken)
            : null;
}
