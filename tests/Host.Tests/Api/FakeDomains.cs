using System.Collections.Concurrent;
using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using EmailVerify.Grains.Domains;
using EmailVerify.Host.Api;

namespace EmailVerify.Host.Tests.Api;

/// <summary>The table <c>domains</c> in memory, and grains that find what a test says and keep it there.</summary>
internal sealed class FakeDomains(TimeProvider clock) : IDomainStore, IGrains<IDomainGrain>
{
    private readonly ConcurrentDictionary<string, DomainRecord> records = new(StringComparer.Ordinal);

    /// <summary>Gets the domains of which a grain was asked, and whether it was to ask the DNS in any case.</summary>
    public ConcurrentQueue<(string Domain, bool Refresh)> Asked { get; } = new();

    /// <summary>Gets or sets what the DNS says.</summary>
    public Func<string, Route> Dns { get; set; } = static _ => new Route.NoSuchDomain();

    /// <summary>Gets or sets what the DNS waits for before it answers.</summary>
    public Task Answering { get; set; } = Task.CompletedTask;

    public void Put(DomainRecord record) => records[record.Domain] = record;

    public ValueTask<DomainRecord?> FindAsync(string domain, CancellationToken cancellationToken) => new(records.GetValueOrDefault(domain));

    public ValueTask<ImmutableArray<DomainRecord>> FindManyAsync(ImmutableArray<string> domains, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task SaveAsync(DomainRecord record) => throw new NotSupportedException("The API leaves this to the grain.");

    public IDomainGrain Get(string key) => new Grain(this, key);

    private async ValueTask<DomainAnswer> FindAsync(string domain, bool refresh)
    {
        await Task.Yield();
        Asked.Enqueue((domain, refresh));
        await Answering;
        var (route, now) = (Dns(domain), clock.GetUtcNow());
        var record = records.GetValueOrDefault(domain) ?? new DomainRecord(domain, null, CatchAllFinding.None, null);
        if (route is not Route.Unresolved)
            Put(record with { Route = new RouteFinding(route, now, now.AddHours(1)) });
        return DomainAnswer.At(record, route, now);
    }

    private sealed class Grain(FakeDomains domains, string domain) : IDomainGrain
    {
        public ValueTask<DomainAnswer> KnowAsync() => domains.FindAsync(domain, refresh: false);

        public ValueTask<DomainAnswer> RefreshAsync() => domains.FindAsync(domain, refresh: true);

        public ValueTask<DecoyGrant> RequestDecoysAsync(DecoyShape shape) => throw new NotSupportedException();

        public ValueTask ReportDecoysAsync(ImmutableArray<DecoyObservation> seen) => throw new NotSupportedException();

        public ValueTask<CatchAllBelief> CatchAllAsync(TimeSpan wait) => throw new NotSupportedException();

        public ValueTask<CatchAllBelief> CatchAllAsync(DecoyShape shape, bool interactive, TimeSpan wait) => throw new NotSupportedException();

        public ValueTask<bool> StrangerAsync(bool wasGreylisted) => throw new NotSupportedException();

        public ValueTask PauseAsync(DateTimeOffset until) => throw new NotSupportedException();
    }
}
