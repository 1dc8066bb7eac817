using EmailVerify.Core.Lanes;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace EmailVerify.Grains.Lanes;

/// <summary>
/// Puts all lanes of an egress on one silo that has it: what they share, the limits per connected address among it, is then counted in one place, and the sum of the silos breaks none.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class EgressPlacementAttribute() : PlacementFilterAttribute(new EgressPlacementStrategy());

/// <inheritdoc cref="EgressPlacementAttribute"/>
internal sealed class EgressPlacementStrategy() : PlacementFilterStrategy(order: 0);

/// <inheritdoc cref="EgressPlacementAttribute"/>
internal sealed class EgressPlacementDirector(EgressSilos silos) : IPlacementFilterDirector
{
    /// <inheritdoc/>
    /// <remarks>Where none has the egress any silo may refuse the lane, which it does at once; to choose none would have the caller wait for one to come.</remarks>
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> candidates) =>
        silos.ServerOf(LaneKey.EgressOf(target.GrainIdentity.Key.ToString()!), candidates) is { } server ? [server] : candidates;
}

/// <summary>Which silo serves an egress: of those that have it, the same one for whoever asks.</summary>
internal sealed class EgressSilos(ISiloMetadataCache metadata, ISiloStatusOracle oracle, ILocalSiloDetails local)
{
    /// <summary>What a silo says of itself under this name: the names of its egresses, with commas between.</summary>
    public const string MetadataKey = "egresses";

    /// <summary>Finds the silo that serves an egress, or null where none of them has it.</summary>
    public SiloAddress? ServerOf(string egress, IEnumerable<SiloAddress> among)
    {
        SiloAddress? server = null;
        var highest = 0UL;
        foreach (var silo in among)
        {
            var hash = NameHash.Of(silo.ToParsableString(), egress);
            if (Has(silo, egress) && (server is null || hash > highest))
                (server, highest) = (silo, hash);
        }

        return server;
    }

    /// <summary>Says whether a lane of an egress is not where it would be put now, since silos have come or gone.</summary>
    public bool IsElsewhere(string egress) =>
        ServerOf(egress, oracle.GetApproximateSiloStatuses(onlyActive: true).Keys) is { } server && !server.Equals(local.SiloAddress);

    private bool Has(SiloAddress silo, string egress) =>
        metadata.GetSiloMetadata(silo).Metadata.TryGetValue(MetadataKey, out var names) && names.Split(',').Contains(egress, StringComparer.Ordinal);
}
