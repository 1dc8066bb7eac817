using System.Text;
using EmailVerify.Sandbox.Counting;
using EmailVerify.Sandbox.Personas;

namespace EmailVerify.Sandbox.Smtp;

/// <summary>What follows a reply.</summary>
internal enum Next
{
    /// <summary>The next command.</summary>
    Command,

    /// <summary>The TLS handshake.</summary>
    Handshake,

    /// <summary>The end: the client has said QUIT.</summary>
    Goodbye,

    /// <summary>The end: the host has had enough.</summary>
    Cut,
}

/// <summary>What a host does about one command.</summary>
/// <param name="Reply">What it says; null for nothing.</param>
/// <param name="Next">What follows.</param>
/// <param name="Delay">How long it waits before.</param>
internal readonly record struct Step(ReplyTemplate? Reply, Next Next = Next.Command, TimeSpan Delay = default);

/// <summary>The server's side of RFC 5321, a command at a time and without I/O.</summary>
internal sealed class SmtpDialogue(SmtpHost host, string client, string id, SessionTally tally, TimeSpan tarpit)
{
    private static readonly ReplyTemplate Ok = new("250 2.0.0 Done");
    private static readonly ReplyTemplate Bye = new("221 2.0.0 Until next time");
    private static readonly ReplyTemplate GoAhead = new("220 2.0.0 Go ahead with TLS");
    private static readonly ReplyTemplate NoTls = new("502 5.5.1 STARTTLS is not offered here");
    private static readonly ReplyTemplate TlsTrouble = new("454 4.7.0 TLS cannot be had at the moment");
    private static readonly ReplyTemplate NoMessages = new("554 5.5.1 No message is taken here");
    private static readonly ReplyTemplate NoNames = new("502 5.5.1 Names are not told here");
    private static readonly ReplyTemplate Unknown = new("500 5.5.2 No such command");
    private static readonly ReplyTemplate NotNow = new("503 5.5.1 Not at this point");
    private static readonly ReplyTemplate NoName = new("501 5.5.4 A name is needed");
    private static readonly ReplyTemplate NoPath = new("501 5.5.4 That is no path");
    private static readonly ReplyTemplate Injection = new(
        "220 2.0.0 Go ahead with TLS\n250-injected.example\n250 PIPELINING\n250 2.1.0 injected\n250 2.1.5 injected\n250 2.1.5 injected");

    private bool isRefused;
    private bool isSilent;
    private int recipients;
    private int refusals;

    public SmtpHost Host => host;

    public string Client => client;

    public string Id => id;

    public SessionTally Tally => tally;

    public string? Helo { get; private set; }

    /// <summary>Gets the sender of the transaction, empty for the null sender; null outside a transaction.</summary>
    public string? Sender { get; private set; }

    public bool UsesSmtputf8 { get; private set; }

    public string? Local { get; set; }

    public string? Domain { get; set; }

    public bool IsSecure { get; private set; }

    /// <summary>The banner refused the session: from now on QUIT only.</summary>
    public void Refuse() => isRefused = true;

    /// <summary>From now on nothing is answered.</summary>
    public void FallSilent() => isSilent = true;

    /// <summary>TLS is agreed: all that was said before is forgotten (RFC 3207 4.2).</summary>
    public void Secure()
    {
        IsSecure = true;
        Helo = null;
        Reset();
        tally.TlsAgreed();
    }

