using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Doctor;

/// <summary>Whether the domain of an egress' sender lets the egress send (SPF, RFC 7208).</summary>
public static class SpfCheck
{
    private const string Why = "Hosts that check SPF at MAIL FROM refuse a sender whose domain does not name the address that asks: answers become unknown/blocked_by_policy.";

    /// <summary>Judges an egress.</summary>
    public static async Task<Check> RunAsync(Standing standing, IRecords records, CancellationToken cancellationToken)
    {
        var domain = SenderCheck.DomainOf(standing.Egress);
        if (standing.Outside is not { } address)
            return await WithoutAddressAsync(standing, domain, records, cancellationToken);
        var macros = new SpfMacros(address, standing.Egress.MailFrom, standing.Egress.HeloName);
        var finding = await new Spf(records, macros).EvaluateAsync(domain, cancellationToken);
        var mechanism = $"{(address.AddressFamily is System.Net.Sockets.AddressFamily.InterNetwork ? "ip4" : "ip6")}:{address}";
        var add = $"Add {mechanism} to the SPF record of {domain}, before its all.";
        return finding.Result switch
        {
            SpfResult.Pass => Of(standing, CheckState.Ok, $"The SPF record of {domain} lets {standing.OutsideInWords.TrimEnd(',')} send."),
            SpfResult.None => Of(standing, CheckState.Warning, $"{domain} has no SPF record.", $"Add a TXT record to {domain}: \"v=spf1 {mechanism} -all\", with whoever else sends for it."),
            SpfResult.Neutral => Of(standing, CheckState.Warning, $"The SPF record of {domain} says nothing about {address}.", add),
            SpfResult.SoftFail => Of(standing, CheckState.Failed, $"The SPF record of {domain} doubts that {address} may send (softfail).", add),
            SpfResult.Fail => Of(standing, CheckState.Failed, $"The SPF record of {domain} says that {address} may not send (fail).", add),
            SpfResult.PermError => Of(standing, CheckState.Failed, $"The SPF record of {domain} is wrong: {finding.Detail}.", $"Correct the SPF record of {domain}: hosts treat a wrong one as none, or as a refusal."),
            SpfResult.TempError => Of(standing, CheckState.Skipped, $"The SPF record of {domain} could not be read: {finding.Detail}."),
            _ => throw new InvalidOperationException($"Nobody decided about {finding.Result}."),
        };
    }

    // Which address it has to name is not known; that there is one record can be seen all the same.
    private static async Task<Check> WithoutAddressAsync(Standing standing, string domain, IRecords records, CancellationToken cancellationToken)
    {
        var answer = await records.TextsAsync(domain, cancellationToken);
        if (answer.Outcome is DnsOutcome.Failure or DnsOutcome.Timeout)
            return Of(standing, CheckState.Skipped, $"The DNS did not tell the SPF record of {domain}.");
        return answer.Records.Count(SpfRecord.IsOne) switch
        {
            0 => Of(standing, CheckState.Warning, $"{domain} has no SPF record.", $"Add a TXT record to {domain}: \"v=spf1 ip4:ADDRESS -all\", with the public address that this egress asks from and whoever else sends for it."),
            1 => Of(standing, CheckState.Warning, $"{domain} has an SPF record; whether it names the public address of this egress cannot be known from here.", "See that it names the address under which the world sees this egress."),
            var count => Of(standing, CheckState.Failed, $"{domain} has {count} SPF records, and may have one.", $"Make one SPF record of {domain} of them."),
        };
    }

    private static Check Of(Standing standing, CheckState state, string seen, string? cure = null) => new(CheckIds.Spf, state, seen, Why) { Cure = cure, Subject = standing.Egress.Name };
}
