using System.Diagnostics;
using System.Globalization;

namespace EmailVerify.Benchmarks.Micro;

/// <summary>What one operation costs.</summary>
/// <param name="Nanoseconds">Time.</param>
/// <param name="Octets">What it allocates.</param>
internal readonly record struct Cost(double Nanoseconds, double Octets)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Nanoseconds,8:0.0} ns {Octets,8:0.0} B");
}

/// <summary>A part of the service and what it is held against.</summary>
/// <param name="Name">The part.</param>
/// <param name="Baseline">What the other one is.</param>
/// <param name="Operations">How many operations a pass of either has.</param>
/// <param name="Pass">A pass of the part. Returns what it found, so that none of it is optimised away.</param>
/// <param name="BaselinePass">A pass of the baseline.</param>
internal sealed record Part(string Name, string Baseline, int Operations, Func<long> Pass, Func<long> BaselinePass);

/// <summary>Times two loops in turn, so that whatever else the machine does meets both. The least of 30 short rounds each counts: what disturbs a loop only makes it longer.</summary>
internal static class Loop
{
    private const int Rounds = 30;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(0.03);
    private static long found;

    public static void Compare(Report report, Part part)
    {
        _ = Measure(part.Pass, part.Operations, WarmUp);
        _ = Measure(part.BaselinePass, part.Operations, WarmUp);
        var (ours, theirs) = (new Cost[Rounds], new Cost[Rounds]);
        for (var round = 0; round < Rounds; round++)
        {
            ours[round] = Measure(part.Pass, part.Operations, Round);
            theirs[round] = Measure(part.BaselinePass, part.Operations, Round);
        }

        var (own, other) = (ours.MinBy(cost => cost.Nanoseconds), theirs.MinBy(cost => cost.Nanoseconds));
        report.Figures($"  {part.Name,-16}{own}   {part.Baseline,-36}{other}   ratio {own.Nanoseconds / other.Nanoseconds:0.00}");
    }

    private static Cost Measure(Func<long> pass, int operations, TimeSpan least)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var began = Stopwatch.GetTimestamp();
        var count = 0L;
        do
        {
            found += pass();
            count += operations;
        }
        while (Stopwatch.GetElapsedTime(began) < least);
        return new Cost(Stopwatch.GetElapsedTime(began).TotalNanoseconds / count, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)count);
    }
}
