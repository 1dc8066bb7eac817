using System.Buffers;
using System.Net;

namespace EmailVerify.Core.Replies;

/// <summary>
/// Finds the names in a reply's text: our own first, then e-mail addresses, URLs, IP addresses and host names. A local part "spam" or a URL
/// with "blocked" in it would otherwise be read as the server's words. Linear in the text, but for the number of our own names (at most six).
/// </summary>
internal static class ReplyMarks
{
    // A quoted local part is at most 64 octets and two quotes (RFC 5321 4.5.3.1.1).
    private const int LongestQuoted = 66;

    private static readonly string[] NoMailboxes = ["sender", "from", "mailfrom", "client", "host", "hostname", "helo", "ehlo", "connect", "data", "domain", "localhost", "null", "unknown"];

    private static readonly SearchValues<char> EndsRun = SearchValues.Create(" \t\r\n\0<>()[]{}\"';,|");
    private static readonly SearchValues<char> MakesName = SearchValues.Create("./:");

    private static readonly SearchValues<char> IpCharacters = SearchValues.Create("0123456789abcdefABCDEF.:");

    // RFC 5321 atext and the dot. Non-ASCII letters are added where it is used (RFC 6531).
    private static readonly SearchValues<char> AtextOrDot = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-");

    /// <summary>Marks the names of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ours">What is ours, or null.</param>
    /// <param name="marks">As long as the text and cleared: the first character of each name gets its mark, the rest <see cref="ReplyMark.Continued"/>.</param>
    /// <param name="isBlockList">Whether a host name, in any case, is one of a block list; null when the text is not read but shown.</param>
    public static void Find(ReadOnlySpan<char> text, in ReplyMask? ours, Span<ReplyMark> marks, Func<ReadOnlySpan<char>, bool>? isBlockList)
    {
        // Evidence hides what is ours inside of URLs too; who reads for meaning takes a URL as one name, whatever it carries.
        if (isBlockList is not null && ours is { } linked)
            FindLinks(text, linked, marks, isBlockList);
        if (ours is { } named)
            FindOurs(text, named, marks);
        FindAddresses(text, marks);
        FindRuns(text, ours?.Address, marks, isBlockList);
        if (isBlockList is not null)
            ReplyNoise.Find(text, marks);
    }

    private static void FindLinks(ReadOnlySpan<char> text, in ReplyMask ours, Span<ReplyMark> marks, Func<ReadOnlySpan<char>, bool> isBlockList)
    {
        const string Scheme = "://";
        for (var from = 0; from < text.Length;)
        {
            var found = text[from..].IndexOf(Scheme, StringComparison.Ordinal);
            if (found < 0)
                return;
            var start = from + found;
            while (start > from && char.IsAsciiLetter(text[start - 1]))
                start--;
            var behind = from + found + Scheme.Length;
            var end = EndOfLink(text, behind, ours.IsOfEvidence);
            while (end > behind && EndsSentence(text[end - 1]))
                end--;
            from = Math.Max(end, behind);
            if (end > behind && start < behind - Scheme.Length)
                Set(marks, start, end, MarkOfLink(text[behind..end], ours, isBlockList));
        }
    }

    // A masked name inside a link has brackets, and does not end it.
    private static int EndOfLink(ReadOnlySpan<char> text, int from, bool isMasked)
    {
        while (true)
        {
            var length = text[from..].IndexOfAny(EndsRun);
            var end = length < 0 ? text.Length : from + length;
            var masked = isMasked ? ReplyMask.MaskedNameLength(text[end..]) : 0;
            if (masked == 0)
                return end;
            from = end + masked;
        }
    }

    private static ReplyMark MarkOfLink(ReadOnlySpan<char> link, in ReplyMask ours, Func<ReadOnlySpan<char>, bool> isBlockList) =>
        IsOfBlockList(link, isBlockList) ? ReplyMark.BlockList : Carries(link, ours.Address) || Carries(link, ours.HeloName) ? ReplyMark.OurLink : ReplyMark.Link;

    private static bool Carries(ReadOnlySpan<char> link, string? name) => !string.IsNullOrEmpty(name) && link.Contains(name, StringComparison.OrdinalIgnoreCase);

