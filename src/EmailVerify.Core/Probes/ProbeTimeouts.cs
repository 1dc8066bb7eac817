namespace EmailVerify.Core.Probes;

/// <summary>
/// How long each step may take, reply included, however slowly it trickles in. RFC 5321 4.5.3.2 lets a sender of mail wait for minutes;
/// a probe that is answered so late is better asked again.
/// </summary>
public sealed record ProbeTimeouts
{
    /// <summary>Gets the time to connect to one address. Default: 10 s.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the time to the last line of the banner; Postfix' postscreen and gateways hold it back for 6 s and more. Default: 30 s.</summary>
    public TimeSpan Banner { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the time for EHLO, HELO and MAIL, each. Default: 30 s.</summary>
    public TimeSpan Command { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the time for STARTTLS and for its handshake, each. Default: 15 s.</summary>
    public TimeSpan Starttls { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets the time for RCPT; gateways that ask the host behind them take up to 30 s. Default: 60 s.</summary>
    public TimeSpan Rcpt { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets the time for RSET when it is sent alone. Default: 5 s.</summary>
    public TimeSpan Rset { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the time to hand QUIT to the system; its reply is not waited for. Default: 5 s.</summary>
    public TimeSpan Quit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the time for one address over all, the opening of its session included. Default: 120 s; for bulk 300 s is advised.</summary>
    public TimeSpan Whole { get; init; } = TimeSpan.FromSeconds(120);
}
