using System.Globalization;
using Orleans.Concurrency;

namespace EmailVerify.Grains.Batches;

/// <summary>Works through a chunk of a batch, or through rows of it that had been put off. Key: <see cref="ChunkKey"/>.</summary>
[Alias("chunk")]
public interface IChunkGrain : IGrainWithStringKey
{
    /// <summary>Begins the work; how it ends is told to the batch. Harmless while that work is under way.</summary>
    /// <param name="epoch">The epoch of the claim; for rows that had been put off, a number that rises with each such work.</param>
    /// <param name="defects">How often in a row this work has ended by a defect.</param>
    /// <param name="silences">How often in a row a worker of the batch has found that no resolver answers.</param>
    [Alias("begin"), AlwaysInterleave]
    ValueTask BeginAsync(int epoch, int defects, int silences);

    /// <summary>Says whether this work is under way; an activation that knows nothing of it says no, and the chunk is handed out again.</summary>
    [Alias("is-at-work"), AlwaysInterleave]
    ValueTask<bool> IsAtWorkAsync(int epoch);

    /// <summary>Sends nothing new out, or goes on; what was asked is heard out.</summary>
    [Alias("hold"), AlwaysInterleave]
    ValueTask HoldAsync(bool isHeld);
}

/// <summary>The keys of <see cref="IChunkGrain"/>: <c>bat_…/17</c> for a chunk, <c>bat_…/-1</c> for rows that had been put off.</summary>
public static class ChunkKey
{
    /// <summary>Gets the key of a chunk.</summary>
    public static string Of(string batchId, int number) => string.Create(CultureInfo.InvariantCulture, $"{batchId}/{number}");

    /// <summary>Gets the batch and the number of a key.</summary>
    public static (string BatchId, int Number) Parts(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return (key[..slash], int.Parse(key.AsSpan(slash + 1), CultureInfo.InvariantCulture));
    }
}
