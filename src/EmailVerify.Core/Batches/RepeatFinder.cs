using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Batches;

/// <summary>
/// Finds rows that repeat an earlier one, as they come by. It keeps a bounded number of hashes, some 60 MB of them: an address that first comes after these were
/// taken is taken for new each time, and so is verified more than once, mostly from verdicts that are fresh still. No row is ever said to repeat one that it does not.
/// </summary>
/// <param name="most">How many different addresses are kept.</param>
public sealed class RepeatFinder(int most = RepeatFinder.DefaultMost)
{
    /// <summary>How many different addresses are kept by default.</summary>
    public const int DefaultMost = 1_000_000;

    private const int Parts = 256;

    // Keyed hashes: nobody outside can make them collide. In parts, for what grows by doubling is copied, and a large part leaves large holes behind.
    private readonly Dictionary<UInt128, long>[] parts = [.. Enumerable.Range(0, Parts).Select(_ => new Dictionary<UInt128, long>())];
    private int kept;

    /// <summary>Looks at a row.</summary>
    /// <param name="row">Its number, from 1; rows come in their order.</param>
    /// <param name="hash">The hash of its address.</param>
    /// <returns>The earliest row with that address, or null when it is the first one that is known.</returns>
    public long? Find(long row, AddressHash hash)
    {
        var part = parts[(int)(hash.Bits % Parts)];
        if (part.TryGetValue(hash.Bits, out var first))
            return first;
        if (kept < most)
        {
            kept++;
            part.Add(hash.Bits, row);
        }

        return null;
    }
}
