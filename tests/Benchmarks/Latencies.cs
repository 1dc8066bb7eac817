using System.Diagnostics;
using System.Globalization;

namespace EmailVerify.Benchmarks;

/// <summary>Times that were measured, in the ticks of <see cref="Stopwatch"/>.</summary>
internal sealed class Latencies
{
    private readonly long[] sorted;

    public Latencies(IEnumerable<long> ticks)
    {
        sorted = [.. ticks];
        Array.Sort(sorted);
    }

    /// <summary>Gets the time that a share of the measured stays within, in milliseconds: the nearest rank.</summary>
    /// <param name="share">Above 0, up to 1.</param>
    public double Within(double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1] * 1_000.0 / Stopwatch.Frequency;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"P50 {Within(0.5):0.0} ms, P95 {Within(0.95):0.0} ms, P99 {Within(0.99):0.0} ms, max {Within(1):0.0} ms");
}
