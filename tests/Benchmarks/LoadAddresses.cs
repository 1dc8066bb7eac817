using System.Globalization;
using System.Text.Json;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks;

/// <summary>Addresses at the sandbox's numbered domains, each domain a provider of its own. <c>ok-N</c> exists and <c>no-N</c> does not; every twentieth domain accepts all.</summary>
internal static class LoadAddresses
{
    private const int CatchAllEvery = 20;

    /// <summary>Makes an address; every other one exists.</summary>
    /// <param name="domain">The number of the domain, from 1 to 5,000.</param>
    /// <param name="number">Its number at the domain.</param>
    public static string Of(int domain, int number) => Of(domain, number, exists: number % 2 == 0);

    /// <summary>Makes an address.</summary>
    public static string Of(int domain, int number, bool exists) =>
        string.Create(CultureInfo.InvariantCulture, $"{(exists ? "ok" : "no")}-{number}@d{domain}.load.test");

    /// <summary>Makes addresses, domain by domain in turn.</summary>
    public static string[] Across(int firstDomain, int domains, int each) =>
        [.. Enumerable.Range(0, domains * each).Select(at => Of(firstDomain + (at % domains), at / domains))];

    /// <summary>Says whether an answer is the truth about an address.</summary>
    public static bool IsTrue(string email, ReadOnlyMemory<byte> answer)
    {
        using var json = JsonDocument.Parse(answer);
        return string.Equals(json.RootElement.Verdict(), TruthOf(email), StringComparison.Ordinal);
    }

    /// <summary>Says whether a domain accepts whatever it is asked about.</summary>
    public static bool IsCatchAll(int domain) => domain % CatchAllEvery == 0;

    /// <summary>Says what is true of an address: <c>status/reason</c>.</summary>
    public static string TruthOf(string email)
    {
        var domain = int.Parse(email.AsSpan()[(email.IndexOf('@', StringComparison.Ordinal) + 2)..email.IndexOf('.', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
        return IsCatchAll(domain) ? "risky/accept_all"
            : email.StartsWith("ok", StringComparison.Ordinal) ? "deliverable/accepted_email"
            : "undeliverable/rejected_email";
    }
}
