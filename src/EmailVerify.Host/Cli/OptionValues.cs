using System.Collections.Immutable;
using System.CommandLine.Parsing;
using System.Globalization;
using EmailVerify.Core;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.Requests;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Cli;

/// <summary>Reads what stands behind the options of the command line; what cannot be read is a sentence.</summary>
internal static class OptionValues
{
    /// <summary>Reads how to write.</summary>
    public static TFormat? FormatOf<TFormat>(ArgumentResult argument)
        where TFormat : struct, Enum
    {
        var text = TextOf(argument);
        if (Words.TryParse<TFormat>(Words.All<TFormat>().FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)), out var format))
            return format;
        argument.AddError($"--format \"{Terminal.Inert(text)}\" is none of {string.Join(", ", Words.All<TFormat>())}.");
        return null;
    }

    /// <summary>Reads a port; 0 is any that is free.</summary>
    public static int PortOf(ArgumentResult argument)
    {
        if (ushort.TryParse(TextOf(argument), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return port;
        argument.AddError("--port must be from 0 to 65535.");
        return 0;
    }

    /// <summary>Reads where the sandbox serves its counters: plain HTTP on this machine, for they are for tests.</summary>
    public static Uri? ControlOf(ArgumentResult argument)
    {
        var text = TextOf(argument);
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http", IsLoopback: true })
            return url;
        argument.AddError($"--control \"{text}\" is no http address on this machine, such as http://127.0.0.1:5081.");
        return null;
    }

    /// <summary>Reads where a service is.</summary>
    public static Uri? ServerOf(ArgumentResult argument)
    {
        var text = TextOf(argument);
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", Query: "", Fragment: "" })
            return url;
        argument.AddError($"--server \"{text}\" is no address of a service, such as http://127.0.0.1:5080.");
        return null;
    }

    /// <summary>Reads a day, from its midnight in UTC, or a time.</summary>
    public static DateTimeOffset? SinceOf(ArgumentResult argument)
    {
        var text = TextOf(argument);
        if (Rfc3339.TryParse(text, out var time) || Rfc3339.TryParse(text + "T00:00:00Z", out time))
            return time;
        argument.AddError($"\"{text}\" is no day, such as 2026-11-01, and no time as in RFC 3339.");
        return null;
    }

    /// <summary>Reads what a key may do.</summary>
    public static ImmutableArray<string> ScopesOf(ArgumentResult argument)
    {
        var scopes = argument.Tokens
            .SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Distinct(StringComparer.Ordinal)
            .ToImmutableArray();
        if (scopes.IsEmpty)
            argument.AddError($"--scopes needs at least one of {string.Join(", ", Scopes.All)}.");
        foreach (var scope in scopes.Except(Scopes.All, StringComparer.Ordinal))
            argument.AddError($"\"{scope}\" is no scope; there are {string.Join(", ", Scopes.All)}.");
        return scopes;
    }

    /// <summary>Reads how long a key is valid.</summary>
    public static TimeSpan? LifetimeOf(ArgumentResult argument)
    {
        var text = TextOf(argument);
        if (HumanDuration.TryParse(text, out var lifetime) && lifetime > TimeSpan.Zero)
            return lifetime;
        argument.AddError($"\"{text}\" is no duration, such as 12h or 30d.");
        return null;
    }

    private static string TextOf(ArgumentResult argument) => argument.Tokens is [var token] ? token.Value : string.Empty;
}
