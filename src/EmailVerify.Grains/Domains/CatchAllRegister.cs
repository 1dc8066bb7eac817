using System.Collections.Immutable;
using EmailVerify.Core.Domains;

namespace EmailVerify.Grains.Domains;

/// <summary>The register of catch-all states: each domain's own grain.</summary>
internal sealed class CatchAllRegister(IGrainFactory grains) : ICatchAllRegister
{
    public ValueTask<DecoyGrant> RequestAsync(string domain) => grains.GetGrain<IDomainGrain>(domain).RequestDecoysAsync();

    public ValueTask ReportAsync(string domain, ImmutableArray<DecoyObservation> seen) => grains.GetGrain<IDomainGrain>(domain).ReportDecoysAsync(seen);
}
