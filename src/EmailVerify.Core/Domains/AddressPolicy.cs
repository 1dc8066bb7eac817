using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace EmailVerify.Core.Domains;

/// <summary>
/// Which addresses may be connected to. Names come from strangers, so that a domain could point at our own network (SSRF). The route is
/// judged by it, and the dialer asks again about the very address that it connects to.
/// </summary>
public sealed class AddressPolicy
{
    /// <summary>Public addresses only: the default.</summary>
    public static readonly AddressPolicy PublicOnly = new(mayPublic: true, mayPrivate: false, [], []);

    /// <summary>Private, reserved and loopback addresses too. Link-local stays out: clouds give credentials there to whoever asks.</summary>
    public static readonly AddressPolicy PrivateToo = new(mayPublic: true, mayPrivate: true, [], []);

    private readonly bool mayPublic;
    private readonly bool mayPrivate;
    private readonly ImmutableArray<IPNetwork> networks;
    private readonly ImmutableHashSet<IPAddress> own;

    private AddressPolicy(bool mayPublic, bool mayPrivate, ImmutableArray<IPNetwork> networks, ImmutableHashSet<IPAddress> own) =>
        (this.mayPublic, this.mayPrivate, this.networks, this.own) = (mayPublic, mayPrivate, networks, own);

    /// <summary>Reads the setting <c>Smtp:AllowPrivateAddresses</c>.</summary>
    /// <param name="setting"><c>false</c> (also null and empty), <c>true</c>, or networks such as <c>127.0.0.0/8, 10.1.0.0/16</c> that are allowed beside public addresses.</param>
    /// <param name="policy">The policy, when the text has a meaning.</param>
    public static bool TryParse(string? setting, [NotNullWhen(true)] out AddressPolicy? policy)
    {
        policy = null;
        if (string.IsNullOrWhiteSpace(setting))
        {
            policy = PublicOnly;
            return true;
        }

        if (bool.TryParse(setting, out var all))
        {
            policy = all ? PrivateToo : PublicOnly;
            return true;
        }

        var named = new List<IPNetwork>();
        foreach (var text in setting.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!IPNetwork.TryParse(text, out var network))
                return false;
            named.Add(network);
        }

        policy = Allowing(named);
        return true;
    }

    /// <summary>Makes a policy that allows public addresses and these networks.</summary>
    public static AddressPolicy Allowing(IEnumerable<IPNetwork> networks) => new(mayPublic: true, mayPrivate: false, [.. networks], []);

    /// <summary>Makes a policy that also refuses our own egress addresses: services of this machine may trust them. Loopback ones say nothing, since every local service shares them.</summary>
    public AddressPolicy Refusing(IEnumerable<IPAddress> ownAddresses) =>
        new(mayPublic, mayPrivate, networks, own.Union(ownAddresses.Select(AddressKinds.Unwrap).Where(address => AddressKinds.Of(address) is not AddressKind.Loopback)));

    /// <summary>Makes a policy that allows nothing public: for the sandbox, and for load tests without limits.</summary>
    public AddressPolicy WithoutPublic() => new(mayPublic: false, mayPrivate, networks, own);

    /// <summary>Says whether an address may be connected to.</summary>
    public bool Allows(IPAddress address)
    {
        var inner = AddressKinds.Unwrap(address);
        return !own.Contains(inner) && AddressKinds.Of(inner) switch
        {
            AddressKind.Public => mayPublic,
            AddressKind.Private or AddressKind.Loopback or AddressKind.Reserved => mayPrivate || IsAllowedByName(inner),
            AddressKind.LinkLocal => IsAllowedByName(inner),
            AddressKind.Unspecified or AddressKind.Multicast => false,
            var kind => throw new InvalidOperationException($"Nobody decided about {kind}."),
        };
    }

    private bool IsAllowedByName(IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }
}
