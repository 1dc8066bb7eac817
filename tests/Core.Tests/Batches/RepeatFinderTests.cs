using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Batches;

public sealed class RepeatFinderTests
{
    [Fact]
    public void Find_ARepeat_NamesTheEarliest()
    {
        var finder = new RepeatFinder();
        Assert.Equal([null, null, 1, 2, 1], Rows(finder, 7, 8, 7, 8, 7));
    }

    [Fact]
    public void Find_BeyondTheBound_KnowsThoseThatCameBefore()
    {
        var finder = new RepeatFinder(most: 2);
        Assert.Equal([null, null, null, null, 1, 2], Rows(finder, 1, 2, 3, 3, 1, 2));
    }

    private static List<long?> Rows(RepeatFinder finder, params int[] hashes) =>
        [.. hashes.Select((hash, at) => finder.Find(at + 1, new AddressHash((UInt128)hash)))];
}
