using System.Buffers;
using System.Text;
using System.Text.Unicode;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Probes;

/// <summary>What became of some octets: a reply, a violation, or neither, and then more octets are needed.</summary>
/// <param name="Consumed">How many octets were taken; what is behind them belongs to the next reply.</param>
/// <param name="Reply">The whole reply, or null.</param>
/// <param name="Violation">Why there can be no reply any more.</param>
public readonly record struct ReplyRead(int Consumed, SmtpReply? Reply, ReplyViolation Violation);

/// <summary>
/// Reads SMTP replies (RFC 5321 4.2) from octets that come in any pieces. Strict about what tells replies apart, the codes; lenient about
/// the rest: a bare line feed ends a line, the text may be missing, control characters are text, and a line that is not UTF-8 is read as Latin-1.
/// </summary>
/// <remarks>A reply that lies in one piece is read where it lies; only an unfinished one is kept, within the bounds.</remarks>
public sealed class ReplyParser
{
    /// <summary>The longest line, its end included. RFC 5321 4.5.3.1.5 allows 512; real servers exceed it.</summary>
    public const int MaxLineOctets = 2_000;

    /// <summary>The most lines of one reply. Long banners have some dozens.</summary>
    public const int MaxLines = 100;

    /// <summary>The largest reply, line ends included.</summary>
    public const int MaxReplyOctets = 64 * 1024;

    // What one odd reply made grow is given back after it: a session lives long and most replies are short.
    private const int UsualOctets = 512;

    private byte[] kept = [];
    private int keptLength;
    private char[] text = [];
    private int scanned;
    private int lineStart;
    private int lines;
    private int code;
    private bool complete;
    private ReplyViolation violation;

    /// <summary>Gets a value indicating whether the beginning of a reply is kept.</summary>
    public bool IsInReply => keptLength > 0;

    /// <summary>Takes octets as they came.</summary>
    /// <param name="octets">The next octets, at least one. A violation is final: whatever follows has it too.</param>
    public ReplyRead Read(ReadOnlySpan<byte> octets)
    {
        if (violation is not ReplyViolation.None)
            return new ReplyRead(octets.Length, null, violation);
        var before = keptLength;
        var reply = before == 0 ? octets : Keep(octets);
        Scan(reply);
        if (violation is not ReplyViolation.None)
        {
            Forget();
            return new ReplyRead(octets.Length, null, violation);
        }

        if (!complete)
        {
            if (before == 0)
                Keep(octets);
            return new ReplyRead(octets.Length, null, ReplyViolation.None);
        }

        var read = new ReplyRead(scanned - before, Decode(reply[..scanned]), ReplyViolation.None);
        Forget();
        return read;
    }

    private void Scan(ReadOnlySpan<byte> reply)
    {
        while (true)
        {
            var found = reply[scanned..].IndexOf((byte)'\n');
            if (found < 0)
            {
                scanned = reply.Length;
                var unfinished = reply[lineStart..];
                violation = Judge(unfinished, isWhole: false, length: unfinished.Length + 1);
                return;
            }

            scanned += found + 1;
            var line = WithoutEnd(reply[lineStart..scanned]);
            violation = Judge(line, isWhole: true, length: scanned - lineStart);
            if (violation is not ReplyViolation.None)
                return;
            lines++;
            lineStart = scanned;
            if (line.Length < 4 || line[3] == ' ')
            {
                complete = true;
                return;
            }
        }
    }

    // An unfinished line is judged as far as it goes, so that a peer that speaks another protocol is found out by its first octets.
    // The order is that of the octets: the finding does not depend on the pieces.
    private ReplyViolation Judge(ReadOnlySpan<byte> line, bool isWhole, int length)
    {
        if (lines == MaxLines)
            return ReplyViolation.TooManyLines;
        if (line.Length < 3)
        {
            if (isWhole || (line.Length > 0 && !IsClass(line[0])) || line.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
                return ReplyViolation.NotAReply;
        }
        else
        {
            if (!IsClass(line[0]) || !IsDigit(line[1]) || !IsDigit(line[2]))
                return ReplyViolation.NotAReply;
            var its = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + (line[2] - '0');
            if (lines == 0)
                code = its;
            else if (its != code)
                return ReplyViolation.CodesDiffer;
            if (line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-') && (isWhole || line[3] is not (byte)'\r' || line.Length > 4))
                return ReplyViolation.NotAReply;
        }

        if (length > MaxLineOctets && lineStart + MaxLineOctets <= MaxReplyOctets)
            return ReplyViolation.LineTooLong;
        return lineStart + length > MaxReplyOctets ? ReplyViolation.TooLarge : ReplyViolation.None;
    }

    private SmtpReply Decode(ReadOnlySpan<byte> reply)
    {
        // Neither encoding makes more characters than there are octets, and each code and line end makes room for the line feed.
        if (text.Length < reply.Length)
            text = new char[Math.Max(reply.Length, 256)];
        EnhancedCode? enhanced = null;
        var length = 0;
        for (var line = 0; line < lines; line++)
        {
            var end = reply.IndexOf((byte)'\n') + 1;
            var octets = WithoutEnd(reply[..end]);
            reply = reply[end..];
            octets = octets.Length > 4 ? octets[4..] : [];
            if (line > 0)
                text[length++] = '\n';
            var into = text.AsSpan(length);
            if (Utf8.ToUtf16(octets, into, out _, out var written, replaceInvalidSequences: false) is not OperationStatus.Done)
                written = Encoding.Latin1.GetChars(octets, into);
            if (EnhancedCode.TryParse(into[..written], out var found, out var taken))
            {
                enhanced ??= found;
                var rest = into[taken..written].TrimStart(' ');
                rest.CopyTo(into);
                written = rest.Length;
            }

            length += written;
        }

        return new SmtpReply(code, enhanced, new string(text, 0, length));
    }

    // One octet above the bound is kept, so that the bound is seen to be broken.
    private ReadOnlySpan<byte> Keep(ReadOnlySpan<byte> octets)
    {
        var taken = octets[..Math.Min(octets.Length, MaxReplyOctets + 1 - keptLength)];
        var needed = keptLength + taken.Length;
        if (kept.Length < needed)
            Array.Resize(ref kept, Math.Min(MaxReplyOctets + 1, Math.Max(needed * 2, 256)));
        taken.CopyTo(kept.AsSpan(keptLength));
        keptLength = needed;
        return kept.AsSpan(0, keptLength);
    }

    private void Forget()
    {
        if (kept.Length > UsualOctets)
            kept = [];
        if (text.Length > UsualOctets)
            text = [];
        (keptLength, scanned, lineStart, lines, code, complete) = (0, 0, 0, 0, 0, false);
    }

    private static ReadOnlySpan<byte> WithoutEnd(ReadOnlySpan<byte> line)
    {
        line = line[..^1];
        return line.EndsWith((byte)'\r') ? line[..^1] : line;
    }

    // RFC 5321 4.2.1: 2yz to 5yz. 1yz belongs to no command of SMTP.
    private static bool IsClass(byte octet) => octet is >= (byte)'2' and <= (byte)'5';

    private static bool IsDigit(byte octet) => octet is >= (byte)'0' and <= (byte)'9';
}
