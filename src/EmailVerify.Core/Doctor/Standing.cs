using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Doctor;

/// <summary>Where an egress stands: from which address it asks, and what the DNS says of its HELO name.</summary>
/// <param name="Egress">The egress.</param>
/// <param name="Source">The address that its connections leave this machine with, or null where the system did not tell.</param>
/// <param name="HeloOutcome">How asking for the addresses of its HELO name ended.</param>
/// <param name="HeloAddresses">Those addresses.</param>
public sealed record Standing(Egress Egress, IPAddress? Source, DnsOutcome HeloOutcome, ImmutableArray<IPAddress> HeloAddresses)
{
    /// <summary>Gets a value indicating whether something between us and the internet changes our address, so that nobody here knows it.</summary>
    public bool IsBehindNat => Source is not null && AddressKinds.Of(Source) is not AddressKind.Public && !HeloAddresses.Contains(Source);

    /// <summary>
    /// Gets the address by which mail hosts know us: the source, where it is public or where the HELO name says the same; behind a NAT the public one that the HELO name promises.
    /// Null where nothing tells.
    /// </summary>
    public IPAddress? Outside =>
        Source is not null && !IsBehindNat ? Source
        : HeloAddresses.FirstOrDefault(address => AddressKinds.Of(address) is AddressKind.Public && (Source is null || address.AddressFamily == Source.AddressFamily));

    /// <summary>Gets words for <see cref="Outside"/> that hide nothing.</summary>
    public string OutsideInWords => IsBehindNat || Source is null ? $"{Outside}, which the HELO name promises," : $"{Outside}";

    /// <summary>Finds it out.</summary>
    public static async Task<Standing> OfAsync(Egress egress, IPAddress? source, IResolver resolver, CancellationToken cancellationToken)
    {
        var name = egress.HeloName.ToLowerInvariant();
        var four = await resolver.AddressesAsync(name, AddressFamily.InterNetwork, cancellationToken);
        var six = await resolver.AddressesAsync(name, AddressFamily.InterNetworkV6, cancellationToken);

        // What is not told of the family that this egress asks from is not told, whatever the other family has; where that is not known, unless the other has addresses.
        source = source is null ? null : AddressKinds.Unwrap(source);
        ImmutableArray<IPAddress> addresses = [.. four.Records, .. six.Records];
        var own = source is null ? null : source.AddressFamily is AddressFamily.InterNetworkV6 ? six : four;
        var outcome = own is { } asked && IsUntold(asked.Outcome) ? asked.Outcome
            : !addresses.IsEmpty ? DnsOutcome.Answer
            : IsUntold(four.Outcome) ? four.Outcome
            : six.Outcome;
        return new Standing(egress, source, outcome, addresses);
    }

    private static bool IsUntold(DnsOutcome outcome) => outcome is DnsOutcome.Failure or DnsOutcome.Timeout;
}
