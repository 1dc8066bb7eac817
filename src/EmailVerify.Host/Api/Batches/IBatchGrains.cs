using EmailVerify.Grains;
using EmailVerify.Grains.Batches;

namespace EmailVerify.Host.Api.Batches;

/// <summary>Where the API finds the grains of batches.</summary>
internal interface IBatchGrains
{
    /// <summary>Gets the grain of a batch's id.</summary>
    IBatchGrain Get(string batchId);
}

/// <summary>The grains of the silo.</summary>
internal sealed class OrleansBatchGrains(IGrainFactory factory) : IBatchGrains
{
    private readonly GrainReferences<IBatchGrain> references = new(factory);

    public IBatchGrain Get(string batchId) => references[batchId];
}
