using System.Text;

namespace EmailVerify.Sandbox.Smtp;

/// <summary>Reads what stands after MAIL and RCPT (RFC 5321 4.1.1.2, 4.1.1.3).</summary>
internal static class SmtpPath
{
    /// <summary>Reads a path in angle brackets and what follows it.</summary>
    /// <param name="text">What follows the verb.</param>
    /// <param name="keyword"><c>FROM:</c> or <c>TO:</c>.</param>
    /// <param name="path">The mailbox without brackets; empty for the null path.</param>
    /// <param name="parameters">What stands after it.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, ReadOnlySpan<byte> keyword, out ReadOnlySpan<byte> path, out ReadOnlySpan<byte> parameters)
    {
        path = parameters = default;
        if (text.Length < keyword.Length || !Ascii.EqualsIgnoreCase(text[..keyword.Length], keyword))
            return false;
        text = text[keyword.Length..].TrimStart((byte)' ');
        if (text.IsEmpty || text[0] != (byte)'<')
            return false;

        var isQuoted = false;
        for (var at = 1; at < text.Length; at++)
        {
            switch (text[at])
            {
                case (byte)'"':
                    isQuoted = !isQuoted;
                    break;
                case (byte)'\\' when isQuoted:
                    at++;
                    break;
                case (byte)'>' when !isQuoted:
                    path = text[1..at];
                    parameters = text[(at + 1)..];
                    return true;
                default:
                    break;
            }
        }

        return false;
    }
}
