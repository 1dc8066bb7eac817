namespace EmailVerify.Sandbox.Personas;

/// <summary>
/// What an SMTP host says and when. Every reply is written out with its codes, lines parted by <c>\n</c>; in braces may stand <c>host</c>,
/// <c>client</c>, <c>helo</c>, <c>sender</c>, <c>rcpt</c>, <c>local</c>, <c>domain</c>, <c>seconds</c> and <c>id</c> (a new one for every session).
/// The defaults are an ordinary, honest host.
/// </summary>
public sealed record ServerScript
{
    /// <summary>Gets what is done instead of SMTP.</summary>
    public Conduct Conduct { get; init; }

    /// <summary>Gets the greeting. One that is not 2xx refuses the session: all that follows but QUIT is 503.</summary>
    public ScriptedReply Banner { get; init; } = new("220 {host} ESMTP at your service");

    /// <summary>Gets what a client that talks before the banner has ended is told, where that is punished.</summary>
    public ScriptedReply? EarlyTalk { get; init; }

    /// <summary>Gets the first line of the answer to EHLO, without code.</summary>
    public string Greeting { get; init; } = "{host} greets {helo} [{client}]";

    /// <summary>Gets the further lines, without code. STARTTLS is added where <see cref="Tls"/> says so.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = ["PIPELINING", "SIZE 52428800", "ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8"];

    /// <summary>Gets the answer to EHLO where it is refused.</summary>
    public ScriptedReply? Ehlo { get; init; }

    /// <summary>Gets the answer to HELO where it is refused.</summary>
    public ScriptedReply? Helo { get; init; }

    /// <summary>Gets the answer to a HELO or EHLO name without a dot, where one with a dot is demanded.</summary>
    public ScriptedReply? FqdnDemand { get; init; }

    /// <summary>Gets what happens at STARTTLS.</summary>
    public TlsManner Tls { get; init; }

    /// <summary>Gets the answer to MAIL in clear text where <see cref="Tls"/> is <see cref="TlsManner.Demanded"/>.</summary>
    public ScriptedReply TlsDemand { get; init; } = new("530 5.7.0 An encrypted session is needed here: issue STARTTLS first");

    /// <summary>Gets the answer to MAIL.</summary>
    public ScriptedReply Mail { get; init; } = new("250 2.1.0 Sender is fine");

    /// <summary>Gets the answer to every RCPT, whoever it is for.</summary>
    public ScriptedReply? Rcpt { get; init; }

    /// <summary>Gets the local parts that exist, whatever their case.</summary>
    public IReadOnlyList<string> Accepts { get; init; } = [];

    /// <summary>Gets the answer for those.</summary>
    public ScriptedReply Accept { get; init; } = new("250 2.1.5 Recipient is fine");

    /// <summary>Gets mailboxes with an answer of their own; the first that fits counts, before <see cref="Accepts"/>.</summary>
    public IReadOnlyList<MailboxRule> Mailboxes { get; init; } = [];

    /// <summary>Gets the answer for every other mailbox of the persona's domains. A 2xx makes them catch-alls.</summary>
    public ScriptedReply Otherwise { get; init; } = new("550 5.1.1 <{rcpt}>: Recipient address rejected: nobody goes by this name here");

    /// <summary>Gets the answer for domains that are not the persona's.</summary>
    public ScriptedReply Relay { get; init; } = new("554 5.7.1 <{rcpt}>: Relay access denied");

    /// <summary>Gets how strangers are put off.</summary>
    public GreylistScript? Greylist { get; init; }

    /// <summary>Gets how many RCPTs a session may have; at more the reply, every time.</summary>
    public Limit? Recipients { get; init; }

    /// <summary>Gets how many sessions one client may have open at this host; a further one is told the reply instead of a banner and cut.</summary>
    public Limit? Sessions { get; init; }

    /// <summary>Gets how many RCPTs a second this host takes; at more the reply.</summary>
    public Limit? Rate { get; init; }

    /// <summary>Gets how many refused RCPTs a session may have; at more the reply, and the session is cut.</summary>
    public Limit? Refusals { get; init; }

