using System.Globalization;

namespace EmailVerify.Core.Replies;

/// <summary>Finds the pause that a reply asks for: "try again in 5 minutes", "wait 300 s", "retry after 00:04:58".</summary>
internal static class RetryPause
{
    /// <summary>A longer pause is no pause but an accident of words: a day.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private const int MaxDigits = 6;

    // English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Russian. "m" alone is a month as well: left out.
    private static readonly (string Stem, bool Whole, int Seconds)[] Units =
    [
        ("sec", false, 1), ("sek", false, 1), ("seg", false, 1), ("сек", false, 1), ("s", true, 1),
        ("min", false, 60), ("мин", false, 60),
        ("hour", false, 3600), ("stund", false, 3600), ("heure", false, 3600), ("hora", false, 3600), ("ore", true, 3600), ("ora", true, 3600), ("uur", false, 3600), ("godz", false, 3600), ("час", false, 3600), ("hrs", true, 3600), ("hr", true, 3600), ("h", true, 3600),
    ];

    /// <summary>Finds the first pause of a text.</summary>
    public static TimeSpan? Find(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiDigit(text[i]) || (i > 0 && (char.IsLetterOrDigit(text[i - 1]) || text[i - 1] is '.' or ':' or '-' or '/' or '#' or '=')))
                continue;
            if (ReadAt(text[i..], IsPauseAhead(text[..i])) is { } pause && pause > TimeSpan.Zero && pause <= Longest)
                return pause;
        }

        return null;
    }

    private static TimeSpan? ReadAt(ReadOnlySpan<char> text, bool mayBeClock)
    {
        if (!TryNumber(ref text, out var number))
            return null;
        if (text is [':', ..])
            return mayBeClock ? Clock(number, text) : null;
        text = text.TrimStart(" -");
        foreach (var (stem, whole, seconds) in Units)
        {
            if (text.StartsWith(stem, StringComparison.OrdinalIgnoreCase) && (!whole || text.Length == stem.Length || !char.IsLetterOrDigit(text[stem.Length])))
                return TimeSpan.FromSeconds((long)number * seconds);
        }

        return null;
    }

    // "in 04:59" is a pause, "since 10:11:12" is a time of day.
    private static bool IsPauseAhead(ReadOnlySpan<char> before)
    {
        before = before.TrimEnd(' ');
        var word = before[(before.LastIndexOf(' ') + 1)..];
        foreach (var ahead in (ReadOnlySpan<string>)["in", "for", "after", "wait", "within", "least"])
        {
            if (word.Equals(ahead, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    // mm:ss or hh:mm:ss.
    private static TimeSpan? Clock(int first, ReadOnlySpan<char> text)
    {
        text = text[1..];
        if (!TryNumber(ref text, out var second) || second > 59)
            return null;
        if (text is not [':', ..])
            return IsEnd(text) ? TimeSpan.FromSeconds((first * 60L) + second) : null;
        text = text[1..];
        return TryNumber(ref text, out var third) && third <= 59 && IsEnd(text) ? TimeSpan.FromSeconds((first * 3600L) + (second * 60L) + third) : null;
    }

    private static bool IsEnd(ReadOnlySpan<char> text) => text.IsEmpty || !(char.IsLetterOrDigit(text[0]) || text[0] is ':' or '-' or '/');

    private static bool TryNumber(ref ReadOnlySpan<char> text, out int number)
    {
        var length = text.IndexOfAnyExceptInRange('0', '9');
        length = length < 0 ? text.Length : length;
        number = 0;
        if (length is 0 or > MaxDigits)
            return false;
        number = int.Parse(text[..length], NumberStyles.None, CultureInfo.InvariantCulture);
        text = text[length..];
        return true;
    }
}
