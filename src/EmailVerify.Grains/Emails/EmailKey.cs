using EmailVerify.Core.Verdicts;

namespace EmailVerify.Grains.Emails;

/// <summary>The keys of <see cref="IEmailGrain"/>.</summary>
public static class EmailKey
{
    /// <summary>The prefix of real addresses. No grain key may look like a hexadecimal number, which grain storage on ADO.NET would fold.</summary>
    public const string Live = "h-";

    /// <summary>The prefix of addresses under test keys, which never leave the process.</summary>
    public const string Test = "t-";

    /// <summary>Gets the key of an address.</summary>
    public static string Of(AddressHash hash, bool test) => (test ? Test : Live) + hash;
}
