namespace EmailVerify.Browser;

/// <summary>What judges of pages found.</summary>
internal static class Faults
{
    /// <summary>Asserts that there are none; else tells all of them in full.</summary>
    public static void AssertNone(IReadOnlyCollection<string> faults) => Assert.True(faults.Count == 0, $"{faults.Count} faults:\n{string.Join('\n', faults.Distinct(StringComparer.Ordinal).Take(20))}");
}
