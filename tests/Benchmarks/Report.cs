using System.Globalization;

namespace EmailVerify.Benchmarks;

/// <summary>Prints figures, and each bound with whether it held.</summary>
internal sealed class Report(TextWriter output)
{
    /// <summary>Gets a value indicating whether every bound held.</summary>
    public bool HoldsAll { get; private set; } = true;

    public void Figures(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>Compares a figure with the most that it may be.</summary>
    public void AtMost(string what, double figure, double bound, string unit) => Bound(what, figure, "<=", bound, unit, figure <= bound);

    /// <summary>Compares a figure with the least that it must be.</summary>
    public void AtLeast(string what, double figure, double bound, string unit) => Bound(what, figure, ">=", bound, unit, figure >= bound);

    private void Bound(string what, double figure, string relation, double bound, string unit, bool holds)
    {
        HoldsAll &= holds;
        Figures($"    {(holds ? "holds " : "MISSED")} {what}: {figure:0.##} {unit} ({relation} {bound:0.##})");
    }
}
