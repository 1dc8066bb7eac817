using System.Net.Sockets;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Doctor;

/// <summary>Whether the domain of an egress' sender exists and takes mail.</summary>
public static class SenderCheck
{
    private const string Why = "Mail hosts look whether mail to the sender could be delivered, and some call back: a sender whose domain takes no mail is refused at MAIL FROM.";
    private const int MostHosts = 3;

    /// <summary>Gets the domain of an egress' sender.</summary>
    public static string DomainOf(Egress egress) => egress.MailFrom[(egress.MailFrom.LastIndexOf('@') + 1)..].ToLowerInvariant();

    /// <summary>Judges an egress.</summary>
    public static async Task<Check> RunAsync(Egress egress, IResolver resolver, CancellationToken cancellationToken)
    {
        var domain = DomainOf(egress);
        var answer = await resolver.MxAsync(domain, cancellationToken);
        switch (answer.Outcome)
        {
            case DnsOutcome.Failure or DnsOutcome.Timeout:
                return Untold();
            case DnsOutcome.NxDomain:
                return Of(CheckState.Failed, $"The sender's domain {domain} does not exist.", "Set EmailVerify:Egresses:n:MailFrom to a mailbox of a domain of yours, or register this one.");
            case DnsOutcome.NoData:
                return await HasAddressAsync(domain) switch
                {
                    true => Of(CheckState.Ok, $"{domain} has no MX; mail goes to its address."),
                    false => Of(CheckState.Failed, $"The sender's domain {domain} has neither MX nor address.", $"Add an MX record to {domain}, or set EmailVerify:Egresses:n:MailFrom to a mailbox of another domain."),
                    null => Untold(),
                };
        }

        var hosts = answer.Records.OrderBy(record => record.Preference).Select(record => record.Host).ToList();
        if (hosts.TrueForAll(host => host.Length == 0))
            return Of(CheckState.Failed, $"The sender's domain {domain} says that it takes no mail (null MX).", "Set EmailVerify:Egresses:n:MailFrom to a mailbox of a domain that takes mail, or give this one an MX.");
        var allTold = true;
        foreach (var host in hosts.Where(host => host.Length > 0).Take(MostHosts))
        {
            var has = await HasAddressAsync(host);
            if (has is true)
                return Of(CheckState.Ok, $"Mail for {domain} goes to {host}.");
            allTold &= has is false;
        }

        if (!allTold)
            return Untold();
        return Of(CheckState.Failed, $"No host that takes mail for {domain} has an address ({string.Join(", ", hosts.Take(MostHosts))}).", $"Let the MX of {domain} name a host that exists.");

        // Null where the DNS did not tell: that is no "no".
        async Task<bool?> HasAddressAsync(string host)
        {
            var four = (await resolver.AddressesAsync(host, AddressFamily.InterNetwork, cancellationToken)).Outcome;
            if (four is DnsOutcome.Answer)
                return true;
            var six = (await resolver.AddressesAsync(host, AddressFamily.InterNetworkV6, cancellationToken)).Outcome;
            return six is DnsOutcome.Answer ? true : four is DnsOutcome.Failure or DnsOutcome.Timeout || six is DnsOutcome.Failure or DnsOutcome.Timeout ? null : false;
        }

        Check Untold() => Of(CheckState.Skipped, $"The DNS did not tell where mail for {domain} goes.");

        Check Of(CheckState state, string seen, string? cure = null) => new(CheckIds.Sender, state, seen, Why) { Cure = cure, Subject = egress.Name };
    }
}
