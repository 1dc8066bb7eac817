using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Probes;

/// <summary>Opens SMTP sessions.</summary>
public interface ISessions
{
    /// <summary>Opens a session with the first exchanger of a route that talks to us.</summary>
    /// <param name="route">The exchangers in the order of asking.</param>
    /// <param name="policy">What their provider allows.</param>
    /// <param name="egress">Who asks.</param>
    /// <param name="cancellationToken">Ends the attempt, with <see cref="OperationCanceledException"/>.</param>
    Task<SessionOpening> OpenAsync(Route.Exchangers route, ProviderPolicy policy, Egress egress, CancellationToken cancellationToken);
}

/// <summary>How the opening of a session ended. Closed.</summary>
public abstract record SessionOpening
{
    private SessionOpening()
    {
    }

    /// <summary>It is open.</summary>
    public sealed record Opened(ISession Session) : SessionOpening;

    /// <summary>It is not; <paramref name="Outcome"/> is what the address that it was opened for gets.</summary>
    public sealed record Failed(ProbeOutcome Outcome) : SessionOpening;
}

/// <summary>One SMTP connection: asks about one address at a time.</summary>
public interface ISession
{
    /// <summary>Gets a value indicating whether another address may be asked about: it is open, and no limit of the provider's policy is reached.</summary>
    bool CanContinue { get; }

    /// <summary>Asks about an address. Decoys follow a 2xx in the same transaction when they are granted.</summary>
    Task<ProbeOutcome> AskAsync(EmailAddress target, ISessionPermits permits, CancellationToken cancellationToken);

    /// <summary>Says QUIT, without waiting for the answer, and closes.</summary>
    ValueTask QuitAsync();
}

/// <summary>What a session asks its lane while it talks.</summary>
public interface ISessionPermits
{
    /// <summary>Waits until a RCPT may be sent.</summary>
    ValueTask PaceAsync(CancellationToken cancellationToken);

    /// <summary>Asks whether decoys may be sent to the target's domain; called after a 2xx only.</summary>
    ValueTask<bool> MayAskDecoysAsync();
}
