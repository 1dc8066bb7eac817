using System.Collections.Immutable;

namespace EmailVerify.Core.Domains;

/// <summary>What a provider is known to allow and to do. Data: <c>schema/rules/providers.json</c>, each figure with its source. The defaults are for a host that no data name.</summary>
public sealed record ProviderPolicy
{
    /// <summary>Gets its name, such as <c>google</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the suffixes of its exchangers' names, each beginning with a dot or being a whole name.</summary>
    public ImmutableArray<string> Exchangers { get; init; } = [];

    /// <summary>Gets the domains that it serves as consumer mailboxes and that have no catch-all: a decoy there would be a wasted refusal.</summary>
    public ImmutableArray<string> DomainsWithoutCatchAll { get; init; } = [];

    /// <summary>Gets how many sessions may be open at once from one egress. Default: 2.</summary>
    public int Sessions { get; init; } = 2;

    /// <summary>Gets how many RCPTs one session may carry. Default: 20.</summary>
    public int RecipientsPerSession { get; init; } = 20;

    /// <summary>Gets how many new sessions may be opened in a minute. Default: 20.</summary>
    public int SessionsPerMinute { get; init; } = 20;

    /// <summary>Gets after how many refused RCPTs a session ends. Default: 5, below Postfix' soft error limit of 10.</summary>
    public int RefusalsPerSession { get; init; } = 5;

    /// <summary>Gets the share of refused recipients (0 to 1) above which batches are slowed down. Default: none.</summary>
    public double? RefusedRatioCap { get; init; }

    /// <summary>Gets the RCPTs a second to begin with. Default: 5.</summary>
    public double CautiousRate { get; init; } = 5;

    /// <summary>Gets the RCPTs a second that are never exceeded. Default: 10.</summary>
    public double HighestRate { get; init; } = 10;

    /// <summary>Gets how long to stay away after the second block. Default: 30 minutes.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Gets a value indicating whether its 2xx at RCPT means that the mailbox exists, wherever there is no catch-all. See <see cref="BelievesWithoutDecoy"/>.</summary>
    public bool TellsTheTruth { get; init; }

    /// <summary>Gets a value indicating whether a session may carry several domains. Default: true.</summary>
    public bool ManyDomainsPerSession { get; init; } = true;

    /// <summary>Gets a value indicating whether MAIL and RCPT may go in one group where PIPELINING is offered. Default: false.</summary>
    public bool PipelinesRcpt { get; init; }

    /// <summary>Gets a value indicating whether clear text is pointless there.</summary>
    public bool DemandsTls { get; init; }

    /// <summary>
    /// Says after how many refused RCPTs of a session an objection to us, or a cut, may be about these: it says nothing about the recipient, who is asked about again in a fresh session.
    /// Half of <see cref="RefusalsPerSession"/>, 1 to 5: 2 by default, for a wrong guess costs one question.
    /// </summary>
    public int ObjectsAfterRefusals() => Math.Clamp(RefusalsPerSession / 2, 1, 5);

    /// <summary>Says whether a 2xx for a mailbox of a domain may be believed without a decoy's answer: the provider tells the truth and its data say that this domain has no catch-all.</summary>
    /// <param name="domain">The ASCII domain in lower case.</param>
    public bool BelievesWithoutDecoy(string domain) => TellsTheTruth && DomainsWithoutCatchAll.Contains(domain, StringComparer.Ordinal);
}
