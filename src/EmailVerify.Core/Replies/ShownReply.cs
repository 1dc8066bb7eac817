using System.Text;

namespace EmailVerify.Core.Replies;

/// <summary>A reply as others write it down: in logs, bounces and questions to us.</summary>
public static class ShownReply
{
    /// <summary>How many characters of a text are taken: 64 Ki, the bound of the dialogue. What is behind that is not read.</summary>
    public const int MaxText = 64 * 1024;

    /// <summary>Says whether a code is one that a reply may have here: 200 to 599.</summary>
    public static bool IsCode(int code) => code is >= 200 and <= 599;

    /// <summary>Makes what the rules read.</summary>
    /// <param name="stage">Where in the dialogue it came.</param>
    /// <param name="code">The basic code.</param>
    /// <param name="enhanced">The enhanced code as it was written, or null; one that is none is left out.</param>
    /// <param name="text">The text, with or without the codes before each line.</param>
    /// <param name="exchanger">The host that answered, in any spelling, or null.</param>
    public static ReplyContext Of(SmtpStage stage, int code, string? enhanced, string text, string? exchanger)
    {
        var reply = Parse(code, text.Length > MaxText ? text[..MaxText] : text);
        if (enhanced is not null && EnhancedCode.TryParse(enhanced.AsSpan().Trim().TrimStart('#'), out var given, out _))
            reply = reply with { Enhanced = given };
        var host = exchanger?.Trim().TrimEnd('.').ToLowerInvariant();
        return new ReplyContext(stage, reply, string.IsNullOrEmpty(host) ? null : host);
    }

    // Lines may begin with "550-", "550 " and an enhanced code.
    private static SmtpReply Parse(int code, string text)
    {
        EnhancedCode? enhanced = null;
        var joined = new StringBuilder(text.Length);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var rest = WithoutCode(line.TrimStart(' '));
            if (EnhancedCode.TryParse(rest.TrimStart('#'), out var found, out var length))
            {
                enhanced ??= found;
                rest = rest.TrimStart('#')[length..].TrimStart(" :-");
            }

            if (joined.Length > 0)
                joined.Append('\n');
            joined.Append(rest);
        }

        return new SmtpReply(code, enhanced, joined.ToString());
    }

    private static ReadOnlySpan<char> WithoutCode(ReadOnlySpan<char> line) =>
        line.Length >= 3 && line[0] is >= '2' and <= '5' && char.IsAsciiDigit(line[1]) && char.IsAsciiDigit(line[2]) && (line.Length == 3 || line[3] is ' ' or '-')
            ? line[3..].TrimStart(" -")
            : line;
}
