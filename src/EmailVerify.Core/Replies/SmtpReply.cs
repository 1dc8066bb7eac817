using System.Text;

namespace EmailVerify.Core.Replies;

/// <summary>One whole SMTP reply (RFC 5321 4.2), however many lines it had.</summary>
/// <param name="Code">The basic code, 200 to 599.</param>
/// <param name="Enhanced">The first enhanced status code that a line began with, or null.</param>
/// <param name="Text">The lines without their codes, joined by a line feed. Hostile input: at most 64 KiB, control characters included.</param>
public sealed record SmtpReply(int Code, EnhancedCode? Enhanced, string Text)
{
    /// <summary>Gets a value indicating whether the code says success (2yz).</summary>
    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>Gets a value indicating whether the code says "not now" (4yz).</summary>
    public bool IsTransient => Code is >= 400 and < 500;

    /// <summary>Gets a value indicating whether the code says "no" (5yz).</summary>
    public bool IsPermanent => Code is >= 500 and < 600;

    /// <summary>Makes a reply of its code and its lines, taking the enhanced code off each line that begins with one.</summary>
    public static SmtpReply Of(int code, params ReadOnlySpan<string> lines)
    {
        EnhancedCode? enhanced = null;
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            var rest = line.AsSpan();
            if (EnhancedCode.TryParse(rest, out var found, out var length))
            {
                enhanced ??= found;
                rest = rest[length..].TrimStart(' ');
            }

            if (text.Length > 0)
                text.Append('\n');
            text.Append(rest);
        }

        return new SmtpReply(code, enhanced, text.ToString());
    }
}
