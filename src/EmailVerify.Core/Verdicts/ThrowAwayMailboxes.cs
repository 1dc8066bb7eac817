using System.Collections.Immutable;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Verdicts;

/// <summary>Whether a domain gives out mailboxes for throwing away: by its own name, or by who takes its mail. The same question for what is asked and for what is judged again.</summary>
internal static class ThrowAwayMailboxes
{
    /// <summary>Asks of a route.</summary>
    public static bool AreAt(EmailAddress address, Route.Exchangers route) => AddressFlags.Of(address).Disposable || DisposableExchangers.Serve(route, address);

    /// <summary>Asks of the names of exchangers, whose preferences are not known: each must be such a host.</summary>
    public static bool AreAt(EmailAddress address, ImmutableArray<string> hosts) => hosts.IsEmpty
        ? AddressFlags.Of(address).Disposable
        : AreAt(address, new Route.Exchangers([.. hosts.Select(host => new Exchanger(host, 0, []))], string.Empty));
}
