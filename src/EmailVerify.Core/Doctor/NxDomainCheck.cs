using System.Net;
using System.Net.Sockets;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Doctor;

/// <summary>Whether names that do not exist are said not to: resolvers of some providers answer with the address of a page of theirs instead.</summary>
public static class NxDomainCheck
{
    private const string Why = "A misspelt domain must be seen not to exist. A resolver that invents addresses makes of invalid_domain an unknown, and has us call on the wrong host.";
    private const int LabelLength = 20;

    /// <summary>Asks for names that nobody has: one under each domain, and one under <c>.invalid</c> (RFC 6761 6.4).</summary>
    /// <param name="records">The DNS.</param>
    /// <param name="domains">Domains that exist.</param>
    /// <param name="random">Makes the names.</param>
    public static async Task<Check> RunAsync(IRecords records, IEnumerable<string> domains, Random random, CancellationToken cancellationToken)
    {
        var known = await Task.WhenAll(domains.Select(AskAsync));
        var invalid = await AskAsync("invalid");
        var told = known.Where(answer => answer.Outcome is not (DnsOutcome.Failure or DnsOutcome.Timeout)).ToList();

        // One domain may have a wildcard of its own; all of them have not, and .invalid has none by definition.
        var invented = invalid.Outcome is DnsOutcome.Answer ? invalid
            : told.Count > 0 && told.TrueForAll(answer => answer.Outcome is DnsOutcome.Answer) ? told[0]
            : null;
        if (invented is not null)
        {
            return new Check(CheckIds.NxDomain, CheckState.Failed, $"A name that nobody has is said to be at {invented.Records[0]}.", Why)
            {
                Cure = "Turn off the redirection of unknown names at the resolver (providers call it search help or DNS assistance), or set EmailVerify:Dns:Servers to an honest one.",
            };
        }

        return told.Count > 0 || invalid.Outcome is DnsOutcome.NxDomain
            ? new Check(CheckIds.NxDomain, CheckState.Ok, "Names that nobody has are said not to exist.", Why)
            : new Check(CheckIds.NxDomain, CheckState.Skipped, "The DNS did not answer questions about names that nobody has.", Why);

        Task<DnsAnswer<IPAddress>> AskAsync(string domain)
        {
            string name;
            lock (random)
                name = $"{random.GetString("abcdefghijklmnopqrstuvwxyz", LabelLength)}.{domain}";
            return records.AddressesAsync(name, AddressFamily.InterNetwork, cancellationToken).AsTask();
        }
    }
}
