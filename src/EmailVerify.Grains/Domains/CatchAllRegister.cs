using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Domains;

/// <summary>The register of catch-all states: each domain's own grain. Where it cannot be reached a session goes on without: an answer about a mailbox is not given up for it.</summary>
internal sealed partial class CatchAllRegister(IGrainFactory grains, ILogger<CatchAllRegister> logger) : ICatchAllRegister
{
    private readonly GrainReferences<IDomainGrain> domains = new(grains);

    public async ValueTask<DecoyGrant> RequestAsync(string name, DecoyShape shape)
    {
        try
        {
            return await domains[name].RequestDecoysAsync(shape);
        }
        catch (Exception failure)
        {
            LogUnreachable(name, failure);
            return DecoyGrant.NotNeeded;
        }
    }

    public async ValueTask ReportAsync(string name, ImmutableArray<DecoyObservation> seen)
    {
        try
        {
            await domains[name].ReportDecoysAsync(seen);
        }
        catch (Exception failure)
        {
            LogUnreachable(name, failure);
        }
    }
}
