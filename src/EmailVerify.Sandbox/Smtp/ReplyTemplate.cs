using System.Globalization;
using System.Text;
using EmailVerify.Sandbox.Personas;

namespace EmailVerify.Sandbox.Smtp;

/// <summary>A scripted reply, taken apart once so that writing it copies octets only.</summary>
internal sealed class ReplyTemplate
{
    private readonly (byte[]? Octets, string? Fact)[] parts;
    private readonly Encoding encoding;

    public ReplyTemplate(ScriptedReply reply, bool bareLf = false, bool latin1 = false)
    {
        Script = reply;
        encoding = latin1 ? Encoding.Latin1 : Encoding.UTF8;
        LineEndLength = bareLf ? 1 : 2;
        IsPlain = reply is { Then: AfterReply.GoOn, Pieces: Pieces.Whole, Delay: 0 };
        var text = reply.Text.Length == 0 ? "" : reply.Text.ReplaceLineEndings(bareLf ? "\n" : "\r\n") + (bareLf ? "\n" : "\r\n");
        parts = [.. Parse(text)];
    }

    public ReplyTemplate(string text)
        : this(new ScriptedReply(text))
    {
    }

    public ScriptedReply Script { get; }

    public int Code => Script.Code;

    /// <summary>Gets a value indicating whether it is sent whole, at once, and the session goes on.</summary>
    public bool IsPlain { get; }

    public int LineEndLength { get; }

    /// <summary>Writes it with what is known of a session.</summary>
    public void Write(Outbox outbox, SmtpDialogue dialogue)
    {
        foreach (var (octets, fact) in parts)
        {
            if (octets is not null)
                outbox.Append(octets);
            else
                outbox.Append(Value(fact!, dialogue), encoding);
        }
    }

    private static string Value(string fact, SmtpDialogue dialogue) => fact switch
    {
        "host" => dialogue.Host.Name,
        "client" => dialogue.Client,
        "helo" => dialogue.Helo ?? "",
        "sender" => dialogue.Sender ?? "",
        "rcpt" => $"{dialogue.Local}@{dialogue.Domain}",
        "local" => dialogue.Local ?? "",
        "domain" => dialogue.Domain ?? "",
        "seconds" => dialogue.Host.Script.GreylistSeconds.ToString(CultureInfo.InvariantCulture),
        "id" => dialogue.Id,
        _ => throw new ArgumentException($"No such fact: {fact}", nameof(fact)),
    };

    private IEnumerable<(byte[]? Octets, string? Fact)> Parse(string text)
    {
        var at = 0;
        while (text.IndexOf('{', at) is >= 0 and var open)
        {
            var close = text.IndexOf('}', open);
            if (close < 0)
                break;
            if (open > at)
                yield return (encoding.GetBytes(text[at..open]), null);
            yield return (null, text[(open + 1)..close]);
            at = close + 1;
        }

        if (at < text.Length)
            yield return (encoding.GetBytes(text[at..]), null);
    }
}
