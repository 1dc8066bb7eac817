namespace EmailVerify.Core.Domains;

/// <summary>What must hold of provider data, so that a slip of the pen cannot lift a limit.</summary>
internal static class ProviderRules
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(7);

    /// <summary>Finds the first broken rule.</summary>
    /// <returns>A sentence for people, or null when all hold.</returns>
    public static string? Broken(IEnumerable<ProviderPolicy> policies)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var policy in policies)
        {
            if (Complaint(policy) is { } complaint)
                return $"Provider {policy.Name}: {complaint}";
            foreach (var pattern in policy.Exchangers)
            {
                if (!owners.TryAdd(pattern, policy.Name))
                    return $"Provider {policy.Name}: exchanger {pattern} also belongs to {owners[pattern]}.";
            }
        }

        return null;
    }

    private static string? Complaint(ProviderPolicy policy)
    {
        if (!HostName.IsValid(policy.Name))
            return "the name must be made of lower-case letters, digits, hyphen, underscore and dots.";
        if (policy.Exchangers.FirstOrDefault(pattern => !HostName.IsValid(pattern.AsSpan(pattern.StartsWith('.') ? 1 : 0))) is { } pattern)
            return $"exchanger \"{pattern}\" must be a host name, or a suffix that begins with a dot.";
        if (policy.DomainsWithoutCatchAll.FirstOrDefault(domain => !HostName.IsValid(domain)) is { } domain)
            return $"\"{domain}\" is no domain.";
        return Outside("sessions", policy.Sessions, 1, 100)
            ?? Outside("recipients_per_session", policy.RecipientsPerSession, 1, 1000)
            ?? Outside("sessions_per_minute", policy.SessionsPerMinute, 1, 6000)
            ?? Outside("refusals_per_session", policy.RefusalsPerSession, 1, 20)
            ?? Outside("refused_ratio_cap", policy.RefusedRatioCap ?? 0, 0, 1)
            ?? Outside("highest_rate", policy.HighestRate, 0.01, 1000)
            ?? Outside("cautious_rate", policy.CautiousRate, 0.01, policy.HighestRate)
            ?? Outside("pause_minutes", policy.Pause.TotalMinutes, 1, LongestPause.TotalMinutes);
    }

    private static string? Outside(string key, double value, double least, double most) =>
        value >= least && value <= most ? null : FormattableString.Invariant($"{key} is {value}, it must be from {least} to {most}.");
}
