using System.Globalization;

namespace EmailVerify.Scenarios.Kills;

/// <summary>Whom the callers ask about: distinct mailboxes of the sandbox's load domains, and a few strangers that are put off for ever.</summary>
internal static class Population
{
    private const int Domains = 1_000;

    /// <summary>Every so many-th domain of the sandbox accepts everything.</summary>
    private const int CatchAllEvery = 20;

    /// <summary>One in so many is greylisted; more would ask the one greylisting host faster than its lane may.</summary>
    private const int GreylistedEvery = 120;

    /// <summary>Makes the address of a number; each number is another mailbox.</summary>
    public static string AddressOf(int number)
    {
        if (number % GreylistedEvery == 0)
            return string.Create(CultureInfo.InvariantCulture, $"stranger{number}@greylist-forever.test");

        // A step that shares no factor with the number of domains visits them all, and neighbours are far apart.
        var domain = (number * 389 % Domains) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{(number % 3 == 0 ? "no" : "ok")}{number}@d{domain}.load.test");
    }

    /// <summary>Says whether a verdict may be given about an address. Unknown may always.</summary>
    public static bool May(string email, string verdict) =>
        verdict.StartsWith("unknown/", StringComparison.Ordinal) || string.Equals(verdict, ExpectedOf(email), StringComparison.Ordinal);

    private static string ExpectedOf(string email)
    {
        if (email.EndsWith("@greylist-forever.test", StringComparison.Ordinal))
            return "unknown/greylisted";
        var domain = int.Parse(email.AsSpan(email.IndexOf("@d", StringComparison.Ordinal) + 2, email.IndexOf(".load", StringComparison.Ordinal) - email.IndexOf("@d", StringComparison.Ordinal) - 2), CultureInfo.InvariantCulture);
        return domain % CatchAllEvery == 0 ? "risky/accept_all"
            : email.StartsWith("ok", StringComparison.Ordinal) ? "deliverable/accepted_email"
            : "undeliverable/rejected_email";
    }
}