    /// <summary>Answers one command.</summary>
    /// <param name="line">The line without its end.</param>
    /// <param name="isPipelined">Whether a RCPT came in the same group before it.</param>
    /// <param name="isRecipient">Whether it is a RCPT.</param>
    public Step Answer(ReadOnlySpan<byte> line, bool isPipelined, out bool isRecipient)
    {
        var space = line.IndexOf((byte)' ');
        var verb = space < 0 ? line : line[..space];
        var rest = space < 0 ? [] : line[(space + 1)..];
        isRecipient = Is(verb, "RCPT"u8);
        if (Is(verb, "QUIT"u8))
            return new(isSilent ? null : Bye, Next.Goodbye);
        if (Is(verb, "DATA"u8) || Is(verb, "BDAT"u8))
            return Forbid(NoMessages);
        if (Is(verb, "VRFY"u8) || Is(verb, "EXPN"u8))
            return Forbid(NoNames);
        if (isSilent)
            return default;
        if (isRefused)
            return new(NotNow);
        if (isRecipient)
            return Recipient(rest, isPipelined);
        if (Is(verb, "MAIL"u8))
            return new(Mail(rest));
        if (Is(verb, "EHLO"u8))
            return new(Hello(rest, host.Script.Ehlo, IsSecure ? host.Script.EhloSecure : host.Script.EhloClear));
        if (Is(verb, "HELO"u8))
            return new(Hello(rest, host.Script.Helo, host.Script.HeloAnswer));
        if (Is(verb, "STARTTLS"u8))
            return StartTls();
        if (Is(verb, "RSET"u8))
        {
            Reset();
            return new(Ok);
        }

        return new(Is(verb, "NOOP"u8) ? Ok : Unknown);
    }

    private static bool Is(ReadOnlySpan<byte> verb, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(verb, name);

    private void Reset() => (Sender, UsesSmtputf8) = (null, false);

    private Step Forbid(ReplyTemplate reply)
    {
        tally.ForbiddenCommand();
        return isSilent ? default : new(reply);
    }

    private ReplyTemplate Hello(ReadOnlySpan<byte> name, ReplyTemplate? refusal, ReplyTemplate answer)
    {
        if (name.IsEmpty)
            return NoName;
        Helo = Encoding.UTF8.GetString(name);
        if (refusal is not null)
            return refusal;
        if (host.Script.FqdnDemand is { } demand && !Helo.Contains('.', StringComparison.Ordinal))
            return demand;
        Reset();
        return answer;
    }

    private Step StartTls() => (IsSecure ? TlsManner.None : host.Script.Tls) switch
    {
        TlsManner.None => new(NoTls),
        TlsManner.Refused => new(TlsTrouble),
        TlsManner.Injected => new(Injection, Next.Handshake),
        TlsManner.Offered or TlsManner.Demanded or TlsManner.Garbage or TlsManner.Cut => new(GoAhead, Next.Handshake),
        var manner => throw new ArgumentOutOfRangeException(nameof(manner), manner, "Not a manner."),
    };

    private ReplyTemplate Mail(ReadOnlySpan<byte> rest)
    {
        if (Helo is null || Sender is not null)
            return NotNow;
        if (host.Script.DemandsTls && !IsSecure)
            return host.Script.TlsDemand;
        if (!SmtpPath.TryRead(rest, "FROM:"u8, out var path, out var parameters))
            return NoPath;
        if (host.Script.Mail.Code / 100 == 2)
        {
            Sender = Encoding.UTF8.GetString(path);
            UsesSmtputf8 = host.Script.OffersSmtputf8 && parameters.IndexOf("SMTPUTF8"u8) >= 0;
        }

        return host.Script.Mail;
    }

    private Step Recipient(ReadOnlySpan<byte> rest, bool isPipelined)
    {
        var step = Decide(rest);
        if (step.Reply is { Code: >= 500 } && host.Script.Source.AcceptsAfter is > 0 and var most && refusals >= most)
            step = new(host.Script.Accept);
        var isRefusal = step.Reply is { Code: >= 500 };
        tally.Recipient(isRefusal, isPipelined);
        if (!isRefusal)
            return step;
        if (++refusals > host.Script.Source.Refusals?.Most)
            return new(host.Script.RefusalLimit, Next.Cut);
        return host.Script.Source.Tarpit ? step with { Delay = tarpit } : step;
    }

    private Step Decide(ReadOnlySpan<byte> rest)
    {
        if (Sender is null)
            return new(NotNow);
        if (!SmtpPath.TryRead(rest, "TO:"u8, out var path, out _) || path.LastIndexOf((byte)'@') is not (> 0 and var at))
            return new(NoPath);
        if (host.Script.Source.Recipients is { } most && ++recipients > most.Most)
            return new(host.Script.RecipientLimit);
        if (!host.IsWithinRate())
            return new(host.Script.RateLimit);
        var reply = host.Recipients.Answer(path[..at], path[(at + 1)..], this);
        return new(host.Script.Rcpt ?? reply);
    }
}
