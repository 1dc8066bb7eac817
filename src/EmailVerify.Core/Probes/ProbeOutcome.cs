using System.Collections.Immutable;
using System.Net;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Probes;

/// <summary>How a question about one address ended. Closed, and split by what it lets us conclude.</summary>
public abstract record ProbeOutcome
{
    private ProbeOutcome(ProbeTrace trace) => Trace = trace;

    /// <summary>Gets where and when it happened.</summary>
    public ProbeTrace Trace { get; init; }

    /// <summary>Gets what was noticed beside the reply.</summary>
    public Signs Signs { get; init; }

    /// <summary>The server answered RCPT TO. The only ending that can say anything about the mailbox.</summary>
    public sealed record Answered(ProbeTrace Trace, SmtpReply Reply, ReplyFinding Finding, ImmutableArray<DecoyAnswer> Decoys) : ProbeOutcome(Trace);

    /// <summary>The server refused us before RCPT TO, so the reply is about us or itself.</summary>
    public sealed record Refused(ProbeTrace Trace, SmtpReply Reply, ReplyFinding Finding) : ProbeOutcome(Trace);

    /// <summary>No usable reply: not connected, silent, cut or nonsense.</summary>
    public sealed record Lost(ProbeTrace Trace, LossCause Cause) : ProbeOutcome(Trace);

    /// <summary>The address needs SMTPUTF8 (RFC 6531) and the host does not offer it.</summary>
    public sealed record Smtputf8Missing(ProbeTrace Trace) : ProbeOutcome(Trace);
}

/// <summary>Why there was no usable reply.</summary>
public enum LossCause
{
    /// <summary>No connection to any address of any exchanger.</summary>
    NoConnect,

    /// <summary>Connected, then nothing within the step's time.</summary>
    Silence,

    /// <summary>The connection was cut without a reply.</summary>
    Cut,

    /// <summary>What came was no SMTP reply, or broke a bound.</summary>
    Nonsense,

    /// <summary>TLS is demanded and could not be agreed.</summary>
    TlsFailed,

    /// <summary>The proxy of the egress could not be used, or did not want to: no exchanger has done anything.</summary>
    ProxyFailed,
}

/// <summary>Where and when a probe happened.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Stage">The stage it ended in.</param>
/// <param name="Exchanger">The host that was asked, or null when none could be connected to.</param>
/// <param name="Address">The address that was connected to, or null.</param>
/// <param name="Egress">The name of the egress.</param>
/// <param name="Tls">The protocol, such as <c>TLS 1.3</c>; null in clear text.</param>
/// <param name="Duration">From the question to the end; for the first address of a session with its opening.</param>
public sealed record ProbeTrace(DateTimeOffset At, SmtpStage Stage, string? Exchanger, IPAddress? Address, string Egress, string? Tls, TimeSpan Duration)
{
    /// <summary>Gets the exchanger whose replies the host's were read like; null where that is the host itself. See <see cref="Recognition"/>.</summary>
    public string? ReadAs { get; init; }
}

/// <summary>The reply to one decoy.</summary>
public sealed record DecoyAnswer(SmtpReply Reply, ReplyFinding Finding);
