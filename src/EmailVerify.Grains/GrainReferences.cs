namespace EmailVerify.Grains;

/// <summary>Finds grains of one kind by their keys.</summary>
/// <remarks>
/// <see cref="IGrainFactory.GetGrain{TGrainInterface}(string, string)"/> reads the attributes of the interface by reflection at each call, which costs more than the rest
/// of a call within the silo. The kind of a grain does not change while the process runs, so it is learnt from the first reference.
/// </remarks>
/// <typeparam name="TGrain">The interface; one grain class implements it.</typeparam>
/// <param name="factory">Where references come from.</param>
public sealed class GrainReferences<TGrain>(IGrainFactory factory)
    where TGrain : IGrainWithStringKey
{
    private Kind? known;

    /// <summary>Gets the grain of a key.</summary>
    public TGrain this[string key] => known is { } kind
        ? (TGrain)factory.GetGrain(GrainId.Create(kind.Type, key), kind.Interface)
        : Learn(factory.GetGrain<TGrain>(key));

    private TGrain Learn(TGrain first)
    {
        if (first is GrainReference reference)
            known = new Kind(reference.GrainId.Type, reference.InterfaceType);
        return first;
    }

    private sealed record Kind(GrainType Type, GrainInterfaceType Interface);
}
