using System.Globalization;
using EmailVerify.Core.Doctor;

namespace EmailVerify.Adapters.Doctor;

/// <summary>Whether the process may open as many sessions as are set: each needs a descriptor.</summary>
internal static class Descriptors
{
    private const string LimitsPath = "/proc/self/limits";
    private const string Label = "Max open files";

    // What the process needs besides: runtime and database, and some hundred callers of the API.
    private const int Others = 512;

    private const string Why = "Each session with a mail host needs a descriptor: a process that has none left cannot connect, and rows of large batches wait or become unknown/no_connect.";

    /// <summary>Reads the limit in force.</summary>
    /// <returns>Null where the system does not tell; <see cref="long.MaxValue"/> where there is none.</returns>
    public static long? Limit()
    {
        try
        {
            return File.Exists(LimitsPath) ? Read(File.ReadLines(LimitsPath)) : null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads the soft limit out of the lines of <c>/proc/self/limits</c>.</summary>
    public static long? Read(IEnumerable<string> lines) => lines.FirstOrDefault(line => line.StartsWith(Label, StringComparison.Ordinal)) is not { } line ? null
        : line[Label.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var soft, ..] ? null
        : soft is "unlimited" ? long.MaxValue
        : long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit
        : null;

    /// <summary>Judges a limit.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="maxSessions">How many sessions batches may have; an eighth more are for those who wait in person.</param>
    public static Check Judge(long? limit, int maxSessions)
    {
        var needed = maxSessions + (maxSessions / 8) + Others;
        if (limit is not { } most)
            return new Check(CheckIds.Descriptors, CheckState.Skipped, "How many files the process may open is not known: this system does not tell.", Why);
        var may = most == long.MaxValue ? "any number of files" : string.Create(CultureInfo.InvariantCulture, $"{most} files");
        var seen = string.Create(CultureInfo.InvariantCulture, $"The process may open {may}, and {needed} are needed for {maxSessions} sessions.");
        return most >= needed ? new Check(CheckIds.Descriptors, CheckState.Ok, seen, Why) : new Check(CheckIds.Descriptors, CheckState.Warning, seen, Why)
        {
            Cure = string.Create(CultureInfo.InvariantCulture, $"Raise the limit (ulimit -n {needed}, or LimitNOFILE={needed} in the unit of systemd), or lower EmailVerify:Lanes:MaxSessions."),
        };
    }
}