    private static void FindOurs(ReadOnlySpan<char> text, in ReplyMask ours, Span<ReplyMark> marks)
    {
        MarkAll(text, ours.Recipient, ReplyMark.Recipient, marks, whole: false);
        MarkAll(text, ours.Sender, ReplyMark.Sender, marks, whole: false);
        if (ours.IsOfEvidence)
        {
            MarkAll(text, ReplyMask.NameOf(ReplyMark.Address), ReplyMark.Address, marks, whole: false);
            MarkAll(text, ours.RecipientDomain, ReplyMark.Host, marks, whole: true);
        }

        MarkAll(text, ours.HeloName, ReplyMark.Us, marks, whole: true);
        MarkAll(text, ours.Address, ReplyMark.Us, marks, whole: true);
        if (ours.Recipient?.LastIndexOf('@') is > 0 and var at)
        {
            MarkAll(text, ours.Recipient.AsSpan(at + 1), ReplyMark.Host, marks, whole: true);
            MarkQuoted(text, ours.Recipient.AsSpan(0, at), marks);
        }

        if (ours.Sender?.LastIndexOf('@') is > 0 and var senderAt)
            MarkAll(text, ours.Sender.AsSpan(senderAt + 1), ReplyMark.Sender, marks, whole: true);
    }

    private static void MarkAll(ReadOnlySpan<char> text, ReadOnlySpan<char> name, ReplyMark mark, Span<ReplyMark> marks, bool whole)
    {
        if (name.IsEmpty)
            return;
        for (var from = 0; from <= text.Length - name.Length;)
        {
            var found = text[from..].IndexOf(name, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
                return;
            var start = from + found;
            var end = start + name.Length;
            from = end;
            if (whole && ((start > 0 && IsNameCharacter(text[start - 1])) || (end < text.Length && IsNameContinued(text[end..]))))
                continue;
            Set(marks, start, end, mark);
        }
    }

    // A local part alone is ours only where the server sets it off: "mailbox full" must stay words when we asked about full@….
    private static void MarkQuoted(ReadOnlySpan<char> text, ReadOnlySpan<char> localPart, Span<ReplyMark> marks)
    {
        for (var from = 0; from <= text.Length - localPart.Length;)
        {
            var found = text[from..].IndexOf(localPart, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
                return;
            var start = from + found;
            var end = start + localPart.Length;
            from = end;
            if (start > 0 && end < text.Length && (text[start - 1], text[end]) is ('<', '>') or ('"', '"') or ('\'', '\'') or ('[', ']') or ('`', '\'') or ('<', '@'))
                Set(marks, start, end, ReplyMark.Recipient);
        }
    }

    private static void FindAddresses(ReadOnlySpan<char> text, Span<ReplyMark> marks)
    {
        for (var from = 0; from < text.Length;)
        {
            var found = text[from..].IndexOf('@');
            if (found < 0)
                return;
            var at = from + found;
            var isLiteral = at + 1 < text.Length && text[at + 1] == '[';
            var end = isLiteral ? at + 2 : at + 1;
            while (end < text.Length && marks[end] is ReplyMark.None && (IsDomainCharacter(text[end]) || (isLiteral && text[end] is ':' or ']')))
                end++;
            while (end > at + 1 && !char.IsLetterOrDigit(text[end - 1]) && text[end - 1] != ']')
                end--;
            var start = LocalPartStart(text, at, from);
            from = at + 1;
            if (start == at || end == at + 1 || marks[at] is not ReplyMark.None)
                continue;
            Set(marks, start, end, ReplyMark.Address);
            from = end;
        }
    }

    private static int LocalPartStart(ReadOnlySpan<char> text, int at, int floor)
    {
        if (at > floor && text[at - 1] == '"')
        {
            var quote = text[Math.Max(floor, at - LongestQuoted)..(at - 1)].LastIndexOf('"');
            return quote < 0 ? at : Math.Max(floor, at - LongestQuoted) + quote;
        }

        var start = at;
        while (start > floor && (AtextOrDot.Contains(text[start - 1]) || (text[start - 1] > '\x7f' && char.IsLetter(text[start - 1]))))
            start--;
        return start;
    }

    // A run is what stands between blanks and brackets; only one with a dot, a slash or a colon can be a name.
    private static void FindRuns(ReadOnlySpan<char> text, string? ownAddress, Span<ReplyMark> marks, Func<ReadOnlySpan<char>, bool>? isBlockList)
    {
        for (var start = 0; start < text.Length;)
        {
            var length = text[start..].IndexOfAny(EndsRun);
            var end = length < 0 ? text.Length : start + length;
            var run = text[start..end];
            if (marks[start..end].IndexOfAnyExcept(ReplyMark.None) < 0)
            {
                if (run.Length > 2 && run.IndexOfAny(MakesName) >= 0)
                    MarkRun(text, start, end, ownAddress, marks, isBlockList);
                if (isBlockList is not null && marks[start] is ReplyMark.None && IsMailboxInBrackets(text, start, end))
                    Set(marks, start, end, ReplyMark.Address);
            }

            start = end + 1;
        }
    }

    // "<jdoe>: unknown user" names a mailbox by its local part alone (RFC 5321 4.1.2: a path is what stands in angle brackets); "<sender>" does not, nor Postfix' "<DATA>" and "<unknown>".
    private static bool IsMailboxInBrackets(ReadOnlySpan<char> text, int start, int end)
    {
        if (end <= start || start == 0 || end >= text.Length || text[start - 1] != '<' || text[end] != '>' || text[start..end].ContainsAnyExcept(AtextOrDot))
            return false;
        foreach (var word in NoMailboxes)
        {
            if (text[start..end].Equals(word, StringComparison.OrdinalIgnoreCase))
                return false;
        }

        return true;
    }

    private static void MarkRun(ReadOnlySpan<char> text, int start, int end, string? ownAddress, Span<ReplyMark> marks, Func<ReadOnlySpan<char>, bool>? isBlockList)
    {
        while (end > start && EndsSentence(text[end - 1]))
            end--;
        var run = text[start..end];
        var scheme = run.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0 && scheme < run.Length - 3)
        {
            Set(marks, start, end, IsOfBlockList(run[(scheme + 3)..], isBlockList) ? ReplyMark.BlockList : ReplyMark.Link);
            return;
        }

        if (LooksLikeIp(run) && IPAddress.IsValid(run))
        {
            Set(marks, start, end, IsOurs(run, ownAddress) ? ReplyMark.Us : ReplyMark.Ip);
            return;
        }

        var slash = run.IndexOf('/');
        var host = slash < 0 ? run : run[..slash];
        if (HostName.Is(host))
            Set(marks, start, end, IsOfBlockList(host, isBlockList) ? ReplyMark.BlockList : slash < 0 ? ReplyMark.Host : ReplyMark.Link);
    }

    // An IPv6 address has many spellings; our own as it was given is found before.
    private static bool IsOurs(ReadOnlySpan<char> ip, string? own) =>
        ip.Contains(':') && IPAddress.TryParse(own, out var ownIp) && IPAddress.TryParse(ip, out var given) && ownIp.Equals(given);

    private static bool EndsSentence(char c) => c is '.' or ':' or '!' or '?' or '-' or '*';

    private static bool IsOfBlockList(ReadOnlySpan<char> name, Func<ReadOnlySpan<char>, bool>? isBlockList)
    {
        if (isBlockList is null)
            return false;
        var slash = name.IndexOf('/');
        return isBlockList(slash < 0 ? name : name[..slash]);
    }

    private static bool LooksLikeIp(ReadOnlySpan<char> run) =>
        run.Length <= 45 && (run.Count('.') == 3 ? char.IsAsciiDigit(run[0]) : run.Count(':') >= 2) && !run.ContainsAnyExcept(IpCharacters);

    private static bool IsDomainCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' || (c > '\x7f' && char.IsLetterOrDigit(c));

    private static bool IsNameCharacter(char c) => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or '@';

    private static bool IsNameContinued(ReadOnlySpan<char> rest) =>
        char.IsLetterOrDigit(rest[0]) || (rest[0] is '.' or '-' or '_' && rest.Length > 1 && char.IsLetterOrDigit(rest[1]));

    // The first finder wins: what is ours is looked for first.
    public static void Set(Span<ReplyMark> marks, int start, int end, ReplyMark mark)
    {
        if (marks[start..end].IndexOfAnyExcept(ReplyMark.None) >= 0)
            return;
        marks[start..end].Fill(ReplyMark.Continued);
        marks[start] = mark;
    }
}
