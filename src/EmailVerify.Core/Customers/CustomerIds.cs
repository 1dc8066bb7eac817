namespace EmailVerify.Core.Customers;

/// <summary>The ids of customers as rows carry them.</summary>
public static class CustomerIds
{
    /// <summary>Who owns everything until there are more customers.</summary>
    public const string Default = "cus_default";

    private const string TestSuffix = "~test";

    /// <summary>Gets the owner of what a customer's test keys make: a world apart, so that no made-up verdict is ever read, listed or served with a real one.</summary>
    public static string InTest(string customerId) => customerId + TestSuffix;

    /// <summary>Gets the customer whose world an owner is.</summary>
    public static string OutOfTest(string ownerId) => IsTest(ownerId) ? ownerId[..^TestSuffix.Length] : ownerId;

    /// <summary>Says whether an owner is such a world.</summary>
    public static bool IsTest(string customerId) => customerId.EndsWith(TestSuffix, StringComparison.Ordinal);
}
