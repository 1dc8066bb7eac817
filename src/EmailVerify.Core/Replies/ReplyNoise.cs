using System.Buffers;

namespace EmailVerify.Core.Replies;

/// <summary>
/// Finds what a text carries beside words and names: its codes once more ("550-5.1.1" at the start of each line) and ids ("4F2XyzkQ1Tz9", "a1b2c3d4e5f6").
/// Left in, they would stand between a subject and its predicate. Linear in the text.
/// </summary>
internal static class ReplyNoise
{
    // Shorter ones are words with a number: "mx1", "ofr004", "s3150".
    private const int ShortestId = 8;

    // "S2017062302" and "OFR004_105" go from letters to digits once; an id changes between them.
    private const int LeastTurns = 3;

    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t\r\n\0<>()[]{}\"';,|=:");

    /// <summary>Marks the codes and ids of a text, where nothing else is marked.</summary>
    public static void Find(ReadOnlySpan<char> text, Span<ReplyMark> marks)
    {
        for (var start = 0; start < text.Length;)
        {
            var length = text[start..].IndexOfAny(Separators);
            var end = length < 0 ? text.Length : start + length;
            if (end > start && marks[start] is ReplyMark.None)
                MarkToken(text, start, end, marks);
            start = end + 1;
        }
    }

    private static void MarkToken(ReadOnlySpan<char> text, int start, int end, Span<ReplyMark> marks)
    {
        var isFirst = start == 0 || text[start - 1] == '\n';
        if (isFirst && BasicCode(text[start..end]) is > 0 and var basic)
        {
            ReplyMarks.Set(marks, start, start + basic, ReplyMark.Code);
            start += basic;
        }

        var token = text[start..end].TrimStart('#').TrimEnd('.');
        start = end - text[start..end].TrimStart('#').Length;
        if (EnhancedCode.TryParse(token, out _, out var length) && length == token.Length)
            ReplyMarks.Set(marks, start, start + length, ReplyMark.Code);
        else if (IsId(token))
            ReplyMarks.Set(marks, start, start + token.Length, ReplyMark.Noise);
    }

    // "550", "550-", "550-5.1.1": its length with the hyphen, or 0.
    private static int BasicCode(ReadOnlySpan<char> token) =>
        token is [>= '2' and <= '5', >= '0' and <= '9', >= '0' and <= '9', ..] && (token.Length == 3 || token[3] == '-') ? Math.Min(token.Length, 4) : 0;

    private static bool IsId(ReadOnlySpan<char> token)
    {
        if (token.Length < ShortestId)
            return false;
        var (turns, last) = (0, ' ');
        foreach (var c in token)
        {
            if (c is '-' or '_' or '.')
                continue;
            if (!char.IsAsciiLetterOrDigit(c))
                return false;
            if (last is not ' ' && char.IsAsciiDigit(c) != char.IsAsciiDigit(last))
                turns++;
            last = c;
        }

        return turns >= LeastTurns;
    }
}
