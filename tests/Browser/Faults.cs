namespace EmailVerify.Browser;

/// <summary>What judges of pages found.</summary>
internal static class Faults
{
    private const int MostOfAKind = 4;

    /// <summary>Asserts that there are none; else tells them in full, and of each kind some.</summary>
    public static void AssertNone(IReadOnlyCollection<string> faults) => Assert.True(faults.Count == 0, $"{faults.Count} faults:\n{string.Join('\n', faults
        .Distinct(StringComparer.Ordinal).GroupBy(fault => fault.Split(':')[0], StringComparer.Ordinal).SelectMany(kind => kind.Take(MostOfAKind)))}");
}
