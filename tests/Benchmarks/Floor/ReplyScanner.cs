namespace EmailVerify.Benchmarks.Floor;

/// <summary>The least that must be read of a reply: where it ends, and its first digit.</summary>
internal static class ReplyScanner
{
    /// <summary>Finds the end of the first reply (RFC 5321 4.2): the line whose code is not followed by a hyphen.</summary>
    /// <returns>How many octets it has; 0 when it is not whole.</returns>
    public static int LengthOf(ReadOnlySpan<byte> octets)
    {
        for (var line = 0; octets[line..].IndexOf((byte)'\n') is >= 0 and var end; line += end + 1)
        {
            if (end <= 3 || octets[line + 3] != (byte)'-')
                return line + end + 1;
        }

        return 0;
    }
}