    /// <summary>Gets after how many refused RCPTs a session is told <see cref="Accept"/> whoever it asks for; 0 for never. Default: 0.</summary>
    public int AcceptsAfter { get; init; }

    /// <summary>Gets how many connections are cut at once before it wakes. Default: 0.</summary>
    public int Sleeps { get; init; }

    /// <summary>Gets a value indicating whether a refused RCPT is answered after the sandbox's tarpit only.</summary>
    public bool Tarpit { get; init; }

    /// <summary>Gets how many milliseconds pass before every answer.</summary>
    public int Delay { get; init; }

    /// <summary>Gets a value indicating whether lines end in LF alone.</summary>
    public bool BareLf { get; init; }

    /// <summary>Gets a value indicating whether replies are written in Latin-1; else in UTF-8.</summary>
    public bool Latin1 { get; init; }
}

/// <summary>What a host does instead of SMTP: what data cannot express.</summary>
public enum Conduct
{
    /// <summary>It speaks SMTP.</summary>
    Smtp,

    /// <summary>It accepts the connection and says nothing, ever.</summary>
    Silence,

    /// <summary>It sends octets that are no SMTP and waits.</summary>
    Garbage,

    /// <summary>It speaks another protocol: an HTTP error page.</summary>
    OtherProtocol,

    /// <summary>It closes the connection at once.</summary>
    Cut,

    /// <summary>It resets the connection at once.</summary>
    Reset,

    /// <summary>It sends lines <c>220-</c> without end.</summary>
    EndlessBanner,

    /// <summary>It sends one line of 1 GiB.</summary>
    EndlessLine,

    /// <summary>It sends its banner at one octet a second.</summary>
    Drip,
}

/// <summary>What happens at STARTTLS.</summary>
public enum TlsManner
{
    /// <summary>Offered, and it works.</summary>
    Offered,

    /// <summary>Not offered.</summary>
    None,

    /// <summary>Offered, it works, and without it MAIL is refused.</summary>
    Demanded,

    /// <summary>Offered and works, but in one segment with the 220 come further replies in clear text (the class of CVE-2011-0411, turned at the client).</summary>
    Injected,

    /// <summary>Offered; after the 220 come octets that are no TLS.</summary>
    Garbage,

    /// <summary>Offered; after the 220 the connection is cut.</summary>
    Cut,

    /// <summary>Offered; STARTTLS is answered with 454.</summary>
    Refused,
}

/// <summary>A mailbox with an answer of its own.</summary>
public sealed record MailboxRule
{
    /// <summary>Gets its local part, whatever its case; or null.</summary>
    public string? Local { get; init; }

    /// <summary>Gets a regular expression that its local part matches; or null.</summary>
    public string? Pattern { get; init; }

    /// <summary>Gets the domain that it is in; null for all of the persona's.</summary>
    public string? Domain { get; init; }

    /// <summary>Gets the answer.</summary>
    public required ScriptedReply Reply { get; init; }

    /// <summary>Gets the answers when the same mailbox is asked for a second, third … time; the last one from then on.</summary>
    public IReadOnlyList<ScriptedReply> Later { get; init; } = [];
}

/// <summary>How strangers are put off: a stranger is a client address, sender and recipient that was not seen before.</summary>
public sealed record GreylistScript
{
    /// <summary>Gets after how many seconds the same three are let through; 0 for never. Default: 1.</summary>
    public int Seconds { get; init; } = 1;

    /// <summary>Gets what they are told until then.</summary>
    public ScriptedReply Reply { get; init; } = new("451 4.7.1 <{rcpt}>: Recipient address rejected: Greylisted, come back in {seconds} seconds");

    /// <summary>Gets a value indicating whether mailboxes that do not exist are refused at once.</summary>
    public bool KnownOnly { get; init; }

    /// <summary>Gets after how many recipients that were let through a client is no stranger any more; 0 for never. Default: 0.</summary>
    public int WhitelistsAfter { get; init; }
}

/// <summary>A limit and what is said beyond it.</summary>
/// <param name="Most">The most that is allowed.</param>
/// <param name="Reply">What is said beyond it.</param>
public sealed record Limit(int Most, ScriptedReply Reply);
