using System.Globalization;

namespace EmailVerify.Host.Api.Requests;

/// <summary>Times as RFC 3339 5.6 writes them, and in no other way: neither the machine's date nor its zone fills a gap.</summary>
internal static class Rfc3339
{
    private const int SecondsLength = 19;
    private const int OffsetLength = 6;

    // The longest that is kept, to 100 ns; more digits are cut.
    private const int MaxFraction = 7;

    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz"];

    /// <summary>Reads a time such as <c>2026-11-24T10:15:40.5+01:00</c>; T and Z may be small.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length <= SecondsLength)
            return false;

        // :: Step 1: the fraction, of which the standard allows any number of digits.
        var rest = text.AsSpan(SecondsLength);
        var ticks = 0L;
        if (rest[0] == '.')
        {
            var end = rest[1..].IndexOfAnyExceptInRange('0', '9') + 1;
            if (end < 2)
                return false;
            var digits = rest[1..Math.Min(end, MaxFraction + 1)];
            ticks = long.Parse(digits, CultureInfo.InvariantCulture);
            for (var digit = digits.Length; digit < MaxFraction; digit++)
                ticks *= 10;
            rest = rest[end..];
        }

        // :: Step 2: the zone, always given.
        if (rest is not ("Z" or "z") && !(rest.Length == OffsetLength && rest[3] == ':'))
            return false;

        // :: Step 3: the rest.
        var whole = string.Concat(text.AsSpan(0, SecondsLength), rest).ToUpperInvariant();
        if (!DateTimeOffset.TryParseExact(whole, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time))
            return false;
        time = time.AddTicks(ticks);
        return true;
    }
}
