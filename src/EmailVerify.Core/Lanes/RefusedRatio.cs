namespace EmailVerify.Core.Lanes;

/// <summary>The share of refused recipients among the last hundred or so: older ones fade.</summary>
internal sealed class RefusedRatio
{
    /// <summary>Fewer say nothing: the first two of a file may well both be gone.</summary>
    private const int Fewest = 20;

    private const double Fading = 0.99;

    private long seen;
    private double answered;
    private double refused;

    /// <summary>Gets the share; 0 while too few were answered.</summary>
    public double Value => seen < Fewest ? 0 : refused / answered;

    /// <summary>Adds one.</summary>
    public void Add(bool isRefused)
    {
        seen++;
        answered = (answered * Fading) + 1;
        refused = (refused * Fading) + (isRefused ? 1 : 0);
    }
}
