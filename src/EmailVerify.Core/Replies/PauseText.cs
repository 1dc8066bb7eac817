using System.Globalization;

namespace EmailVerify.Core.Replies;

/// <summary>Reads the words, numbers and clocks that a pause is made of.</summary>
internal static class PauseText
{
    private const int MaxDigits = 6;
    private const string Joins = " -'’";

    /// <summary>Finds where the letters end that begin at a place.</summary>
    public static int EndOfWord(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && char.IsLetter(text[at]))
            at++;
        return at;
    }

    /// <summary>Gets the word that a text begins with; empty where it begins with another thing.</summary>
    public static ReadOnlySpan<char> PeekWord(ReadOnlySpan<char> text) => text[..EndOfWord(text[..Math.Min(text.Length, PauseWords.Longest + 1)], 0)];

    /// <summary>Takes the next word of the same clause; empty where another thing comes first.</summary>
    public static ReadOnlySpan<char> TakeWord(ref ReadOnlySpan<char> text)
    {
        text = text.TrimStart(Joins);
        var word = PeekWord(text);
        text = text[word.Length..];
        return word;
    }

    /// <summary>Takes a number: "90", "1.5", "1,5".</summary>
    public static bool TryNumber(ref ReadOnlySpan<char> text, out double number)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiDigit(text[length]) && length <= MaxDigits)
            length++;
        number = 0;
        if (length is 0 or > MaxDigits)
            return false;
        number = int.Parse(text[..length], NumberStyles.None, CultureInfo.InvariantCulture);
        text = text[length..];
        if (text is ['.' or ',', >= '0' and <= '9', ' ', ..])
        {
            number += (text[1] - '0') / 10.0;
            text = text[2..];
        }

        return true;
    }

    /// <summary>Reads what follows the first number of a clock: mm:ss or hh:mm:ss.</summary>
    /// <returns>Seconds, or null where it is no clock, or a time of day.</returns>
    public static double? Clock(int first, ReadOnlySpan<char> text)
    {
        text = text[1..];
        if (!TryNumber(ref text, out var second) || second > 59)
            return null;
        if (text is not [':', ..])
            return IsEndOfClock(text) ? (first * 60.0) + second : null;
        text = text[1..];
        return TryNumber(ref text, out var third) && third <= 59 && IsEndOfClock(text) ? (first * 3600.0) + (second * 60.0) + third : null;
    }

    // "10:00 UTC" and "10:00 Uhr" are times of day.
    private static bool IsEndOfClock(ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty && (char.IsLetterOrDigit(text[0]) || text[0] is ':' or '-' or '/' or '+'))
            return false;
        text = text.TrimStart(' ');
        if (text is ['+' or '-', ..])
            return false;
        foreach (var name in (ReadOnlySpan<string>)["UTC", "GMT", "AM", "PM", "Uhr", "CET", "EST", "PST", "MSK"])
        {
            if (PeekWord(text).Equals(name, StringComparison.OrdinalIgnoreCase))
                return false;
        }

        return true;
    }
}
