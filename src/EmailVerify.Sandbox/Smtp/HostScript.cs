using EmailVerify.Sandbox.Personas;

namespace EmailVerify.Sandbox.Smtp;

/// <summary>A host's script, made ready to be played.</summary>
internal sealed class HostScript
{
    private readonly ServerScript script;

    public HostScript(ServerScript script, bool tls)
    {
        this.script = script;
        Tls = tls ? script.Tls : TlsManner.None;
        DemandsTls = script.Tls is TlsManner.Demanded;
        Banner = Ready(script.Banner);
        EarlyTalk = ReadyOrNone(script.EarlyTalk);
        Ehlo = ReadyOrNone(script.Ehlo);
        Helo = ReadyOrNone(script.Helo);
        FqdnDemand = ReadyOrNone(script.FqdnDemand);
        TlsDemand = Ready(script.TlsDemand);
        Mail = Ready(script.Mail);
        Rcpt = ReadyOrNone(script.Rcpt);
        Accept = Ready(script.Accept);
        Otherwise = Ready(script.Otherwise);
        Relay = Ready(script.Relay);
        Greylist = ReadyOrNone(script.Greylist?.Reply);
        RecipientLimit = ReadyOrNone(script.Recipients?.Reply);
        SessionLimit = ReadyOrNone(script.Sessions?.Reply);
        RateLimit = ReadyOrNone(script.Rate?.Reply);
        RefusalLimit = ReadyOrNone(script.Refusals?.Reply);
        EhloSecure = Extensions([.. script.Extensions]);
        EhloClear = Tls is TlsManner.None ? EhloSecure : Extensions([.. script.Extensions, "STARTTLS"]);
        HeloAnswer = Ready(new ScriptedReply($"250 {script.Greeting}"));
        OffersSmtputf8 = script.Extensions.Contains("SMTPUTF8", StringComparer.Ordinal);
    }

    public ServerScript Source => script;

    public TlsManner Tls { get; }

    public bool DemandsTls { get; }

    public bool OffersSmtputf8 { get; }

    public int GreylistSeconds => script.Greylist?.Seconds ?? 0;

    public ReplyTemplate Banner { get; }

    public ReplyTemplate? EarlyTalk { get; }

    public ReplyTemplate? Ehlo { get; }

    public ReplyTemplate? Helo { get; }

    public ReplyTemplate? FqdnDemand { get; }

    public ReplyTemplate TlsDemand { get; }

    public ReplyTemplate Mail { get; }

    public ReplyTemplate? Rcpt { get; }

    public ReplyTemplate Accept { get; }

    public ReplyTemplate Otherwise { get; }

    public ReplyTemplate Relay { get; }

    public ReplyTemplate? Greylist { get; }

    public ReplyTemplate? RecipientLimit { get; }

    public ReplyTemplate? SessionLimit { get; }

    public ReplyTemplate? RateLimit { get; }

    public ReplyTemplate? RefusalLimit { get; }

    public ReplyTemplate EhloClear { get; }

    public ReplyTemplate EhloSecure { get; }

    public ReplyTemplate HeloAnswer { get; }

    public ReplyTemplate Ready(ScriptedReply reply) => new(reply, script.BareLf, script.Latin1);

    private ReplyTemplate? ReadyOrNone(ScriptedReply? reply) => reply is null ? null : Ready(reply);

    private ReplyTemplate Extensions(IReadOnlyList<string> extensions)
    {
        string[] lines = [script.Greeting, .. extensions];
        return Ready(new ScriptedReply(string.Join('\n', lines.Select((line, at) => $"250{(at == lines.Length - 1 ? ' ' : '-')}{line}"))));
    }
}
