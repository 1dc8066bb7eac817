using System.Buffers;
using System.Globalization;
using System.Text;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Replies;

/// <summary>What is ours in a dialogue, to be cut out of replies before they are read, kept or shown. A value: one is made for each reply.</summary>
/// <param name="Recipient">The address that was asked about, or null.</param>
/// <param name="Sender">Our MAIL FROM, or null.</param>
/// <param name="HeloName">Our EHLO name, or null.</param>
/// <param name="Address">Our IP address as the server may echo it, or null.</param>
public readonly record struct ReplyMask(string? Recipient, string? Sender, string? HeloName, string? Address)
{
    /// <summary>How many characters of a reply's text evidence keeps: 512.</summary>
    public const int MaxText = 512;

    private const string RecipientName = "<recipient>";
    private const string SenderName = "<sender>";
    private const string EgressName = "<egress>";
    private const string AddressName = "<address>";

    // Masking can only shorten what matters: what stands behind this much text would be cut off anyway. An address that the cut
    // goes through is masked with the rest of it, since the cut is far behind what is kept.
    private const int MaxExamined = 8 * MaxText;

    /// <summary>
    /// Masks a reply for evidence: <c>&lt;recipient&gt;</c>, <c>&lt;sender&gt;</c>, <c>&lt;egress&gt;</c> for our EHLO name and IP address,
    /// <c>&lt;address&gt;</c> for any other e-mail address. A control, format or line-separating character becomes a blank (a line feed between
    /// lines stays), an unpaired surrogate U+FFFD. At most <see cref="MaxText"/> characters.
    /// </summary>
    public ReplyEvidence Apply(SmtpReply reply)
    {
        var text = reply.Text.AsSpan(0, Math.Min(reply.Text.Length, MaxExamined));
        var marks = ArrayPool<ReplyMark>.Shared.Rent(Math.Max(1, text.Length));
        try
        {
            marks.AsSpan(0, text.Length).Clear();
            ReplyMarks.Find(text, this, marks.AsSpan(0, text.Length), isBlockList: null);
            return new ReplyEvidence(reply.Code, reply.Enhanced?.ToString(), Written(text, marks));
        }
        finally
        {
            ArrayPool<ReplyMark>.Shared.Return(marks);
        }
    }

    /// <summary>Hides our own IP address in a reply, as evidence hides it, for who passes the reply on to somebody that does not know the address.</summary>
    /// <returns>The same reply where the address is not in it.</returns>
    public SmtpReply WithoutAddress(SmtpReply reply)
    {
        if (string.IsNullOrEmpty(Address) || !reply.Text.Contains(Address, StringComparison.OrdinalIgnoreCase))
            return reply;
        var marks = new ReplyMark[reply.Text.Length];
        ReplyMarks.Find(reply.Text, new ReplyMask(null, null, null, Address), marks, isBlockList: null);
        var hidden = new StringBuilder(reply.Text.Length);
        for (var i = 0; i < reply.Text.Length; i++)
        {
            if (marks[i] is not ReplyMark.Us)
            {
                hidden.Append(reply.Text[i]);
                continue;
            }

            hidden.Append(EgressName);
            while (i + 1 < reply.Text.Length && marks[i + 1] is ReplyMark.Continued)
                i++;
        }

        return reply with { Text = hidden.ToString() };
    }

    /// <summary>Gets a value indicating whether it stands for masked names, as evidence has them.</summary>
    internal bool IsOfEvidence { get; private init; }

    /// <summary>Gets the domain of the recipient, where the recipient's address itself is masked; else null.</summary>
    internal string? RecipientDomain { get; private init; }

    /// <summary>Makes what reads masked texts again: the names that <see cref="Apply"/> puts in read as what they stand for.</summary>
    /// <param name="domain">The domain of the recipient, which stays in a masked text, or null.</param>
    public static ReplyMask OfEvidence(string? domain) => new(RecipientName, SenderName, EgressName, EgressName) { IsOfEvidence = true, RecipientDomain = domain };

    /// <summary>Makes what reads the masked replies to decoys again: a decoy's address is masked as anybody's, since whom it was masked for is not the decoy.</summary>
    /// <param name="domain">The domain of the decoy, or null.</param>
    public static ReplyMask OfDecoyEvidence(string? domain) => OfEvidence(domain) with { Recipient = AddressName };

    /// <summary>Gets how long the masked name is that a text begins with; 0 where it begins with none.</summary>
    internal static int MaskedNameLength(ReadOnlySpan<char> text)
    {
        foreach (var name in (ReadOnlySpan<string>)[RecipientName, SenderName, EgressName, AddressName])
        {
            if (text.StartsWith(name, StringComparison.Ordinal))
                return name.Length;
        }

        return 0;
    }

    private static string Written(ReadOnlySpan<char> text, ReadOnlySpan<ReplyMark> marks)
    {
        var written = new StringBuilder(Math.Min(text.Length, MaxText) + 16);
        for (var i = 0; i < text.Length && written.Length < MaxText;)
        {
            if (NameOf(marks[i]) is { } name)
            {
                var end = i + 1;
                while (end < text.Length && marks[end] is ReplyMark.Continued)
                    end++;
                // "<user@example.com>" becomes "<recipient>", without a second pair of brackets.
                if (written.Length > 0 && written[^1] == '<' && end < text.Length && text[end] == '>')
                {
                    written.Length--;
                    end++;
                }

                written.Append(name);
                i = end;
                continue;
            }

            _ = Rune.DecodeFromUtf16(text[i..], out var rune, out var length);
            if (!IsShown(rune))
                written.Append(' ');
            else if (rune == Rune.ReplacementChar)
                written.Append('\uFFFD');
            else
                written.Append(text.Slice(i, length));
            i += length;
        }

        return Cut(written);
    }

    /// <summary>Gets how evidence writes a name, or null where it leaves it.</summary>
    internal static string? NameOf(ReplyMark mark) => mark switch
    {
        ReplyMark.Recipient => RecipientName,
        ReplyMark.Sender => SenderName,
        ReplyMark.Us => EgressName,
        ReplyMark.Address => AddressName,
        _ => null,
    };

    // Format characters hold the bidirectional overrides, which could make evidence read otherwise than it is.
    private static bool IsShown(Rune rune) => rune.Value is '\n' or (>= ' ' and < '\x7f') || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    private static string Cut(StringBuilder written)
    {
        if (written.Length > MaxText)
            written.Length = MaxText;
        if (written.Length > 0 && char.IsHighSurrogate(written[^1]))
            written.Length--;
        return written.ToString();
    }
}
