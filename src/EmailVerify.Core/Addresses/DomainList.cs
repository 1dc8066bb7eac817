using System.Collections.Frozen;

namespace EmailVerify.Core.Addresses;

/// <summary>A list of domains from <c>schema/rules</c>, read once, at its first use; looking one up allocates nothing.</summary>
/// <param name="file">The file: a domain in A-labels and lower case on each line.</param>
internal sealed class DomainList(string file)
{
    /// <summary>Providers that give mailboxes for throwing away.</summary>
    public static readonly DomainList Disposable = new("disposable-domains.txt");

    /// <summary>Hosts that take mail for providers of mailboxes for throwing away.</summary>
    public static readonly DomainList DisposableExchangers = new("disposable-exchangers.txt");

    /// <summary>Providers that give anyone a mailbox for free.</summary>
    public static readonly DomainList Free = new("free-domains.txt");

    /// <summary>Services that forward to the mailbox of somebody who does not want to show its address.</summary>
    public static readonly DomainList Relay = new("relay-domains.txt");

    /// <summary>Large providers: whatever other lists say, they are not disposable; and what mistyped domains are compared with.</summary>
    public static readonly DomainList Large = new("mail-domains.txt");

    /// <summary>Domains that look like a typo of a large one and are none.</summary>
    public static readonly DomainList Neighbours = new("neighbour-domains.txt");

    /// <summary>Two-letter top-level domains that exist.</summary>
    public static readonly DomainList Countries = new("country-domains.txt");

    private readonly Lazy<FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>>> domains =
        new(() => RuleFile.ReadLines(file).ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>());

    /// <summary>Gets every domain of the list, in no order.</summary>
    public IReadOnlyCollection<string> All => domains.Value.Set;

    /// <summary>Says whether the list holds a domain.</summary>
    public bool Contains(ReadOnlySpan<char> domain) => domains.Value.Contains(domain);

    /// <summary>Says whether the list holds a domain or one above it: who owns a domain owns what is below.</summary>
    public bool Covers(ReadOnlySpan<char> domain) => Covers(domains.Value, domain);

    /// <summary>Says whether a set holds a domain or one above it.</summary>
    public static bool Covers(FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> domains, ReadOnlySpan<char> domain)
    {
        while (true)
        {
            if (domains.Contains(domain))
                return true;

            var dot = domain.IndexOf('.');
            if (dot < 0)
                return false;

            domain = domain[(dot + 1)..];
        }
    }
}
