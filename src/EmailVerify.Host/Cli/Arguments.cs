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
/// <param name="Addresses">The addresses; none where there is a file.</param>
/// <param name="Format">How to write, or null for what suits: a table of addresses, CSV of a file.</param>
internal sealed record VerifyArguments(CommonArguments Common, ImmutableArray<string> Addresses, VerifyFormat? Format)
{
    /// <summary>Gets the file of addresses, <c>-</c> for standard input, or null.</summary>
    public string? File { get; init; }

    /// <summary>Gets the column of the file that holds the addresses: its name or its number, or null.</summary>
    public string? Column { get; init; }

    /// <summary>Gets the file that is written, or null for standard output.</summary>
    public string? Output { get; init; }

    /// <summary>Gets the running service that is asked instead of this process, or null.</summary>
    public Uri? Server { get; init; }

    /// <summary>Gets the key for it, or null when the environment has it.</summary>
    public string? Key { get; init; }

    /// <summary>Gets how to write.</summary>
    public VerifyFormat Form => Format ?? (File is null ? VerifyFormat.Table : VerifyFormat.Csv);
}

/// <summary>The arguments of <c>sandbox</c>.</summary>
/// <param name="Common">What every command knows.</param>
/// <param name="Port">The port of its hosts; 0 takes free ones.</param>
/// <param name="Control">Where its counters are served, or null.</param>
internal sealed record SandboxArguments(CommonArguments Common, int Port, Uri? Control);

/// <summary>The arguments of <c>rejudge</c>.</summary>
/// <param name="Common">What every command knows.</param>
/// <param name="Apply">Whether what would change is changed.</param>
/// <param name="Format">How to write: kinds of changes as a table or CSV, or each row.</param>
/// <param name="Since">Only verdicts that were found at or after; null is all.</param>
/// <param name="ShowsAddresses">Whether rows show addresses.</param>
internal sealed record RejudgeArguments(CommonArguments Common, bool Apply, VerifyFormat Format, DateTimeOffset? Since, bool ShowsAddresses);

/// <summary>The arguments of <c>doctor</c>.</summary>
/// <param name="Common">What every command knows.</param>
/// <param name="IsJson">Whether the report is written as the API shows it.</param>
/// <param name="Server">The running service that looks instead of this process, or null.</param>
/// <param name="Key">The key for it, or null when the environment has it.</param>
internal sealed record DoctorArguments(CommonArguments Common, bool IsJson, Uri? Server, string? Key);

/// <summary>How <c>doctor</c> writes.</summary>
internal enum DoctorFormat
{
    /// <summary>Lines for a person.</summary>
    Table,

    /// <summary>One JSON object, as the API shows it.</summary>
    Json,
}

/// <summary>How <c>verify</c> and <c>rejudge</c> write.</summary>
internal enum VerifyFormat
{
    /// <summary>Columns for a person.</summary>
    Table,

    /// <summary>RFC 4180.</summary>
    Csv,

    /// <summary>One JSON object a line, as the API shows it.</summary>
    Ndjson,
}
