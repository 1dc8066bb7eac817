using System.Collections.Immutable;
using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Probes;

/// <summary>Opens SMTP sessions.</summary>
public interface ISessions
{
    /// <summary>Opens a session with the first exchanger that talks to us.</summary>
    /// <param name="exchangers">Whom to ask, in order; with at least one address among them.</param>
    /// <param name="setup">What to ask with.</param>
    /// <param name="cancellationToken">Gives up, with <see cref="OperationCanceledException"/>.</param>
    ValueTask<SessionOpening> OpenAsync(ImmutableArray<Exchanger> exchangers, SessionSetup setup, CancellationToken cancellationToken);
}

/// <summary>One SMTP connection: asks about one address at a time.</summary>
public interface ISession
{
    /// <summary>Gets the name of the exchanger that is asked.</summary>
    string Host { get; }

    /// <summary>Gets the address that is connected to.</summary>
    IPAddress Address { get; }

    /// <summary>Gets why no further address can be asked about, or null while one can.</summary>
    SessionEnding? Ending { get; }

    /// <summary>Asks about an address. Decoys follow a 2xx in the same transaction when they are granted.</summary>
    /// <param name="target">The address.</param>
    /// <param name="permits">Paces it and grants decoys; null asks at once and without.</param>
    /// <param name="cancellationToken">Gives up; the session is then of no more use.</param>
    /// <returns>Null when the session ended before this address was answered, by <see cref="Ending"/>: ask it in another. A new session never gives null.</returns>
    ValueTask<ProbeOutcome?> AskAsync(EmailAddress target, ISessionPermits? permits, CancellationToken cancellationToken);

    /// <summary>Says QUIT, unless the server has cut the connection, and closes without waiting for the reply.</summary>
    ValueTask QuitAsync();
}

/// <summary>What a session asks its lane while it talks.</summary>
public interface ISessionPermits
{
    /// <summary>Gets a value indicating whether decoys are wished if the target is accepted.</summary>
    bool WishesDecoys { get; }

    /// <summary>Waits until a RCPT may be sent.</summary>
    ValueTask PaceAsync(CancellationToken cancellationToken);

    /// <summary>Gives the local part of a decoy; called after a 2xx only.</summary>
    /// <param name="number">0 for the first, 1 for one of another shape when the first was accepted.</param>
    /// <returns>Null when none may be sent.</returns>
    ValueTask<string?> DecoyAsync(int number);
}
