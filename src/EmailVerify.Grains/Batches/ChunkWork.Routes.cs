using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Domains;

namespace EmailVerify.Grains.Batches;

/// <content>Where the mail of a chunk's rows goes.</content>
internal sealed partial class ChunkWork
{
    /// <summary>
    /// So many domains must be looked up and none be answered before the resolver is taken for dead: a few whose name servers are silent are the rule in lists. One that says SERVFAIL lives.
    /// Where it was dead a moment ago, one is enough.
    /// </summary>
    private const int DomainsOfADeadResolver = 8;

    /// <summary>How recent an answer of the resolver must be to show that it lives.</summary>
    private static readonly TimeSpan LookUpIsFresh = TimeSpan.FromMinutes(1);

    /// <summary>How often in a row workers of a batch find nothing but silence, ten seconds apart or more, before it is the answer: an hour at least. Lists of dead domains only would never end.</summary>
    private const int MostSilences = 360;

    private async Task<List<ChunkDomain>> ByRouteAsync(List<ChunkItem> asked, CancellationToken cancellationToken)
    {
        var byDomain = asked.GroupBy(one => one.Address.Domain, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        var now = shop.Clock.GetUtcNow();
        var answers = new Dictionary<string, DomainAnswer>(StringComparer.Ordinal);
        foreach (var record in await RecordsAsync([.. byDomain.Keys], cancellationToken))
        {
            if (record.Route is { } route && now < route.FreshUntil)
                answers[record.Domain] = DomainAnswer.At(record, route.Route, now);
        }

        var lookedUp = await Task.WhenAll(byDomain.Keys.Where(domain => !answers.ContainsKey(domain)).Select(domain => LookUpAsync(domain, cancellationToken).AsTask()));
        var timedOut = lookedUp.Count(found => found.Answer?.Route is Route.Unresolved { Outcome: DnsOutcome.Timeout });
        if (lookedUp.Any(found => found.Answer is { Route: not Route.Unresolved { Outcome: DnsOutcome.Timeout } }))
            (shop.LastLookUp, wasAnswered) = (shop.Clock.GetUtcNow(), true);
        var isDead = timedOut >= (silences > 0 ? 1 : DomainsOfADeadResolver) && timedOut == lookedUp.Length && silences < MostSilences && shop.Clock.GetUtcNow() - shop.LastLookUp > LookUpIsFresh;
        if (isDead)
            stall = Stall.ResolverUnavailable;
        foreach (var (domain, answer) in lookedUp)
        {
            if (answer is not null && !isDead)
                answers[domain] = answer;
        }

        var routed = new List<ChunkDomain>(answers.Count);
        foreach (var (domain, answer) in answers)
        {
            var items = byDomain[domain];
            if (Judge.Of(answer.Route) is { } judged)
                items.ForEach(one => Settle(one, new AttemptResult.Judged(judged, VerdictSource.Dns)));
            else if (answer.PausedUntil is { } paused)
                items.ForEach(one => Settle(one, new AttemptResult.Deferred(paused, VerdictReason.RateLimited)));
            else
                routed.Add(new ChunkDomain(domain, (Route.Exchangers)answer.Route, answer.CatchAll, answer.GreylistsKnownOnly, items));
        }

        return routed;
    }

    private async ValueTask<ImmutableArray<DomainRecord>> RecordsAsync(ImmutableArray<string> domains, CancellationToken cancellationToken)
    {
        try
        {
            return await shop.Domains.FindManyAsync(domains, cancellationToken);
        }
        catch (Exception failure) when (IsDefect(failure))
        {
            // What cannot be read is looked up anew.
            LogNotRead(batchId, failure);
            return [];
        }
    }

    // A grain that could not be asked leaves its rows unanswered: they are handed out again.
    private async ValueTask<(string Domain, DomainAnswer? Answer)> LookUpAsync(string domain, CancellationToken cancellationToken)
    {
        if (shop.Answers.TryGet(domain, out var kept))
            return (domain, kept);
        await shop.LookUps.WaitAsync(cancellationToken);
        try
        {
            // Another chunk may have asked meanwhile.
            if (MustStop || shop.Answers.TryGet(domain, out kept))
                return (domain, MustStop ? null : kept);
            var answer = await shop.DomainGrains[domain].KnowAsync();
            if (answer.Route is not Route.Unresolved)
                shop.Answers.Keep(domain, answer);
            return (domain, answer);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotLookedUp(batchId, failure);
            wasTakenBack |= Unreachable.Is(failure);
            return (domain, null);
        }
        finally
        {
            _ = shop.LookUps.Release();
        }
    }
}
