namespace EmailVerify.Core.Domains;

/// <summary>What must hold of provider data, so that a slip of the pen cannot lift a limit.</summary>
internal static class ProviderRules
{
    /// <summary>Shorter words would be met in other banners by chance.</summary>
    private const int ShortestBanner = 5;

    /// <summary>Shorter words would be met in other replies by chance.</summary>
    private const int ShortestSaying = 3;

    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(7);

    /// <summary>Finds the first broken rule.</summary>
    /// <returns>A sentence for people, or null when all hold.</returns>
    public static string? Broken(IEnumerable<ProviderPolicy> policies)
    {
        // Names of exchangers and of EHLO share one table, for a host may call itself by either.
        var owners = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var policy in policies)
        {
            if (Complaint(policy) is { } complaint)
                return $"Provider {policy.Name}: {complaint}";
            foreach (var (kind, pattern) in Claims(policy))
            {
                if (!owners.TryAdd(pattern, policy.Name))
                    return $"Provider {policy.Name}: {kind} {pattern} also belongs to {owners[pattern]}.";
            }
        }

        return null;
    }

    private static IEnumerable<(string Kind, string Pattern)> Claims(ProviderPolicy policy) =>
        policy.Exchangers.Select(pattern => ("exchanger", pattern))
            .Concat(policy.EhloNames.Select(pattern => ("EHLO name", pattern)))
            .Concat(policy.Banners.Select(words => ("banner", words)));

    private static string? Complaint(ProviderPolicy policy)
    {
        if (!HostName.IsValid(policy.Name))
            return "the name must be made of lower-case letters, digits, hyphen, underscore and dots.";
        if (policy.Exchangers.FirstOrDefault(pattern => !IsPattern(pattern)) is { } pattern)
            return $"exchanger \"{pattern}\" must be a host name, or a suffix that begins with a dot.";
        if (policy.EhloNames.FirstOrDefault(name => !IsPattern(name)) is { } name)
            return $"EHLO name \"{name}\" must be a host name, or a suffix that begins with a dot.";
        if (policy.Banners.FirstOrDefault(words => words.Trim().Length < ShortestBanner) is { } banner)
            return $"banner \"{banner}\" must have {ShortestBanner} characters, or other banners have it too.";
        if (policy.Software && !policy.Exchangers.IsEmpty)
            return "software has no exchangers; who runs it is named by them.";
        if (policy.DomainsWithoutCatchAll.FirstOrDefault(domain => !HostName.IsValid(domain)) is { } domain)
            return $"\"{domain}\" is no domain.";
        return PauseComplaint(policy)
            ?? Outside("sessions", policy.Sessions, 1, 100)
            ?? Outside("recipients_per_session", policy.RecipientsPerSession, 1, 1000)
            ?? Outside("sessions_per_minute", policy.SessionsPerMinute, 1, 6000)
            ?? Outside("refusals_per_session", policy.RefusalsPerSession, 1, 20)
            ?? Outside("refused_ratio_cap", policy.RefusedRatioCap ?? 0, 0, 1)
            ?? Outside("highest_rate", policy.HighestRate, 0.01, 1000)
            ?? Outside("cautious_rate", policy.CautiousRate, 0.01, policy.HighestRate)
            ?? Outside("pause_minutes", policy.Pause.TotalMinutes, 1, LongestPause.TotalMinutes)
            ?? Outside("greylist_most_minutes", policy.GreylistMost?.TotalMinutes ?? 1, 1, LongestPause.TotalMinutes)
            ?? Outside("greylist_least_minutes", policy.GreylistLeast?.TotalMinutes ?? 1, 1, (policy.GreylistMost ?? LongestPause).TotalMinutes);
    }

    private static string? PauseComplaint(ProviderPolicy policy)
    {
        foreach (var pause in policy.Pauses)
        {
            if (pause is { Says: null, Meaning: null })
                return "a pause must say after what: \"says\", \"meaning\" or both.";
            if (pause.Says is { } words && words.Trim().Length < ShortestSaying)
                return $"a pause after \"{words}\" would hold for too many replies.";
            if (Outside("a pause's minutes", pause.Length.TotalMinutes, 1, LongestPause.TotalMinutes) is { } complaint)
                return complaint;
        }

        return null;
    }

    private static bool IsPattern(string pattern) => HostName.IsValid(pattern.AsSpan(pattern.StartsWith('.') ? 1 : 0));

    private static string? Outside(string key, double value, double least, double most) =>
        value >= least && value <= most ? null : FormattableString.Invariant($"{key} is {value}, it must be from {least} to {most}.");
}
