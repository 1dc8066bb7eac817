using EmailVerify.Core.Domains;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Probes;

/// <summary>What came of opening a session.</summary>
public abstract record SessionOpening
{
    private SessionOpening()
    {
    }

    /// <summary>A host is ready to be asked. The session belongs to the caller, who ends it with <see cref="ISession.QuitAsync"/>.</summary>
    public sealed record Ready(ISession Session) : SessionOpening
    {
        /// <summary>Gets whom the host's greeting named, where its exchanger's name did not; the session keeps to its limits too. Null where that told nothing.</summary>
        public ProviderPolicy? Seen { get; init; }
    }

    /// <summary>No host is. The outcome, <see cref="ProbeOutcome.Refused"/> or <see cref="ProbeOutcome.Lost"/>, is that of every address that was to be asked.</summary>
    public sealed record Failed(ProbeOutcome Outcome) : SessionOpening;
}

/// <summary>Why a session carries no further question.</summary>
public enum SessionEnd
{
    /// <summary>The server cut the connection.</summary>
    Cut,

    /// <summary>The server said that it closes (421), asked or unasked.</summary>
    ClosedByServer,

    /// <summary>A reply did not come in time.</summary>
    Silence,

    /// <summary>What came was no reply to what was asked, or nobody had asked for it.</summary>
    Nonsense,

    /// <summary>TLS was demanded and could not be agreed.</summary>
    TlsFailed,

    /// <summary>MAIL was refused: the next one would be too.</summary>
    MailRefused,

    /// <summary>The server wants no more recipients or transactions in this session.</summary>
    ServerLimit,

    /// <summary>It carried as many recipients as the provider's policy or the server's LIMITS allow.</summary>
    RecipientLimit,

    /// <summary>As many recipients were refused as the provider's policy allows.</summary>
    RefusalLimit,

    /// <summary>After some refusals the server objected to us or cut, which tells nothing about the recipient that was named then.</summary>
    ErrorLimit,

    /// <summary>The caller gave up in mid-dialogue.</summary>
    GivenUp,

    /// <summary>We ended it.</summary>
    Quit,
}

/// <summary>The end of a session.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Reply">The reply that ended it, or null. It may be about us although no address was answered by it: a lane reads it for its rate.</param>
/// <param name="Finding">What it means, or null without a reply.</param>
public sealed record SessionEnding(SessionEnd Cause, SmtpReply? Reply = null, ReplyFinding? Finding = null);
