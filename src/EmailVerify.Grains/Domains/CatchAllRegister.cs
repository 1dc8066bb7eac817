using System.Collections.Immutable;
using EmailVerify.Core.Domains;

namespace EmailVerify.Grains.Domains;

/// <summary>The register of catch-all states: each domain's own grain.</summary>
internal sealed class CatchAllRegister(IGrainFactory grains) : ICatchAllRegister
{
    private readonly GrainReferences<IDomainGrain> domains = new(grains);

    public ValueTask<DecoyGrant> RequestAsync(string domain) => domains[domain].RequestDecoysAsync();

    public ValueTask ReportAsync(string domain, ImmutableArray<DecoyObservation> seen) => domains[domain].ReportDecoysAsync(seen);
}
