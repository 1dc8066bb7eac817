using System.Net;
using System.Net.Sockets;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Doctor;

/// <summary>What SPF says of an address (RFC 7208 2.6).</summary>
public enum SpfResult
{
    /// <summary>There is no record.</summary>
    None,

    /// <summary>The record says nothing about it.</summary>
    Neutral,

    /// <summary>It may send.</summary>
    Pass,

    /// <summary>It may not.</summary>
    Fail,

    /// <summary>It probably may not.</summary>
    SoftFail,

    /// <summary>The DNS did not tell.</summary>
    TempError,

    /// <summary>The record is wrong.</summary>
    PermError,
}

/// <summary>What SPF says, and by what.</summary>
/// <param name="Result">The result.</param>
/// <param name="Detail">For a person: what was wrong, or empty.</param>
public readonly record struct SpfFinding(SpfResult Result, string Detail = "");

/// <summary>One evaluation of SPF (RFC 7208 4), as a mail host does it at MAIL FROM. Bounded: ten terms that ask the DNS, of them two without an answer.</summary>
/// <param name="records">The DNS.</param>
/// <param name="macros">Who sends.</param>
public sealed class Spf(IRecords records, SpfMacros macros)
{
    /// <summary>The most terms that ask the DNS (RFC 7208 4.6.4).</summary>
    public const int MostLookups = 10;

    private const int MostVoids = 2;
    private const int MostNames = 10;

    private static readonly SpfFinding TooMany = new(SpfResult.PermError, "it needs more than ten questions to the DNS");
    private static readonly SpfFinding TooManyVoids = new(SpfResult.PermError, "more than two of the names in it have nothing in the DNS");
    private static readonly SpfFinding Untold = new(SpfResult.TempError, "the DNS did not tell all of it");

    private int lookups;
    private int voids;

    /// <summary>Evaluates the record of a domain. To be called once.</summary>
    public async Task<SpfFinding> EvaluateAsync(string domain, CancellationToken cancellationToken)
    {
        // :: Step 1: the record.
        var answer = HostName.IsValid(domain) ? await records.TextsAsync(domain, cancellationToken) : new(DnsOutcome.NxDomain, [], TimeSpan.Zero);
        if (answer.Outcome is DnsOutcome.Failure or DnsOutcome.Timeout)
            return Untold;
        var found = answer.Records.Where(SpfRecord.IsOne).ToList();
        if (found.Count != 1)
            return found.Count == 0 ? new(SpfResult.None) : new(SpfResult.PermError, $"{domain} has {found.Count} SPF records, and may have one");
        if (!SpfRecord.TryParse(found[0], out var record, out var wrong))
            return new(SpfResult.PermError, $"the record of {domain} has a term that is none: {wrong}");

        // :: Step 2: the first mechanism that fits decides.
        foreach (var term in record.Terms)
        {
            var (fits, ending) = await FitsAsync(term, domain, cancellationToken);
            if (ending is { } error)
                return error;
            if (fits)
                return new(term.Qualifier);
        }

        // :: Step 3: or another domain's record.
        if (record.Redirect is null)
            return new(SpfResult.Neutral);
        if (++lookups > MostLookups)
            return TooMany;
        if (macros.Expand(record.Redirect, domain) is not { } target)
            return new(SpfResult.PermError, $"the record of {domain} has a redirect that is none");
        var redirected = await EvaluateAsync(target, cancellationToken);
        return redirected.Result is SpfResult.None ? new(SpfResult.PermError, $"{domain} refers to {target}, which has no SPF record") : redirected;
    }

    private async Task<(bool Fits, SpfFinding? Ending)> FitsAsync(SpfTerm term, string domain, CancellationToken cancellationToken)
    {
        if (term.Mechanism is SpfMechanism.All)
            return (true, null);
        if (term.Network is { } network)
            return (network.Contains(macros.Address), null);
        if (++lookups > MostLookups)
            return (false, TooMany);
        if ((term.Domain is null ? domain : macros.Expand(term.Domain, domain)) is not { } name)
            return (false, new(SpfResult.PermError, $"the record of {domain} names {term.Domain}"));
        return term.Mechanism switch
        {
            SpfMechanism.Include => await IncludesAsync(name, cancellationToken),
            SpfMechanism.A => await HasAddressAsync(name, term, cancellationToken),
            SpfMechanism.Mx => await HasExchangerAsync(name, term, cancellationToken),
            SpfMechanism.Ptr => await IsCalledAsync(name, cancellationToken),
            SpfMechanism.Exists => Told(await AddressesAsync(name, AddressFamily.InterNetwork, cancellationToken), static _ => true),
            _ => throw new InvalidOperationException($"Nobody decided about {term.Mechanism}."),
        };
    }

