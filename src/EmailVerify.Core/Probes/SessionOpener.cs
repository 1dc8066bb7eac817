using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Probes;

/// <summary>
/// Opens sessions: finds the first exchanger of a route that can be asked. The next one is tried only for what is about the host (RFC 5321 5.1):
/// no connection, silence, a cut or nonsense before MAIL, a refusing banner. What is about us is not carried to the next host.
/// </summary>
/// <param name="dialer">Connects.</param>
/// <param name="read">Reads replies.</param>
/// <param name="clock">The clock of all waiting.</param>
/// <param name="providers">Tells by their greeting who hosts are whose names tell nothing; null to go by names alone.</param>
public sealed class SessionOpener(ISmtpDialer dialer, Func<ReplyContext, ReplyFinding> read, TimeProvider clock, ProviderCatalog? providers = null) : ISessions
{
    /// <summary>The most addresses that one opening tries, as Postfix' <c>smtp_mx_address_limit</c>.</summary>
    public const int MaxAddresses = 5;

    /// <inheritdoc/>
    public async ValueTask<SessionOpening> OpenAsync(ImmutableArray<Exchanger> exchangers, SessionSetup setup, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        ProbeOutcome? ending = null;
        foreach (var candidate in Candidates(exchangers).Take(MaxAddresses))
        {
            if (ending is not null && clock.GetElapsedTime(began) >= setup.Timeouts.Whole)
                break;
            var attempt = await new SessionAttempt(dialer, read, providers, clock, setup, candidate, began).RunAsync(cancellationToken);
            if (attempt.Session is { } session)
                return new SessionOpening.Ready(session) { Seen = attempt.Seen };
            if (attempt.Setback is { IsAboutUs: true })
                return new SessionOpening.Failed(attempt.Outcome!);
            if (ending is null || Weight(attempt.Outcome!) > Weight(ending))
                ending = attempt.Outcome;
        }

        if (ending is null)
            throw new ArgumentException("A route without an address cannot be asked.", nameof(exchangers));
        return new SessionOpening.Failed(ending with { Trace = ending.Trace with { At = clock.GetUtcNow(), Duration = clock.GetElapsedTime(began) } });
    }

    private static IEnumerable<Candidate> Candidates(ImmutableArray<Exchanger> exchangers) =>
        exchangers.SelectMany((exchanger, at) => exchanger.Addresses.Select(address => new Candidate(exchanger, address, exchangers[(at + 1)..])));

    // Where the hosts of a route ended differently, the ending that lets us conclude least is told: "does not serve the domain" only when all of them say so.
    private static int Weight(ProbeOutcome outcome) => outcome switch
    {
        ProbeOutcome.Refused { Finding.Meaning: var meaning } => meaning.About() is ReplySubject.Domain ? 0 : 3,
        ProbeOutcome.Lost { Cause: LossCause.NoConnect } => 1,

        // A proxy's failure too: the host that nobody tried may be the one that serves the domain.
        _ => 2,
    };
}
