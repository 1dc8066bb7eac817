namespace EmailVerify.Core.Customers;

/// <summary>A customer under a test key: a customer of its own, so that made-up verdicts never meet real ones.</summary>
public static class TestCustomer
{
    private const string Suffix = ":test";

    /// <summary>Gets the test side of a customer.</summary>
    public static string Of(string customerId) => customerId + Suffix;

    /// <summary>Says whether a customer is a test side.</summary>
    public static bool Is(string customerId) => customerId.EndsWith(Suffix, StringComparison.Ordinal);
}
