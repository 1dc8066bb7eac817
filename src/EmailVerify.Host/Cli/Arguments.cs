using System.Collections.Immutable;

namespace EmailVerify.Host.Cli;

/// <summary>What every command knows.</summary>
/// <param name="Data">The data folder, or null when not given.</param>
/// <param name="Sandbox">Whether the small internet is started beside it.</param>
/// <param name="Settings">Settings given as <c>--EmailVerify:Key=Value</c>.</param>
internal sealed record CommonArguments(string? Data, bool Sandbox, ImmutableArray<KeyValuePair<string, string?>> Settings);

/// <summary>The arguments of <c>serve</c>.</summary>
/// <param name="Common">What every command knows.</param>
/// <param name="Urls">Where to listen, separated by semicolons, or null for the configured place.</param>
internal sealed record ServeArguments(CommonArguments Common, string? Urls);

/// <summary>The arguments of <c>verify</c>.</summary>
/// <param name="Common">What every command knows.</param>
/// <param name="Addresses">The addresses.</param>
/// <param name="Format">How to write.</param>
internal sealed record VerifyArguments(CommonArguments Common, ImmutableArray<string> Addresses, VerifyFormat Format);

/// <summary>The arguments of <c>sandbox</c>.</summary>
/// <param name="Common">What every command knows.</param>
/// <param name="Port">The port of its hosts; 0 takes free ones.</param>
/// <param name="Control">Where its counters are served, or null.</param>
internal sealed record SandboxArguments(CommonArguments Common, int Port, Uri? Control);

/// <summary>How <c>verify</c> writes.</summary>
internal enum VerifyFormat
{
    /// <summary>Columns for a person.</summary>
    Table,

    /// <summary>RFC 4180.</summary>
    Csv,

    /// <summary>One JSON object a line, as the API shows it.</summary>
    Ndjson,
}
