using static EmailVerify.Core.Replies.PauseText;

namespace EmailVerify.Core.Replies;

/// <summary>
/// Finds the pause that a reply asks for: "try again in 5 minutes", "wait 300 s", "retry after 00:04:58", "nach einer halben Stunde", "через 10 минут".
/// What is past or only counted by ("20 messages in 60 seconds", "in the last 24 hours", "1 hour ago") is none. Allocates nothing; looks at each character a bounded number of times.
/// </summary>
internal static class RetryPause
{
    /// <summary>A longer pause is no pause but an accident of words: a day.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>So many words before a time are looked at: "too many messages from you in 60 seconds".</summary>
    private const int WordsBefore = 7;

    private const string Dashes = " -";
    private const string Commas = " ,.";

    /// <summary>Finds the first pause of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="marks">The names in it, in which no time is looked for (<c>24h@example.com</c>); empty where none are known.</param>
    public static TimeSpan? Find(ReadOnlySpan<char> text, ReadOnlySpan<ReplyMark> marks = default)
    {
        for (var at = 0; at < text.Length;)
        {
            if (!marks.IsEmpty && marks[at] is not ReplyMark.None)
                at++;
            else if (char.IsAsciiDigit(text[at]))
            {
                if (!IsInsideOfSomething(text, at) && AfterNumber(text, at) is { } pause)
                    return pause;
                while (at < text.Length && char.IsAsciiDigit(text[at]))
                    at++;
            }
            else if (char.IsLetter(text[at]))
            {
                var end = EndOfWord(text, at);
                if (PauseWords.Find(text[at..end], out _) is (PauseWord.Ahead or PauseWord.AheadOfUnit) and var kind && InWords(text, end, kind) is { } pause)
                    return pause;
                at = end;
            }
            else
            {
                at++;
            }
        }

        return null;
    }

    // "300 s", "5-10 minutes", "1 hour 30 minutes", and after a word that announces it "5m" or "04:58".
    private static TimeSpan? AfterNumber(ReadOnlySpan<char> text, int at)
    {
        var rest = text[at..];
        if (!TryNumber(ref rest, out var number))
            return null;
        if (rest is [':', ..])
            return IsAnnounced(text[..at]) ? Bounded(Clock((int)number, rest)) : null;
        if (rest is ['m', ..] && EndOfWord(rest, 0) == 1)
            return IsAnnounced(text[..at]) ? Bounded(number * 60) : null;
        return TryTime(ref rest, ref number) && !IsCounted(text[..at]) && !IsEndedByNoPause(rest) ? Bounded(number) : null;
    }

    // "in half an hour", "in fünf Minuten", "через час".
    private static TimeSpan? InWords(ReadOnlySpan<char> text, int end, PauseWord ahead)
    {
        var rest = text[end..];
        double? number = null;
        while (true)
        {
            var word = TakeWord(ref rest);
            var kind = PauseWords.Find(word, out var value);
            switch (kind)
            {
                case PauseWord.Number when number is null:
                    number = value;
                    break;

                // "half an", "eine halbe"; "twenty five".
                case PauseWord.Number when number <= 1 || value <= 1:
                    number *= value;
                    break;
                case PauseWord.Number when number >= 20 && value < 10:
                    number += value;
                    break;
                case PauseWord.Time when number is null:
                    return Bounded(value);
                case PauseWord.Unit when number is not null || ahead is PauseWord.AheadOfUnit:
                    return IsCounted(text[..end]) || IsEndedByNoPause(rest) ? null : Bounded((number ?? 1) * value);

                // "dentro de una hora".
                case PauseWord.None when number is null && word is "de" or "di" or "da":
                    break;
                default:
                    return null;
            }
        }
    }

