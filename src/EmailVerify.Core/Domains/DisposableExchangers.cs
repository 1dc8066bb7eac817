using EmailVerify.Core.Addresses;

namespace EmailVerify.Core.Domains;

/// <summary>
/// Who takes a domain's mail may tell that its mailboxes are for throwing away, however fresh the domain: those who give such mailboxes take new domains every day, and keep their hosts. A host below a domain
/// of <c>schema/rules/disposable-domains.txt</c>, or one of <c>disposable-exchangers.txt</c>.
/// </summary>
public static class DisposableExchangers
{
    /// <summary>Says whether every exchanger of the lowest preference is such a host. What the operator and our own lists of providers say about the domain goes before.</summary>
    public static bool Serve(Route.Exchangers route, EmailAddress address)
    {
        if (OperatorLists.Current.IsDisposable(address.Domain) is { } said)
            return said;

        if (DomainList.Large.Contains(address.Domain) || DomainList.Relay.Covers(address.Domain))
            return false;

        var first = route.InOrder[0].Preference;
        return route.InOrder.All(exchanger => exchanger.Preference > first || IsDisposable(exchanger.Host));
    }

    private static bool IsDisposable(string host) => DomainList.DisposableExchangers.Covers(host) || DomainList.Disposable.Covers(host);
}
