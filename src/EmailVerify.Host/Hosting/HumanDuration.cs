using System.Globalization;
using System.Text;

namespace EmailVerify.Host.Hosting;

/// <summary>Durations as people write them: <c>250ms</c>, <c>6m</c>, <c>1h</c>, <c>14d</c>, and also parts behind each other: <c>1h30m</c>.</summary>
internal static class HumanDuration
{
    // Longer than any duration that is meant anywhere.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3660);

    /// <summary>Reads a duration; a number needs its unit, so that nobody has to guess one.</summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (string.IsNullOrWhiteSpace(text) || text.Length > 32)
            return false;
        for (var rest = text.AsSpan().Trim(); !rest.IsEmpty;)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is <= 0 or > 9)
                return false;
            var number = int.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            rest = rest[digits..];
            var letters = rest.IndexOfAnyInRange('0', '9');
            if (UnitOf(letters < 0 ? rest : rest[..letters]) is not { } unit)
                return false;
            if (number > Longest / unit || (duration += number * unit) > Longest)
                return false;
            rest = letters < 0 ? [] : rest[letters..];
        }

        return true;
    }

    /// <summary>Writes a duration as it is read, in whole milliseconds.</summary>
    public static string Write(TimeSpan duration)
    {
        var written = new StringBuilder();
        foreach (var (number, unit) in (ReadOnlySpan<(int, string)>)
            [(duration.Days, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s"), (duration.Milliseconds, "ms")])
        {
            if (number > 0)
                _ = written.Append(CultureInfo.InvariantCulture, $"{number}{unit}");
        }

        return written.Length == 0 ? "0s" : written.ToString();
    }

    private static TimeSpan? UnitOf(ReadOnlySpan<char> letters) => letters switch
    {
        "ms" => TimeSpan.FromMilliseconds(1),
        "s" => TimeSpan.FromSeconds(1),
        "m" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        "d" => TimeSpan.FromDays(1),
        _ => null,
    };
}
