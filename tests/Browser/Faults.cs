namespace EmailVerify.Browser;

/// <summary>What judges of pages found.</summary>
internal static class Faults
{
    private const int MostOfAKind = 4;

    /// <summary>Asserts that there are none; else tells them in full, and of each kind some.</summary>
    public static void AssertNone(IReadOnlyCollection<string> faults) => Assert.True(faults.Count == 0, $"{faults.Count} faults:\n{string.Join('\n', faults
        .Distinct(StringComparer.Ordinal).GroupBy(fault => fault.Split(':')[0], StringComparer.Ordinal).SelectMany(kind => kind.Take(MostOfAKind)))}");

    /// <summary>Leaves out what is Scalar's alone: a part of it tries whether it may make code of text, and does without where it may not.</summary>
    public static string[] ButScalars(IEnumerable<string> findings) =>
        [.. findings.Where(finding => !(finding.StartsWith("policy: script-src forbids eval in ", StringComparison.Ordinal) && finding.Contains("/docs/scalar.js:", StringComparison.Ordinal)))];
}
