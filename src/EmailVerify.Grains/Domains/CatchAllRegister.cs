using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Domains;

/// <summary>The register of catch-all states: each domain's own grain. Where it cannot be reached a session goes on without: an answer about a mailbox is not given up for it.</summary>
internal sealed partial class CatchAllRegister(IGrainFactory grains, ILogger<CatchAllRegister> logger) : ICatchAllRegister
{
    private readonly GrainReferences<IDomainGrain> domains = new(grains);

    public async ValueTask<DecoyGrant> RequestAsync(string domain)
    {
        try
        {
            return await domains[domain].RequestDecoysAsync();
        }
        catch (Exception failure)
        {
            LogUnreachable(domain, failure);
            return DecoyGrant.NotNeeded;
        }
    }

    public async ValueTask ReportAsync(string domain, ImmutableArray<DecoyObservation> seen)
    {
        try
        {
            await domains[domain].ReportDecoysAsync(seen);
        }
        catch (Exception failure)
        {
            LogUnreachable(domain, failure);
        }
    }
}
