using System.Globalization;

namespace EmailVerify.Core.Replies;

/// <summary>An enhanced status code (RFC 3463, RFC 2034), such as <c>5.1.1</c>.</summary>
/// <param name="Class">2 success, 4 persistent transient failure, 5 permanent failure.</param>
/// <param name="Subject">0 to 999.</param>
/// <param name="Detail">0 to 999.</param>
public readonly record struct EnhancedCode(int Class, int Subject, int Detail)
{
    /// <summary>Reads a code from the beginning of a text.</summary>
    /// <param name="text">The text of a reply line behind its basic code.</param>
    /// <param name="code">The code that was found.</param>
    /// <param name="length">How many characters it took.</param>
    /// <returns><see langword="false"/> when the text does not begin with <c>class.subject.detail</c>.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out EnhancedCode code, out int length)
    {
        code = default;
        length = 0;
        if (text.Length < 5 || text[0] is not ('2' or '4' or '5') || text[1] != '.')
            return false;
        var at = 2;
        if (!TryNumber(text, ref at, out var subject) || at >= text.Length || text[at] != '.')
            return false;
        at++;
        if (!TryNumber(text, ref at, out var detail) || Continues(text[at..]))
            return false;
        code = new EnhancedCode(text[0] - '0', subject, detail);
        length = at;
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class}.{Subject}.{Detail}");

    // "5.1.1." ends a sentence; "5.1.1.7" is an IP address.
    private static bool Continues(ReadOnlySpan<char> rest) =>
        rest.Length > 0 && (char.IsAsciiLetterOrDigit(rest[0]) || (rest[0] == '.' && rest.Length > 1 && char.IsAsciiDigit(rest[1])));

    // RFC 3463 2: one to three digits.
    private static bool TryNumber(ReadOnlySpan<char> text, ref int at, out int number)
    {
        number = 0;
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]) && at - start < 3)
            number = (number * 10) + (text[at++] - '0');
        return at > start;
    }
}
