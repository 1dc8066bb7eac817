using EmailVerify.Sandbox.Personas;

namespace EmailVerify.Sandbox.Smtp;

/// <summary>Cuts a reply into the segments that its script wants.</summary>
internal static class ReplyPieces
{
    /// <summary>Gets the segments in order.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Of(ReadOnlyMemory<byte> octets, Pieces pieces)
    {
        while (octets.Length > 0)
        {
            var length = pieces switch
            {
                Pieces.Octets => 1,
                Pieces.Lines => octets.Span.IndexOf((byte)'\n') + 1 is > 0 and var line ? line : octets.Length,
                Pieces.Whole => octets.Length,
                _ => throw new ArgumentOutOfRangeException(nameof(pieces), pieces, "Not a way to cut."),
            };
            yield return octets[..length];
            octets = octets[length..];
        }
    }

    /// <summary>Gets where the last line begins.</summary>
    public static int LastLineAt(ReadOnlySpan<byte> text) => text.Length < 2 ? 0 : text[..^1].LastIndexOf((byte)'\n') + 1;
}
