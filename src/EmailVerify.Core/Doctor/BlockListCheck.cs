using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Doctor;

/// <summary>Whether the address of an egress is on block lists that mail hosts ask (RFC 5782).</summary>
public static class BlockListCheck
{
    private const string Why = "Mail hosts ask these lists about whoever connects, and refuse who is on one: answers become unknown/blocked_by_policy.";

    // Of IPv4 lists 127.0.0.2 is always an entry and 127.0.0.1 never; of IPv6 lists ::FFFF:7F00:2 and ::FFFF:7F00:1 (RFC 5782 5).
    private static readonly IPAddress Listed4 = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress Unlisted4 = IPAddress.Parse("127.0.0.1");
    private static readonly IPAddress Listed6 = IPAddress.Parse("::ffff:7f00:2");
    private static readonly IPAddress Unlisted6 = IPAddress.Parse("::ffff:7f00:1");

    // Codes by which a list says that it does not answer us: Spamhaus' 127.255.255.252 (no such zone), .254 (a public resolver), .255 (too many questions).
    private static readonly IPNetwork Refusals = IPNetwork.Parse("127.255.255.0/24");

    // Spamhaus' codes of the PBL, https://www.spamhaus.org/faqs/dnsbl-usage/: ranges that their owner, or Spamhaus, says shall not send mail by themselves. Nothing need ever have come from there.
    private static readonly ImmutableArray<IPAddress> PolicyCodes = [IPAddress.Parse("127.0.0.10"), IPAddress.Parse("127.0.0.11")];

    /// <summary>What one list says.</summary>
    private enum Word
    {
        NotListed,
        Listed,

        /// <summary>It does not answer this resolver.</summary>
        Refuses,

        /// <summary>It lists everything or nothing: no block list any more.</summary>
        Dead,

        /// <summary>The DNS did not tell.</summary>
        Untold,
    }

    /// <summary>Judges an egress.</summary>
    /// <param name="standing">Where it stands.</param>
    /// <param name="zones">The lists, by their zones.</param>
    public static async Task<Check> RunAsync(Standing standing, ImmutableArray<string> zones, IRecords records, CancellationToken cancellationToken)
    {
        if (zones.IsEmpty)
            return Of(CheckState.Skipped, "No block lists are configured (EmailVerify:Doctor:BlockLists).");
        if (standing.Outside is not { } address)
            return Of(CheckState.Skipped, "Under which public address mail hosts see this egress is not known here.");

        var words = await Task.WhenAll(zones.Select(async zone => (Zone: zone, Word: await AskAsync(address, zone, records, cancellationToken))));
        var listed = words.Where(one => one.Word.Word is Word.Listed).ToList();
        var unheard = words.Where(one => one.Word.Word is not (Word.Listed or Word.NotListed)).ToList();
        var silence = unheard.Count == 0 ? string.Empty : $" Not heard: {string.Join("; ", unheard.Select(one => $"{one.Zone} {InWords(one.Word.Word)}"))}.";
        if (listed.Count > 0)
        {
            var where = string.Join(", ", listed.Select(one => $"{one.Zone} ({string.Join(", ", one.Word.Codes)})"));
            return Of(CheckState.Failed, $"{standing.OutsideInWords} is on {where}.{silence}", listed.TrueForAll(one => IsPolicy(one.Zone, one.Word.Codes))
                ? "The address is in a range that shall not send mail by itself, as those of homes and offices. Ask from an address that is meant for mail hosts, or have whoever gave you this one take it out of the list; what was sent from it does not matter."
                : "Find out what was sent from the address and end it, then ask each list to take it off (each has a page for it); an address that was used badly before you had it is best given back.");
        }

        var heard = words.Length - unheard.Count;
        if (heard == 0)
        {
            return Of(CheckState.Skipped, $"No list told anything.{silence}",
                "Lists answer resolvers that ask for themselves, not the public ones of others: run a resolver of your own and set EmailVerify:Dns:Servers to it.");
        }

        var clean = string.Join(", ", words.Where(one => one.Word.Word is Word.NotListed).Select(one => one.Zone));
        return Of(CheckState.Ok, $"{standing.OutsideInWords} is not on {clean}.{silence}");

        Check Of(CheckState state, string seen, string? cure = null) => new(CheckIds.BlockLists, state, seen, Why) { Cure = cure, Subject = standing.Egress.Name };
    }

    private static bool IsPolicy(string zone, ImmutableArray<IPAddress> codes) =>
        zone.Contains("spamhaus", StringComparison.OrdinalIgnoreCase) && codes.All(PolicyCodes.Contains);

    private static async Task<(Word Word, ImmutableArray<IPAddress> Codes)> AskAsync(IPAddress address, string zone, IRecords records, CancellationToken cancellationToken)
    {
        // What a list says of the address counts only where it says what every list must of the test addresses.
        var is4 = address.AddressFamily is AddressFamily.InterNetwork;
        var answers = await Task.WhenAll(FindAsync(address), FindAsync(is4 ? Listed4 : Listed6), FindAsync(is4 ? Unlisted4 : Unlisted6));
        var (own, always, never) = (answers[0], answers[1], answers[2]);
        if (answers.Any(answer => answer.Records.Any(Refusals.Contains)))
            return (Word.Refuses, []);
        if (answers.Any(answer => answer.Outcome is DnsOutcome.Failure or DnsOutcome.Timeout))
            return (Word.Untold, []);
        if (!IsEntry(always) || IsEntry(never))
            return (Word.Dead, []);
        return IsEntry(own) ? (Word.Listed, own.Records) : (Word.NotListed, []);

        Task<DnsAnswer<IPAddress>> FindAsync(IPAddress asked) => records.AddressesAsync(ReverseName.Under(asked, zone), AddressFamily.InterNetwork, cancellationToken).AsTask();
    }

    // Entries are in 127.0.0.0/8 (RFC 5782 2.1): an address elsewhere is a resolver's or a domain seller's invention.
    private static bool IsEntry(DnsAnswer<IPAddress> answer) => answer.Records is [var code, ..] && AddressKinds.Of(code) is AddressKind.Loopback;

    private static string InWords(Word word) => word switch
    {
        Word.Refuses => "refuses to answer our resolver",
        Word.Dead => "does not answer as a list does",
        Word.Untold => "was not told by the DNS",
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "Heard."),
    };
}
