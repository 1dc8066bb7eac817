using System.Collections.Immutable;
using System.Net;
using EmailVerify.Adapters.Smtp;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Probes;

namespace EmailVerify.Adapters.Doctor;

/// <summary>A mail host that the doctor may knock at.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Addresses">Its addresses, those that may be connected to.</param>
internal sealed record KnownHost(string Host, ImmutableArray<IPAddress> Addresses);

/// <summary>Whether mail hosts can be connected to from an egress.</summary>
/// <param name="port">Their port.</param>
/// <param name="patience">How long a connection and a greeting may each take.</param>
/// <param name="clock">The clock.</param>
internal sealed class PortCheck(int port, TimeSpan patience, TimeProvider clock)
{
    private const int LongestSaying = 160;

    private const string Why = "Mailboxes are asked about at port 25, and most hosters, clouds and access providers block it: then every address that needs asking is unknown/no_connect.";

    /// <summary>Gets the check of an installation that connects to nobody.</summary>
    public static Check NotAsked => new(CheckIds.Port25, CheckState.Skipped, "No mail host was connected to, since no egress is configured; the command doctor looks all the same.", Why);

    /// <summary>Judges an egress: one host is asked, and the others only where that one did not greet us, each once.</summary>
    /// <param name="egress">The egress; null is this machine as it is, where none is configured.</param>
    /// <param name="hosts">The hosts, few.</param>
    /// <param name="first">Which one is asked first, so that several egresses do not all call on the same.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Check> RunAsync(Egress? egress, ImmutableArray<KnownHost> hosts, int first, CancellationToken cancellationToken)
    {
        var reachable = Enumerable.Range(0, hosts.Length)
            .Select(at => hosts[(first + at) % hosts.Length])
            .Select(host => (host.Host, Address: AddressFor(egress, host)))
            .Where(pair => pair.Address is not null)
            .Select(pair => (pair.Host, Target: new IPEndPoint(pair.Address!, port)))
            .ToList();
        if (reachable.Count == 0)
            return Of(CheckState.Skipped, "No mail host is known that may be connected to from here.");

        var knocks = new List<Knock> { await KnockAsync(reachable[0]) };
        if (knocks[0].Ending is not KnockEnding.Greeted)
            knocks.AddRange(await Task.WhenAll(reachable.Skip(1).Select(KnockAsync)));
        return Judge(knocks);

        Task<Knock> KnockAsync((string Host, IPEndPoint Target) at) => PortKnock.KnockAsync(at.Host, at.Target, egress, patience, clock, cancellationToken);

        Check Of(CheckState state, string seen, string? cure = null) => new(CheckIds.Port25, state, seen, Why) { Cure = cure, Subject = egress?.Name };

        Check Judge(List<Knock> all)
        {
            var said = string.Join("; ", all.Select(InWords));
            if (all.Exists(knock => knock.Ending is KnockEnding.Greeted))
            {
                return all.Count == 1
                    ? Of(CheckState.Ok, $"Port {port}: {said}.")
                    : Of(CheckState.Warning, $"Port {port} is open, but not to all: {said}.", "Where one host alone does not answer, look again later; where it stays so, its operator or a firewall treats this address differently.");
            }

            if (all.Exists(knock => knock.Ending is KnockEnding.TurnedAway))
            {
                return Of(CheckState.Failed, $"Port {port} is open, and nobody greeted us: {said}.",
                    "The hosts answer, and do not want this address: read what they say, and look at the checks helo and block_lists.");
            }

            if (egress?.Socks5 is { } proxy)
            {
                return all.Find(knock => knock.Ending is KnockEnding.ProxyFailed) is { Host: not null } failed
                    ? ProxyCheck.Judge(egress, proxy, failed.Proxy)
                    : Of(CheckState.Failed, $"Port {port} seems closed from the machine of the proxy {proxy}: {said}.", $"What follows is said of that machine. {CureOf(all)}") with { StopsWork = true };
            }

            return Of(CheckState.Failed, $"Port {port} seems closed from here: {said}.", CureOf(all)) with { StopsWork = true };
        }
    }

    // Where the choice is the system's, an address that it knows a way to: some machines have one family only. Which ways a proxy knows, nobody here does: IPv4 stands first.
    private IPAddress? AddressFor(Egress? egress, KnownHost host) => egress is { Address: { } from }
        ? host.Addresses.FirstOrDefault(address => address.AddressFamily == from.AddressFamily)
        : egress is { Socks5: not null } ? host.Addresses.FirstOrDefault()
        : host.Addresses.FirstOrDefault(address => SourceAddress.Toward(new IPEndPoint(address, port)) is not null) ?? host.Addresses.FirstOrDefault();

    private string CureOf(List<Knock> all) => all switch
    {
        _ when port != SocketDialer.SmtpPort => FormattableString.Invariant($"EmailVerify:Smtp:Port is {port}, and the mail hosts of the internet listen at 25: take the setting away, or let your own hosts listen there."),
        _ when all.Exists(knock => knock.Ending is KnockEnding.NotOurs) => "This machine does not have the address of the egress: give it the address, or correct EmailVerify:Egresses:n:Address.",
        _ when all.Exists(knock => knock.Ending is KnockEnding.TimedOut) =>
            "A firewall drops the packets, most likely your provider's: ask it to open port 25 out (many do on request), or run this at one that does. Look into your own firewall, too.",
        _ when all.Exists(knock => knock.Ending is KnockEnding.Refused) =>
            "Something on the way refuses the connections: your own firewall, a network policy, or your provider's; ask it to open port 25 out.",
        _ when all.Exists(knock => knock.Ending is KnockEnding.Silent) => "Something takes the connections and passes nothing on, such as a filter of your provider: ask it to open port 25 out.",
        _ => "This machine has no way to the hosts: look at its network and routes.",
    };

    private static string InWords(Knock knock) => knock.Ending switch
    {
        KnockEnding.Greeted => $"{knock.Host} greeted us",
        KnockEnding.TurnedAway => $"{knock.Host} said \"{(knock.Said.Length > LongestSaying ? knock.Said[..LongestSaying] : knock.Said)}\"",
        KnockEnding.Silent => $"{knock.Host} took the connection and said nothing",
        KnockEnding.Refused => $"the connection to {knock.Host} was refused",
        KnockEnding.TimedOut => $"{knock.Host} timed out",
        KnockEnding.NoWay => $"there is no way to {knock.Host}",
        KnockEnding.ProxyFailed => $"the proxy did not connect to {knock.Host}",
        KnockEnding.NotOurs => $"to {knock.Host} nobody can connect from an address that this machine does not have",
        _ => throw new ArgumentOutOfRangeException(nameof(knock), knock.Ending, "Not an ending."),
    };
}
