using System.Collections.Immutable;

namespace EmailVerify.Core.Domains;

/// <summary>Finds where mail for a domain goes, by RFC 5321 5.1, RFC 7505 and what a probe may connect to. Stateless but for its randomness; safe for many callers.</summary>
public sealed class RouteFinder(IResolver resolver, AddressPolicy policy, ProviderCatalog providers, Random random, TimeProvider clock)
{
    /// <summary>The most addresses of a route, over all its exchangers: Postfix' <c>smtp_mx_address_limit</c>.</summary>
    public const int MostAddresses = 5;

    /// <summary>How many exchangers are looked up at once. Where none of them can be used the next ones follow, once: however many MX records a domain has, it costs at most 21 questions.</summary>
    private const int HostsAtOnce = 5;

    private const int MostHosts = 2 * HostsAtOnce;

    private readonly TargetFinder targets = new(resolver, policy);
    private readonly Lock shuffling = new();

    /// <summary>Asks the DNS. Never throws for what a domain's owner or a resolver does.</summary>
    /// <param name="domain">The ASCII domain in lower case.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async ValueTask<RouteFinding> FindAsync(string domain, CancellationToken cancellationToken)
    {
        // A name that the DNS cannot hold does not exist; asking would only earn a FORMERR, which tells nothing.
        if (!HostName.IsValid(domain))
            return Found(new Route.NoSuchDomain(), Lifetime.Cap);

        var answer = await resolver.MxAsync(domain, cancellationToken);
        return answer.Outcome switch
        {
            DnsOutcome.Answer => await ByRecordsAsync(answer, cancellationToken),
            DnsOutcome.NoData => await ImplicitAsync(domain, answer.TimeToLive, cancellationToken),
            DnsOutcome.NxDomain => Found(new Route.NoSuchDomain(), answer.TimeToLive),
            DnsOutcome.Failure or DnsOutcome.Timeout => Unresolved(answer.Outcome),
            _ => throw new InvalidOperationException($"The resolver answered {answer.Outcome}."),
        };
    }

    /// <summary>There are MX records, so the domain's own address is no target whatever comes of them (RFC 5321 5.1).</summary>
    private async ValueTask<RouteFinding> ByRecordsAsync(DnsAnswer<MxRecord> answer, CancellationToken cancellationToken)
    {
        // :: Step 1: a null MX stands alone; beside others it is a slip and ignored (RFC 7505 3).
        var named = answer.Records.RemoveAll(record => record.Host.Length == 0);
        if (named.IsEmpty)
            return Found(new Route.NullMx(), answer.TimeToLive);

        // :: Step 2: order. Step 3: addresses, of the first hosts at once; of the next ones only where those gave nothing to connect to.
        var ordered = Order(named);
        var found = new List<Target>();
        while (found.Count < Math.Min(ordered.Length, MostHosts) && !found.Exists(target => target.State is TargetState.Usable))
        {
            var wave = ordered.AsSpan()[found.Count..Math.Min(found.Count + HostsAtOnce, ordered.Length)].ToArray();
            found.AddRange(await targets.FindAsync(wave, cancellationToken));
        }

        // :: Step 4: what they amount to.
        return Conclude(found, answer.TimeToLive, allAsked: found.Count == ordered.Length, nothing: new Route.Unroutable());
    }

    /// <summary>No MX at all: the domain itself is its exchanger (RFC 5321 5.1).</summary>
    private async ValueTask<RouteFinding> ImplicitAsync(string domain, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var found = await targets.FindAsync([new MxRecord(0, domain)], cancellationToken);
        return Conclude(found, timeToLive, allAsked: true, nothing: found[0].State is TargetState.Absent ? new Route.NoMail() : new Route.Unroutable());
    }

    /// <summary>Decides conservatively: what the DNS did not tell is never a statement about the domain.</summary>
    private RouteFinding Conclude(IReadOnlyList<Target> found, TimeSpan timeToLive, bool allAsked, Route nothing)
    {
        var least = found.Aggregate(timeToLive, (least, target) => target.TimeToLive < least ? target.TimeToLive : least);
        var usable = found.Where(target => target.State is TargetState.Usable).ToImmutableArray();
        if (!usable.IsEmpty)
        {
            var shared = ExchangerOrder.Share(usable, MostAddresses);
            var isWhole = allAsked && found.All(target => target.State is TargetState.Usable or TargetState.Absent) && shared.Length == usable.Length;
            return Found(new Route.Exchangers(shared, Provider(usable)) { IsWhole = isWhole, MissingPreference = Missing(found, shared[0].Preference) }, least);
        }

        var failures = found.Where(target => target.State is TargetState.Failed).ToArray();
        if (failures.Length > 0)
            return Unresolved(failures.All(target => target.Outcome is DnsOutcome.Timeout) ? DnsOutcome.Timeout : DnsOutcome.Failure);
        if (!allAsked)
            return Unresolved(DnsOutcome.Failure);
        return Found(found.Any(target => target.State is TargetState.Forbidden) ? new Route.Forbidden() : nothing, least);
    }

    // A better exchanger that others may reach and we cannot. One that nobody can reach is none: what comes behind it takes all mail.
    private static int? Missing(IReadOnlyList<Target> found, int best)
    {
        var missing = found.Where(target => target.State is TargetState.Failed or TargetState.Forbidden && target.Record.Preference < best).ToArray();
        return missing.Length == 0 ? null : missing.Min(target => target.Record.Preference);
    }

    /// <summary>Names the provider by the exchangers of the lowest preference, in an order that the shuffle does not touch: a domain has to stay in its lane.</summary>
    private string Provider(ImmutableArray<Target> usable)
    {
        var first = usable
            .Where(target => target.Record.Preference == usable[0].Record.Preference)
            .OrderBy(target => target.Record.Host, StringComparer.Ordinal)
            .ToArray();
        var known = first.Select(target => providers.Of(target.Record.Host) ?? providers.Of(target.CanonicalName)).FirstOrDefault(policy => policy is not null);
        return known?.Name ?? providers.NameOf(first[0].Record.Host);
    }

    private ImmutableArray<MxRecord> Order(ImmutableArray<MxRecord> records)
    {
        lock (shuffling)
            return ExchangerOrder.Of(records, HostsAtOnce, random);
    }

    private RouteFinding Found(Route route, TimeSpan timeToLive)
    {
        var now = clock.GetUtcNow();
        return new(route, now, now + Lifetime.Bound(timeToLive));
    }

    private RouteFinding Unresolved(DnsOutcome outcome)
    {
        var now = clock.GetUtcNow();
        return new(new Route.Unresolved(outcome), now, now);
    }
}
