using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace EmailVerify.Core.Domains;

/// <summary>Looks up the addresses of exchangers and judges them.</summary>
internal sealed class TargetFinder(IResolver resolver, AddressPolicy policy)
{
    private static readonly DnsAnswer<IPAddress> NotAsked = new(DnsOutcome.NoData, [], Lifetime.Cap);

    /// <summary>
    /// Looks up all at once, IPv4 first. IPv6 is asked only for hosts without a usable IPv4 address, and only while the route has room:
    /// large providers want more of a stranger on IPv6 and blocklists take a whole /64 for one.
    /// </summary>
    public async ValueTask<Target[]> FindAsync(MxRecord[] records, CancellationToken cancellationToken)
    {
        var four = await AskAsync(records, Array.ConvertAll(records, record => HostName.IsValid(record.Host)), AddressFamily.InterNetwork, cancellationToken);
        var usable = Array.ConvertAll(four, answer => answer.Records.Count(policy.Allows));
        var full = usable.Sum() >= RouteFinder.MostAddresses;
        var wanted = records.Select((record, at) => !full && usable[at] == 0 && HostName.IsValid(record.Host)).ToArray();
        var six = await AskAsync(records, wanted, AddressFamily.InterNetworkV6, cancellationToken);
        return [.. records.Select((record, at) => Judge(record, four[at], six[at], sixIsOpen: full && usable[at] == 0))];
    }

    private async ValueTask<DnsAnswer<IPAddress>[]> AskAsync(MxRecord[] records, bool[] wanted, AddressFamily family, CancellationToken cancellationToken) =>
        await Task.WhenAll(records.Select((record, at) => wanted[at]
            ? resolver.AddressesAsync(record.Host, family, cancellationToken).AsTask()
            : Task.FromResult(NotAsked)));

    private Target Judge(MxRecord record, DnsAnswer<IPAddress> four, DnsAnswer<IPAddress> six, bool sixIsOpen)
    {
        var all = four.Records.AddRange(six.Records);
        var usable = all.Where(policy.Allows).Take(RouteFinder.MostAddresses).ToImmutableArray();
        var failure = Failure(four) ?? Failure(six) ?? (sixIsOpen ? DnsOutcome.Failure : null);
        var state = (usable.IsEmpty, failure, all.IsEmpty) switch
        {
            (false, _, _) => TargetState.Usable,
            (true, not null, _) => TargetState.Failed,
            (true, null, true) => TargetState.Absent,
            _ => all.All(address => AddressKinds.Of(address) is AddressKind.Loopback or AddressKind.Unspecified) ? TargetState.Dead : TargetState.Forbidden,
        };
        return new(
            record,
            state,
            state is TargetState.Failed ? failure!.Value : DnsOutcome.Answer,
            usable,
            four.CanonicalName ?? six.CanonicalName,
            four.TimeToLive < six.TimeToLive ? four.TimeToLive : six.TimeToLive);
    }

    private static DnsOutcome? Failure(DnsAnswer<IPAddress> answer) => answer.Outcome is DnsOutcome.Failure or DnsOutcome.Timeout ? answer.Outcome : null;
}
