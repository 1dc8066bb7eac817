namespace EmailVerify.Sandbox.Counting;

/// <summary>What the small internet has seen of its visitors at one instant.</summary>
/// <param name="DnsQueries">DNS questions that came in, over UDP and TCP.</param>
/// <param name="Total">Over all hosts.</param>
/// <param name="Providers">By provider; only those that were visited.</param>
/// <param name="Hosts">By host name; only those that were visited. Hosts made up for load are providers each and stand there only.</param>
/// <param name="Clients">Sessions by the address that they came from, as the hosts see it.</param>
public sealed record CountersSnapshot(
    long DnsQueries,
    CounterSnapshot Total,
    IReadOnlyDictionary<string, CounterSnapshot> Providers,
    IReadOnlyDictionary<string, CounterSnapshot> Hosts,
    IReadOnlyDictionary<string, long> Clients);

/// <summary>The counts of one host, one provider or all.</summary>
/// <param name="Sessions">Sessions opened.</param>
/// <param name="OpenSessions">Sessions open now.</param>
/// <param name="MaxConcurrentSessions">The most that were open at once.</param>
/// <param name="Recipients">RCPT commands answered.</param>
/// <param name="RecipientsRefused">Those of them answered 5xx.</param>
/// <param name="MaxRecipientsInSession">The most in one session that has ended.</param>
/// <param name="MaxRecipientsInSecond">The most within one second of the clock.</param>
/// <param name="EarlyTalkers">Sessions whose client talked before the banner had ended.</param>
/// <param name="MissingQuits">Sessions that the client ended without QUIT after a whole banner, although the host had not cut them.</param>
/// <param name="ForbiddenCommands">DATA, BDAT, VRFY and EXPN commands; all are refused.</param>
/// <param name="PipelinedRecipientPairs">RCPT commands that came in one group with a RCPT before them.</param>
/// <param name="TlsSessions">Sessions that agreed on TLS.</param>
public sealed record CounterSnapshot(
    long Sessions,
    long OpenSessions,
    long MaxConcurrentSessions,
    long Recipients,
    long RecipientsRefused,
    long MaxRecipientsInSession,
    long MaxRecipientsInSecond,
    long EarlyTalkers,
    long MissingQuits,
    long ForbiddenCommands,
    long PipelinedRecipientPairs,
    long TlsSessions);
