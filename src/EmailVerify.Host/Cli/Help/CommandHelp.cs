using System.Collections.Immutable;

namespace EmailVerify.Host.Cli.Help;

/// <summary>What the help of a command says beside its purpose and its options, which the command has itself.</summary>
internal sealed record CommandHelp
{
    /// <summary>Gets what the command reads.</summary>
    public required string Reads { get; init; }

    /// <summary>Gets what it writes, and where.</summary>
    public required string Writes { get; init; }

    /// <summary>Gets more about it, a sentence or three; null where the purpose says all.</summary>
    public string? More { get; init; }

    /// <summary>Gets how it is called, where that is more than the command itself tells.</summary>
    public ImmutableArray<string> Usages { get; init; } = [];

    /// <summary>Gets a value indicating whether the data folder, the sandbox and settings mean something to it.</summary>
    public bool HasSettings { get; init; } = true;

    /// <summary>Gets examples that work as they stand: what each is for, and the line.</summary>
    public required ImmutableArray<(string Purpose, string Line)> Examples { get; init; }

    /// <summary>Gets what its exit codes mean.</summary>
    public required ImmutableArray<(int Code, string Meaning)> Codes { get; init; }
}
