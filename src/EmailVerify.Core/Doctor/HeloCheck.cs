using System.Collections.Immutable;
using System.Net;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Doctor;

/// <summary>Whether HELO name, address and reverse name of an egress agree: the name leads to the address, the address back to the name.</summary>
public static class HeloCheck
{
    private const string Why = "Large providers look up who calls: where name and address do not confirm each other they refuse or distrust us, and answers become unknown/blocked_by_policy.";

    private const string WhereTheProxyIs = "Set EmailVerify:Egresses:n:Address to the public address that connections of the proxy come from.";

    /// <summary>Judges an egress.</summary>
    public static async Task<Check> RunAsync(Standing standing, IRecords records, CancellationToken cancellationToken)
    {
        var name = standing.Egress.HeloName.ToLowerInvariant();

        // :: Step 1: the name leads somewhere.
        if (standing.HeloOutcome is DnsOutcome.Failure or DnsOutcome.Timeout)
            return Of(CheckState.Skipped, $"The DNS did not tell the addresses of {name}.");
        var promised = string.Join(", ", standing.HeloAddresses);
        if (standing.HeloOutcome is not DnsOutcome.Answer)
        {
            return Of(CheckState.Failed, $"The HELO name {name} has no address in the DNS.", standing.Source is null || standing.IsBehindNat
                ? $"Add an A record for {name} with the public address that this egress asks from."
                : $"Add an A (or AAAA) record: {name} -> {standing.Source}.");
        }

        // :: Step 2: it leads to us.
        if (standing.Source is { } source && !standing.IsBehindNat && !standing.HeloAddresses.Contains(source))
        {
            return Of(CheckState.Failed, $"The HELO name {name} leads to {promised}, and this egress asks from {source}.",
                $"Let the A (or AAAA) record of {name} name {source}, or give the egress the address that it names: EmailVerify:Egresses:n:Address.");
        }

        if (standing.Outside is not { } outside)
        {
            return Of(CheckState.Warning, standing.Source is null
                ? $"The HELO name {name} leads to {promised}; from which address this egress asks is not known here."
                : $"This egress asks from {standing.Source}, a private address, and the HELO name {name} leads to {promised}: by which public address the world knows it cannot be known from here.",
                IsUntold() ? WhereTheProxyIs : $"Find the public address out at another machine (the source of a connection from here), and let {name} lead to it and its PTR back to {name}.");
        }

        // :: Step 3: and back.
        var answer = await records.NamesAsync(outside, cancellationToken);
        if (answer.Outcome is DnsOutcome.Failure or DnsOutcome.Timeout)
            return Of(CheckState.Skipped, $"The DNS did not tell the reverse name of {outside}.");
        if (answer.Outcome is not DnsOutcome.Answer)
        {
            return Of(CheckState.Failed, $"{standing.OutsideInWords} has no reverse name (PTR).",
                $"Have whoever gave you the address set its PTR to {name}; hosters have a form for it, others want a letter.");
        }

        var names = string.Join(", ", answer.Records.Take(3));
        if (!answer.Records.Contains(name, StringComparer.Ordinal))
        {
            return await LeadsBackAsync(answer.Records, outside, records, cancellationToken)
                ? Of(CheckState.Warning, $"{standing.OutsideInWords} is called {names}, which leads back to it, and HELO says {name}.", $"Use one name for both: set the PTR to {name}, or EmailVerify:Egresses:n:HeloName to the name that it has.")
                : Of(CheckState.Failed, $"{standing.OutsideInWords} is called {names}, which does not lead back to it, and HELO says {name}.", $"Have the PTR of {outside} set to {name}.");
        }

        // :: Step 4: behind a NAT all that is true of the address that the name promises; whether we come from it only another machine sees.
        return standing.IsBehindNat || standing.Source is null
            ? Of(CheckState.Warning, $"{name} and {outside} name each other; whether connections from here ({standing.Source?.ToString() ?? "no address known"}) reach the world from that address cannot be known from here.",
                IsUntold() ? WhereTheProxyIs : $"Connect from here to a machine of yours elsewhere and see there whether {outside} comes; once it does, this warning may stay.")
            : Of(CheckState.Ok, $"{name} leads to {outside}, and {outside} back to {name}.");

        // Behind a proxy nobody here sees the address: it is as the operator says.
        bool IsUntold() => standing is { Source: null, Egress.Socks5: not null };

        Check Of(CheckState state, string seen, string? cure = null) => new(CheckIds.Helo, state, seen, Why) { Cure = cure, Subject = standing.Egress.Name };
    }

    private static async Task<bool> LeadsBackAsync(ImmutableArray<string> names, IPAddress address, IRecords records, CancellationToken cancellationToken)
    {
        foreach (var name in names.Take(3))
        {
            if ((await records.AddressesAsync(name, address.AddressFamily, cancellationToken)).Records.Contains(address))
                return true;
        }

        return false;
    }
}
