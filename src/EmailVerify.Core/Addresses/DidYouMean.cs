using System.Collections.Concurrent;

namespace EmailVerify.Core.Addresses;

/// <summary>
/// What a mistyped domain was meant to be: measured against the large mail domains, and against common slips at the end of a domain. How far a typo may be off, and which of two near domains was
/// meant, depends on how common the domain is. Never suggests for a domain that is known to give mailboxes, nor what it was given.
/// </summary>
public static class DidYouMean
{
    private const int MaxDomainLength = 64;

    // What has a slip at its end and another before it is less likely than one slip: so much less, in tenths of an edit.
    private const int SecondSlip = 6;

    // A domain is compared with hundreds of others; many addresses share one. When it is full it starts anew.
    private const int MaxRemembered = 10_000;
    private static readonly ConcurrentDictionary<string, string?> Remembered = new(StringComparer.Ordinal);
    private static int remembered;

    /// <summary>Finds the address that was meant, in canonical form and with the same local part, or null.</summary>
    public static string? For(EmailAddress address) =>
        !address.IsLiteral && ForDomain(address.Domain) is { } domain ? $"{address.LocalPart}@{domain}" : null;

    /// <summary>Finds the domain that was meant, or null. Bounded work, whatever the domain.</summary>
    internal static string? ForDomain(string domain)
    {
        if (domain.Length > MaxDomainLength || domain.Contains("xn--", StringComparison.Ordinal) || IsKnown(domain))
            return null;
        if (Remembered.TryGetValue(domain, out var known))
            return known;

        // Counted here: the dictionary's own count takes all its locks.
        if (Interlocked.Increment(ref remembered) > MaxRemembered)
        {
            Remembered.Clear();
            Volatile.Write(ref remembered, 0);
        }

        return Remembered[domain] = Compare(domain);
    }

    private static string? Compare(string domain)
    {
        // :: 1: the name of the host that shows the web pages.
        if (domain.StartsWith("www.", StringComparison.Ordinal) && DomainList.Large.Contains(domain.AsSpan(4)))
            return domain[4..];

        // :: 2: a name without its end, as in "gmail", or one whose every end is wrong but one, as in "gmail.fr".
        if (MailDomain.WithoutEnd(domain) is { } whole)
            return whole;

        // :: 3: the end of the domain alone.
        var corrected = DomainEnd.Correct(domain, out var cannotExist);
        if (corrected is not null && DomainList.Large.Contains(corrected))
            return corrected;

        // :: 4: the nearest large domain, with the end as typed or corrected; else what the corrected end alone gives, where the end as typed exists nowhere.
        var (nearest, cost) = MailDomain.Nearest(domain);
        if (corrected is not null && MailDomain.Nearest(corrected, isSecondSlip: true) is { Domain: { } other } second && (nearest is null || second.Cost + SecondSlip < cost))
            nearest = other;

        return nearest ?? (cannotExist ? corrected : null);
    }

    private static bool IsKnown(string domain) =>
        DomainList.Large.Contains(domain) || DomainList.Free.Contains(domain) || DomainList.Neighbours.Contains(domain) || DomainList.Relay.Covers(domain);
}
