using System.Collections.Immutable;

namespace EmailVerify.Host.Cli;

/// <summary>What the commands end with. Any other code is a defect of ours.</summary>
internal static class ExitCodes
{
    /// <summary>It is done.</summary>
    public const int Done = 0;

    /// <summary>It is not done, or not wholly, though what was asked can be asked: the same again may succeed.</summary>
    public const int Failed = 1;

    /// <summary>What was given is not taken: the command line, a setting or the file. The same again fails again.</summary>
    public const int Refused = 2;

    /// <summary>Another process works in the data folder.</summary>
    public const int FolderInUse = 3;

    /// <summary>The doctor found what makes some answers worse than they could be.</summary>
    public const int Degraded = 4;

    /// <summary>The doctor found what makes nearly every answer <c>unknown</c>.</summary>
    public const int Unable = 5;

    /// <summary>Gets each code and what it means, as the help of the executable says it.</summary>
    public static ImmutableArray<(int Code, string Meaning)> All { get; } =
    [
        (Done, "Done."),
        (Failed, "Not done, or not wholly: stopped, not reachable, or one of the answers is missing."),
        (Refused, "Not taken: the command line, a setting or the file is wrong. The message says what."),
        (FolderInUse, "The data folder is in use by another process."),
        (Degraded, "The doctor found what makes some answers worse than they could be."),
        (Unable, "The doctor found what makes nearly every answer unknown."),
    ];
}
