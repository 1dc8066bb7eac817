using System.Collections.Immutable;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Doctor;

/// <summary>How one DNS server answered a question that everybody can answer.</summary>
/// <param name="Server">The server, as <c>ip:port</c>.</param>
/// <param name="Outcome">How it ended.</param>
public readonly record struct ServerAnswer(string Server, DnsOutcome Outcome);

/// <summary>Whether the DNS servers answer, in datagrams and over TCP.</summary>
public static class ResolverCheck
{
    private const string Why = "Where mail for a domain goes is asked of the DNS: without answers every address that needs one is unknown/dns_error.";
    private const string WhyTcp = "Answers that do not fit a datagram come over TCP: without it domains with many records are unknown/dns_error.";

    /// <summary>Judges the answers of the servers to a question about a domain that takes mail.</summary>
    public static Check Judge(ImmutableArray<ServerAnswer> heard)
    {
        if (heard.IsEmpty)
        {
            return new Check(CheckIds.Resolver, CheckState.Failed, "No DNS server is configured, and the system names none.", Why)
            {
                Cure = "Set EmailVerify:Dns:Servers:0 to the address of a recursive resolver, or write one into /etc/resolv.conf.",
                StopsWork = true,
            };
        }

        var good = heard.Count(one => one.Outcome is DnsOutcome.Answer);
        var seen = $"{string.Join("; ", heard.Select(InWords))}.";
        if (good == heard.Length)
            return new Check(CheckIds.Resolver, CheckState.Ok, seen, Why);
        return new Check(CheckIds.Resolver, good > 0 ? CheckState.Warning : CheckState.Failed, seen, Why)
        {
            Cure = heard.Any(one => one.Outcome is DnsOutcome.NxDomain or DnsOutcome.NoData)
                ? "A server that does not know the domains of big mail providers sees another world: set EmailVerify:Dns:Servers to resolvers that see the internet. Only where nothing but domains of a closed network is verified, EmailVerify:Doctor:MailDomains names some of these to ask about instead."
                : heard.Any(one => one.Outcome is DnsOutcome.Timeout)
                    ? "Look whether the server runs and whether a firewall lets UDP port 53 through; or set EmailVerify:Dns:Servers to others. Best is a resolver of your own on this machine."
                    : "The server refuses us or cannot ask others itself: look into its log, or set EmailVerify:Dns:Servers to others. Best is a resolver of your own on this machine.",
            StopsWork = good == 0,
        };
    }

    /// <summary>Judges the same over TCP.</summary>
    public static Check JudgeTcp(ImmutableArray<ServerAnswer> heard)
    {
        var bad = heard.Where(one => one.Outcome is not DnsOutcome.Answer).ToList();
        var seen = $"Over TCP {string.Join("; ", heard.Select(InWords))}.";
        return bad.Count == 0 ? new Check(CheckIds.DnsTcp, CheckState.Ok, seen, WhyTcp) : new Check(CheckIds.DnsTcp, bad.Count == heard.Length ? CheckState.Failed : CheckState.Warning, seen, WhyTcp)
        {
            Cure = "Let TCP port 53 to the server through the firewall, or set EmailVerify:Dns:Servers to a resolver that takes TCP (RFC 7766 demands it).",
        };
    }

    private static string InWords(ServerAnswer one) => one.Outcome switch
    {
        DnsOutcome.Answer => $"{one.Server} answers",
        DnsOutcome.NoData => $"{one.Server} says that big mail domains have no MX",
        DnsOutcome.NxDomain => $"{one.Server} says that big mail domains do not exist",
        DnsOutcome.Failure => $"{one.Server} answers with a failure (SERVFAIL, REFUSED or nonsense)",
        DnsOutcome.Timeout => $"{one.Server} does not answer in time",
        _ => throw new ArgumentOutOfRangeException(nameof(one), one.Outcome, "Not an outcome."),
    };
}
