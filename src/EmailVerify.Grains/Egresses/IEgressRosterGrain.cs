using System.Collections.Immutable;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;

namespace EmailVerify.Grains.Egresses;

/// <summary>What all silos know of all egresses: which there are, when each was seen last, which rest. There is one: <see cref="Key"/>.</summary>
[Alias("egress-roster")]
public interface IEgressRosterGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "roster";

    /// <summary>A silo says which egresses it has, and learns of the others. Each silo does so every few seconds.</summary>
    [Alias("see")]
    ValueTask<EgressRoster> SeeAsync(ImmutableArray<Egress> own);

    /// <summary>A provider blocked an egress.</summary>
    /// <returns>The roster as it is then: two such blocks within an hour send the egress to rest.</returns>
    [Alias("blocked")]
    ValueTask<EgressRoster> BlockedAsync(string egress, string provider, DateTimeOffset at);
}
