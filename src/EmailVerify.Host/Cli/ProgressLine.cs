using System.Globalization;
using System.Text;
using EmailVerify.Core.Batches;

namespace EmailVerify.Host.Cli;

/// <summary>How far a batch is, as one line for a person. Pure.</summary>
internal static class ProgressLine
{
    private const int BarLength = 20;

    /// <summary>Renders the line.</summary>
    /// <param name="standing">How it stands.</param>
    /// <param name="now">The time.</param>
    /// <param name="hasBar">Whether it begins with a bar.</param>
    public static string Of(BatchStanding standing, DateTimeOffset now, bool hasBar)
    {
        var counts = standing.Counts;
        var line = new StringBuilder();
        var share = counts.Total == 0 ? 1 : (double)counts.Done / counts.Total;
        if (hasBar)
        {
            var filled = (int)(share * BarLength);
            _ = line.Append('[').Append('#', filled).Append('.', BarLength - filled).Append("] ");
        }

        // Nearly done is not done: 100 % is what the last row makes.
        _ = line.Append(CultureInfo.InvariantCulture, $"{(int)(share * 100)} %  {counts.Done}/{counts.Total}");
        if (standing.RowsPerSecond > 0 && !standing.HasEnded)
            _ = line.Append(CultureInfo.InvariantCulture, $"  {standing.RowsPerSecond:0.#} rows/s");
        if (standing.EndsAt is { } at && at > now && !standing.HasEnded)
            _ = line.Append("  ").Append(Duration(at - now)).Append(" left");
        if (standing is { Status: BatchStatus.Paused, Pause: { } pause })
            _ = line.Append("  paused: ").Append(Why(pause));
        _ = line.Append(CultureInfo.InvariantCulture, $"  deliverable {counts.Deliverable}, undeliverable {counts.Undeliverable}, risky {counts.Risky}, unknown {counts.Unknown}");
        if (counts.Retrying > 0)
            _ = line.Append(CultureInfo.InvariantCulture, $"; retrying {counts.Retrying}");
        return line.ToString();
    }

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
