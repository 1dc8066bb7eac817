using System.Collections.Immutable;
using System.Net;

namespace EmailVerify.Core.Domains;

/// <summary>A host that a domain's MX records name, with the addresses that may be connected to.</summary>
/// <param name="Host">Its name, lower case.</param>
/// <param name="Preference">Its MX preference; 0 for the implicit MX.</param>
/// <param name="Addresses">The addresses to try, IPv4 before IPv6, every one judged before it is connected to.</param>
public sealed record Exchanger(string Host, int Preference, ImmutableArray<IPAddress> Addresses)
{
    /// <summary>Gets the name that its own led to by a CNAME, or null.</summary>
    public string? CanonicalName { get; init; }
}

/// <summary>Where mail for a domain goes. Every way that the question can end is a case of its own.</summary>
public abstract record Route
{
    private Route()
    {
    }

    /// <summary>There are exchangers to ask.</summary>
    /// <param name="InOrder">By preference, equals shuffled; never empty; at most 5 addresses over all.</param>
    /// <param name="Provider">Who operates the exchangers of the lowest preference: a name of the provider data, else an organisational domain. The shuffle does not change it.</param>
    public sealed record Exchangers(ImmutableArray<Exchanger> InOrder, string Provider) : Route
    {
        /// <summary>
        /// Gets a value indicating whether every exchanger that the domain names is here. Where one is missing (its address could not be found, is not ours to connect to, or was one too many),
        /// the others' word that they do not serve the domain is no proof.
        /// </summary>
        public bool IsWhole { get; init; } = true;

        /// <summary>
        /// Gets the best preference that the domain names, where no exchanger of it is here since its address could not be told: those that are here stand in for it.
        /// Null where the first of <see cref="InOrder"/> is one of the best.
        /// </summary>
        public int? MissingPreference { get; init; }

        private int BestPreference => MissingPreference ?? InOrder[0].Preference;

        /// <summary>Finds an exchanger by its name.</summary>
        /// <param name="host">The name of the exchanger that was asked, or null.</param>
        public Exchanger? Find(string? host)
        {
            foreach (var exchanger in InOrder)
            {
                if (string.Equals(exchanger.Host, host, StringComparison.Ordinal))
                    return exchanger;
            }

            return null;
        }

        /// <summary>Says whether a host is one of a worse preference than the best: it may take mail for others that are down.</summary>
        /// <param name="host">The name of the exchanger that was asked, or null.</param>
        public bool IsBackup(string? host) => Find(host) is { } exchanger && exchanger.Preference > BestPreference;

        /// <summary>
        /// Says whether the mail goes to the same exchangers as by another route, so that what was learnt about these holds: those of the best preference, for backups are known by names of their own.
        /// Where one of the two is not whole, a common one is enough; where no best one could be looked up, any.
        /// </summary>
        public bool HasSameHosts(Exchangers other)
        {
            if (MissingPreference is not null || other.MissingPreference is not null)
                return BestPreference == other.BestPreference && InOrder.Any(one => other.Find(one.Host) is not null);
            if (!IsWhole || !other.IsWhole)
                return InOrder.Any(one => IsBest(one) && other.HasBest(one.Host));
            return InOrder.All(one => !IsBest(one) || other.HasBest(one.Host)) && other.InOrder.All(one => !other.IsBest(one) || HasBest(one.Host));
        }

        private bool HasBest(string host) => Find(host) is { } exchanger && IsBest(exchanger);

        private bool IsBest(Exchanger exchanger) => exchanger.Preference <= BestPreference;
    }

    /// <summary>The domain says that it takes no mail (RFC 7505).</summary>
    public sealed record NullMx : Route;

    /// <summary>NXDOMAIN.</summary>
    public sealed record NoSuchDomain : Route;

    /// <summary>The name exists and has neither MX nor address.</summary>
    public sealed record NoMail : Route;

    /// <summary>Every target is loopback, unspecified or does not exist: nobody could deliver there.</summary>
    public sealed record Unroutable : Route;

    /// <summary>Every target has a private or reserved address only, which we never connect to.</summary>
    public sealed record Forbidden : Route;

    /// <summary>The DNS did not tell: nothing about the domain.</summary>
    /// <param name="Outcome"><see cref="DnsOutcome.Failure"/> or <see cref="DnsOutcome.Timeout"/>.</param>
    public sealed record Unresolved(DnsOutcome Outcome) : Route;
}

/// <summary>A route and how long it may be believed.</summary>
/// <param name="Route">The route.</param>
/// <param name="FoundAt">When the DNS was asked.</param>
/// <param name="FreshUntil">Until when the TTLs let it be believed; equal to <paramref name="FoundAt"/> for <see cref="Route.Unresolved"/>.</param>
public sealed record RouteFinding(Route Route, DateTimeOffset FoundAt, DateTimeOffset FreshUntil);
