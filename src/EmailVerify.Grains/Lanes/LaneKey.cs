using System.Globalization;
using EmailVerify.Core.Lanes;

namespace EmailVerify.Grains.Lanes;

/// <summary>
/// The keys of <see cref="ILaneGrain"/>: <c>google/eg-1</c> for a provider that the data name, <c>tail-07/eg-1</c> for the many small hosts, shared out by hash,
/// so that no grain is activated for each of them.
/// </summary>
public static class LaneKey
{
    /// <summary>Over how many lanes of an egress the small hosts are shared out.</summary>
    public const int TailShards = 16;

    /// <summary>Gets the key of the lane to a provider.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="hasData">Whether the provider data name it.</param>
    /// <param name="egress">The egress' name.</param>
    public static string Of(string provider, bool hasData, string egress) => hasData
        ? $"{provider}/{egress}"
        : string.Create(CultureInfo.InvariantCulture, $"tail-{NameHash.Of(provider) % TailShards:00}/{egress}");

    /// <summary>Gets the provider of a key that data name; null for a lane of small hosts.</summary>
    public static string? ProviderOf(string key) => key.StartsWith("tail-", StringComparison.Ordinal) ? null : key[..key.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>Gets the name of the egress of a key.</summary>
    public static string EgressOf(string key) => key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
