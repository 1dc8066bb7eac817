namespace EmailVerify.Core.Verdicts;

/// <summary>What was found about an address: it is the same for everyone who asks.</summary>
/// <param name="Status">One of four.</param>
/// <param name="Reason">Why.</param>
/// <param name="Score">The chance in percent that mail is accepted, 0 to 100.</param>
/// <param name="AcceptAll">Whether the domain accepts any local part; null when not known.</param>
/// <param name="MailboxFull">Whether the mailbox is over its quota; null when not known.</param>
/// <param name="MailboxDisabled">Whether the mailbox is disabled; null when not known.</param>
/// <param name="Provider">Who operates the exchanger; null when no route was found.</param>
/// <param name="Exchanger">The host that answered last, or null.</param>
/// <param name="FoundAt">When it was found.</param>
/// <param name="FreshUntil">Until when it may be served again; equal to <paramref name="FoundAt"/> for unknown, which is never served again.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Rules">The version of the reply rules that read the replies.</param>
public sealed record Verdict(
    VerdictStatus Status,
    VerdictReason Reason,
    int Score,
    bool? AcceptAll,
    bool? MailboxFull,
    bool? MailboxDisabled,
    string? Provider,
    string? Exchanger,
    DateTimeOffset FoundAt,
    DateTimeOffset FreshUntil,
    VerdictSource Source,
    string Rules)
{
    /// <summary>Gets it as it is served again at a later time: what it says is older, so its score may be lower.</summary>
    public Verdict AgedAt(DateTimeOffset now) => Verdicts.Score.Default.Aged(Score, now - FoundAt) is var aged && aged == Score ? this : this with { Score = aged };
}

/// <summary>Where a verdict came from.</summary>
public enum VerdictSource
{
    /// <summary>Mail servers were asked.</summary>
    Live,

    /// <summary>An earlier verdict that is still fresh.</summary>
    Cache,

    /// <summary>The text of the address decided.</summary>
    Syntax,

    /// <summary>The DNS decided.</summary>
    Dns,

    /// <summary>A test key: nothing was asked.</summary>
    Test,
}