    /// <summary>Reads the unit behind a number, the rest of a range, and smaller times behind it.</summary>
    /// <param name="rest">What follows; afterwards what follows the time.</param>
    /// <param name="number">The number; afterwards seconds.</param>
    private static bool TryTime(ref ReadOnlySpan<char> rest, ref double number)
    {
        var behind = rest.TrimStart(' ');
        if (behind is ['-' or '–', ..] || PauseWords.Find(PeekWord(behind), out _) is PauseWord.To)
        {
            var upper = behind is ['-' or '–', ..] ? behind[1..] : behind[PeekWord(behind).Length..];
            upper = upper.TrimStart(' ');
            if (TryNumber(ref upper, out var most) && most >= number)
            {
                number = most;
                behind = upper;
            }
        }

        behind = behind.TrimStart(Dashes);
        var word = PeekWord(behind);
        if (PauseWords.Find(word, out var seconds) is not PauseWord.Unit || (word.Length == 1 && behind[1..] is [>= '0' and <= '9', ..] && behind[0] is not 'h'))
            return false;
        number *= seconds;
        rest = behind[word.Length..];

        // "1 hour and 30 minutes": each further unit is smaller.
        while (true)
        {
            behind = rest.TrimStart(Commas);
            if (PauseWords.Find(PeekWord(behind), out _) is PauseWord.And)
                behind = behind[PeekWord(behind).Length..].TrimStart(' ');
            if (!TryNumber(ref behind, out var more))
                return true;
            behind = behind.TrimStart(Dashes);
            word = PeekWord(behind);
            if (PauseWords.Find(word, out var smaller) is not PauseWord.Unit || smaller >= seconds)
                return true;
            number += more * smaller;
            seconds = smaller;
            rest = behind[word.Length..];
        }
    }

    // Is what stands before a time such that the time is past, or what is counted by? "20 messages in 60 seconds", "too many errors within 5 minutes", "last 24 hours".
    private static bool IsCounted(ReadOnlySpan<char> before)
    {
        var seenCounted = false;
        var isWithin = false;
        for (var nth = 0; nth < WordsBefore; nth++)
        {
            before = before[..(before.LastIndexOfAnyExcept(' ', '(') + 1)];
            if (before.IsEmpty || IsEndOfClause(before[^1]))
                return false;
            var start = before.Length;
            while (start > 0 && char.IsLetterOrDigit(before[start - 1]))
                start--;
            if (start == before.Length)
            {
                before = before[..^1];
                nth--;
                continue;
            }

            var word = before[start..];
            var isNumber = char.IsAsciiDigit(word[0]);
            var kind = isNumber ? PauseWord.Number : PauseWords.Find(word, out _);
            if (nth == 0 && kind is PauseWord.NoPauseAhead)
                return true;

            // "idle for 5 minutes", "timed out after 60 s", "il y a 5 minutes"; "5 in 60 seconds".
            if (nth == 1 && (kind is PauseWord.NoPauseAhead || (isWithin && isNumber) || word is "out" or "y"))
                return true;
            if (kind is PauseWord.Again)
                return false;
            isWithin = nth == 0 && word is "in" or "within" or "en" or "em" or "dans" or "binnen";
            if (seenCounted && (isNumber || kind is PauseWord.Many))
                return true;
            seenCounted |= kind is PauseWord.Counted && nth > 0;
            before = before[..start];
        }

        return false;
    }

    private static bool IsEndedByNoPause(ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart(Dashes);
        return PauseWords.Find(PeekWord(rest), out _) is PauseWord.NoPauseBefore;
    }

    // "in 04:59" is a pause, "since 10:11:12" is a time of day.
    private static bool IsAnnounced(ReadOnlySpan<char> before)
    {
        before = before.TrimEnd(' ');
        var start = before.Length;
        while (start > 0 && char.IsLetter(before[start - 1]))
            start--;
        return PauseWords.Find(before[start..], out _) is PauseWord.Ahead or PauseWord.AheadOfUnit && !IsCounted(before);
    }

    private static TimeSpan? Bounded(double? seconds) => seconds is > 0 and <= 86_400 ? TimeSpan.FromSeconds(seconds.Value) : null;

    private static bool IsEndOfClause(char one) => one is '.' or ';' or '!' or '?' or ',' or '\n' or ':';

    // A part of an id, a version, an address, a date or a fraction.
    private static bool IsInsideOfSomething(ReadOnlySpan<char> text, int at) =>
        at > 0 && (char.IsLetterOrDigit(text[at - 1]) || text[at - 1] is '.' or ':' or '-' or '/' or '#' or '=' or '_' or '@' or '+');
}