    private async Task<(bool Fits, SpfFinding? Ending)> IncludesAsync(string name, CancellationToken cancellationToken)
    {
        var finding = await EvaluateAsync(name, cancellationToken);
        return finding.Result switch
        {
            SpfResult.Pass => (true, null),
            SpfResult.Fail or SpfResult.SoftFail or SpfResult.Neutral => (false, null),
            SpfResult.None => (false, new(SpfResult.PermError, $"it includes {name}, which has no SPF record")),
            SpfResult.TempError or SpfResult.PermError => (false, finding),
            _ => throw new InvalidOperationException($"Nobody decided about {finding.Result}."),
        };
    }

    private async Task<(bool Fits, SpfFinding? Ending)> HasAddressAsync(string name, SpfTerm term, CancellationToken cancellationToken) =>
        Told(await AddressesAsync(name, macros.Address.AddressFamily, cancellationToken), address => IsNear(address, term));

    private async Task<(bool Fits, SpfFinding? Ending)> HasExchangerAsync(string name, SpfTerm term, CancellationToken cancellationToken)
    {
        var answer = HostName.IsValid(name) ? await records.MxAsync(name, cancellationToken) : new(DnsOutcome.NxDomain, [], TimeSpan.Zero);
        if (Told(answer, static _ => false) is { Ending: { } ending })
            return (false, ending);
        if (answer.Records.Length > MostNames)
            return (false, new(SpfResult.PermError, $"{name} has more than ten exchangers"));
        foreach (var host in answer.Records.Select(record => record.Host).Where(host => host.Length > 0))
        {
            // These questions are the mechanism's own: they are bounded by the number of hosts.
            var addresses = await AddressesAsync(host, macros.Address.AddressFamily, cancellationToken);
            if (addresses.Outcome is DnsOutcome.Failure or DnsOutcome.Timeout)
                return (false, Untold);
            if (addresses.Records.Any(address => IsNear(address, term)))
                return (true, null);
        }

        return (false, null);
    }

    // Deprecated, and never an error (RFC 7208 5.5).
    private async Task<(bool Fits, SpfFinding? Ending)> IsCalledAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await records.NamesAsync(macros.Address, cancellationToken);
        foreach (var called in answer.Records.Take(MostNames))
        {
            if ((called.Equals(name, StringComparison.Ordinal) || called.EndsWith("." + name, StringComparison.Ordinal))
                && (await AddressesAsync(called, macros.Address.AddressFamily, cancellationToken)).Records.Contains(macros.Address))
            {
                return (true, null);
            }
        }

        return (false, null);
    }

    private async Task<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family, CancellationToken cancellationToken) =>
        HostName.IsValid(name) ? await records.AddressesAsync(name, family, cancellationToken) : new(DnsOutcome.NxDomain, [], TimeSpan.Zero);

    private (bool Fits, SpfFinding? Ending) Told<T>(DnsAnswer<T> answer, Func<T, bool> fits) => answer.Outcome switch
    {
        DnsOutcome.Answer => (answer.Records.Any(fits), null),
        DnsOutcome.NoData or DnsOutcome.NxDomain => ++voids > MostVoids ? (false, TooManyVoids) : (false, null),
        DnsOutcome.Failure or DnsOutcome.Timeout => (false, Untold),
        _ => throw new InvalidOperationException($"Nobody decided about {answer.Outcome}."),
    };

    private bool IsNear(IPAddress address, SpfTerm term) =>
        SpfTerm.Around(address, address.AddressFamily is AddressFamily.InterNetwork ? term.Prefix4 : term.Prefix6).Contains(macros.Address);
}
