using EmailVerify.Grains;

namespace EmailVerify.Host.Api;

/// <summary>Where the API finds the grains of one kind.</summary>
internal interface IGrains<out TGrain>
    where TGrain : IGrainWithStringKey
{
    /// <summary>Gets the grain of a key.</summary>
    TGrain Get(string key);
}

/// <summary>The grains of the silo.</summary>
internal sealed class OrleansGrains<TGrain>(IGrainFactory factory) : IGrains<TGrain>
    where TGrain : IGrainWithStringKey
{
    private readonly GrainReferences<TGrain> references = new(factory);

    public TGrain Get(string key) => references[key];
}
