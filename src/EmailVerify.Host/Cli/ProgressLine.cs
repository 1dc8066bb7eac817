using System.Collections.Immutable;
using System.Globalization;
using EmailVerify.Core.Batches;

namespace EmailVerify.Host.Cli;

/// <summary>How far a batch is, as one line for a person. Pure.</summary>
internal static class ProgressLine
{
    private const int BarLength = 20;

    // The places of what a narrow terminal does without, in the order in which it goes: bar, pace, time left, rows.
    private static readonly ImmutableArray<int> Dispensable = [0, 3, 4, 2];

    /// <summary>Renders the line.</summary>
    /// <param name="standing">How it stands.</param>
    /// <param name="now">The time.</param>
    /// <param name="columns">How long it may be, with a bar where there is room; null is a line without one, as long as it gets.</param>
    public static string Of(BatchStanding standing, DateTimeOffset now, int? columns)
    {
        var counts = standing.Counts;
        var share = counts.Total == 0 ? 1 : (double)counts.Done / counts.Total;
        var filled = (int)(share * BarLength);
        string?[] parts =
        [
            columns is null ? null : $"[{new string('#', filled)}{new string('.', BarLength - filled)}] ",

            // Nearly done is not done: 100 % is what the last row makes.
            string.Create(CultureInfo.InvariantCulture, $"{(int)(share * 100)} %"),
            string.Create(CultureInfo.InvariantCulture, $"{counts.Done}/{counts.Total}"),
            standing.RowsPerSecond > 0 && !standing.HasEnded ? string.Create(CultureInfo.InvariantCulture, $"{standing.RowsPerSecond:0.#} rows/s") : null,
            standing.EndsAt is { } at && at > now && !standing.HasEnded ? Duration(at - now) + " left" : null,
            standing is { Status: BatchStatus.Paused, Pause: { } pause } ? $"paused: {Why(pause)}" : null,
            string.Create(
                CultureInfo.InvariantCulture,
                $"deliverable {counts.Deliverable}, undeliverable {counts.Undeliverable}, risky {counts.Risky}, unknown {counts.Unknown}{(counts.Retrying > 0 ? $"; retrying {counts.Retrying}" : string.Empty)}"),
        ];
        var line = Joined(parts);
        foreach (var place in Dispensable)
        {
            if (columns is null || line.Length <= columns)
                break;
            parts[place] = null;
            line = Joined(parts);
        }

        return line.Length > columns ? line[..columns.Value] : line;
    }

    private static string Joined(string?[] parts) => parts[0] + string.Join("  ", parts.Skip(1).OfType<string>());

    private static string Duration(TimeSpan left) => left.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)left.TotalHours}:{left.Minutes:00}:{left.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{left.Minutes}:{left.Seconds:00}");

    private static string Why(BatchPause pause) => (pause.By, pause.Reason) switch
    {
        (BatchPauser.System, "no_egress") => "every egress rests, for providers have blocked them;",
        (BatchPauser.System, "resolver_unavailable") => "no domain can be looked up;",
        (BatchPauser.System, "storage_full") => "there is no room on the disk;",
        (BatchPauser.System, "storage_unavailable") => "the store cannot be reached;",
        (BatchPauser.System, var reason) => (reason ?? "by the system") + ";",
        _ => "by a person;",
    };
}
