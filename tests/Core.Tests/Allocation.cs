namespace EmailVerify.Core.Tests;

/// <summary>What something allocates on the thread that does it.</summary>
internal static class Allocation
{
    private const int Runs = 20;

    /// <summary>Gets the octets that an action allocates once it is warm: the least of some runs, for tiered compilation and the runner may allocate on this thread too.</summary>
    public static long Of(Action action)
    {
        action();
        var least = long.MaxValue;
        for (var run = 0; run < Runs; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
