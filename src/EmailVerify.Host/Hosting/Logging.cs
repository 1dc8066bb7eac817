using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EmailVerify.Host.Hosting;

/// <summary>How the process logs.</summary>
internal static class Logging
{
    /// <summary>Logs JSON lines to standard output; frameworks speak from Warning on.</summary>
    public static ILoggingBuilder AddJsonLines(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.Services.TryAddSingleton(TimeProvider.System);
        logging.AddConsoleFormatter<JsonLogFormatter, Microsoft.Extensions.Logging.Console.ConsoleFormatterOptions>();
        logging.AddConsole(console => console.FormatterName = JsonLogFormatter.FormatterName);
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        // At Information it writes each request with its query, which may hold an address.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        logging.AddFilter("Orleans", LogLevel.Warning);
        logging.AddFilter("Microsoft.Orleans", LogLevel.Warning);

        // Two warnings at each start that the garbage collector of a server is not in use, which is on purpose.
        logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);

        // Its threads start late on a busy machine, and it takes the start for a stall.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);

        // A warning at each new key that it lies unencrypted: see SessionKeys.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);

        // Orleans' inner retries, with their stack traces.
        logging.AddFilter("Polly", LogLevel.Error);
        return logging;
    }

    /// <summary>Logs errors alone, as JSON lines to standard error: standard output belongs to the command.</summary>
    public static ILoggingBuilder AddErrorLines(this ILoggingBuilder logging)
    {
        logging.AddJsonLines().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        // A filter of a category outranks the least level of all.
        logging.Services.Configure<LoggerFilterOptions>(filters =>
        {
            filters.Rules.Clear();
            filters.MinLevel = LogLevel.Error;
        });
        return logging;
    }
}
