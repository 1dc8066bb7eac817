using System.Collections.Immutable;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Domains;

/// <summary>What a provider is known to allow and to do. Data: <c>schema/rules/providers.json</c>, each figure with its source. The defaults are for a host that no data name.</summary>
public sealed record ProviderPolicy
{
    /// <summary>Gets its name, such as <c>google</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets when its data were last reviewed; null where no data name it.</summary>
    public DateOnly? Reviewed { get; init; }

    /// <summary>Gets a value indicating whether it is mail software that anybody may run, not an operator: recognised by its greeting only.</summary>
    public bool Software { get; init; }

    /// <summary>Gets the suffixes of its exchangers' names, each beginning with a dot or being a whole name.</summary>
    public ImmutableArray<string> Exchangers { get; init; } = [];

    /// <summary>Gets the suffixes, beginning with a dot, and whole names that its hosts call themselves by in banner and EHLO, besides those of <see cref="Exchangers"/>.</summary>
    public ImmutableArray<string> EhloNames { get; init; } = [];

    /// <summary>Gets words that only its banners have.</summary>
    public ImmutableArray<string> Banners { get; init; } = [];

    /// <summary>Gets the domains that it serves as consumer mailboxes and that have no catch-all: a decoy there would be a wasted refusal.</summary>
    public ImmutableArray<string> DomainsWithoutCatchAll { get; init; } = [];

    /// <summary>Gets a value indicating whether a domain there can have a catch-all at all. Default: true.</summary>
    public bool CatchAllPossible { get; init; } = true;

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

    /// <summary>Gets how long to stay away after single kinds of replies; the first that holds counts.</summary>
    public ImmutableArray<ProviderPause> Pauses { get; init; } = [];

    /// <summary>Gets how soon it lets a stranger in whom it greylisted; null where that is not known.</summary>
    public TimeSpan? GreylistLeast { get; init; }

    /// <summary>Gets until when a stranger whom it greylisted must have come back not to be one again; null where that is not known.</summary>
    public TimeSpan? GreylistMost { get; init; }

    /// <summary>Gets what its answer to RCPT is worth. Default: each customer decides.</summary>
    public RcptTruth Truth { get; init; } = RcptTruth.PerTenant;

    /// <summary>Gets what it wants of whoever connects.</summary>
    public ImmutableArray<ProviderRequirement> Requirements { get; init; } = [];

    /// <summary>Gets a value indicating whether a session may carry several domains. Default: true.</summary>
    public bool ManyDomainsPerSession { get; init; } = true;

    /// <summary>Gets a value indicating whether MAIL and RCPT may go in one group where PIPELINING is offered. Default: false.</summary>
    public bool PipelinesRcpt { get; init; }

    /// <summary>Gets a value indicating whether clear text is pointless there.</summary>
    public bool DemandsTls { get; init; }

    /// <summary>Gets a value indicating whether its 2xx at RCPT means that the mailbox exists, wherever there is no catch-all. See <see cref="BelievesWithoutDecoy"/>.</summary>
    public bool TellsTheTruth => Truth is RcptTruth.Yes;

    /// <summary>
    /// Says whether a host is one of its own, by its name or by what that leads to. The lowest preference names a route's provider, and beside or behind it anybody's hosts may stand.
    /// A provider that no data name is the organisational domain of its hosts.
    /// </summary>
    /// <param name="exchanger">The host, as the route names it; null where it does not.</param>
    public bool Operates(Exchanger? exchanger) => exchanger is not null
        && (Exchangers.IsEmpty
            ? string.Equals(PublicSuffixes.Default.OrganisationalDomain(exchanger.Host), Name, StringComparison.Ordinal)
            : Names(exchanger.Host) || (exchanger.CanonicalName is { } led && Names(led)));

    /// <summary>Says whether a host is somebody else's beside those that data name as this provider's: what it objects to is not the provider's objection.</summary>
    /// <param name="exchanger">The host, as the route names it; null where it does not.</param>
    public bool IsStranger(Exchanger? exchanger) => !Exchangers.IsEmpty && !Operates(exchanger);

    /// <summary>Gets the policy as it holds for one host of a route: somebody else's host has none of the provider's trust.</summary>
    /// <param name="exchanger">The host, as the route names it; null where it does not.</param>
    public ProviderPolicy At(Exchanger? exchanger) => Truth is not RcptTruth.Yes || Operates(exchanger) ? this : this with { Truth = RcptTruth.PerTenant };

    /// <summary>Gets the name of a host that is one of its own, for whoever has to speak of any; null where no data name its hosts.</summary>
    public string? AnyHost() => Exchangers is [var first, ..] ? first.StartsWith('.') ? "mx" + first : first : null;

    private bool Names(ReadOnlySpan<char> host)
    {
        foreach (var pattern in Exchangers)
        {
            if (pattern.StartsWith('.') ? host.EndsWith(pattern, StringComparison.Ordinal) : host.SequenceEqual(pattern))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Says after how many refused RCPTs of a session an objection to us, or a cut, may be about these: it says nothing about the recipient, who is asked about again in a fresh session.
    /// Half of <see cref="RefusalsPerSession"/>, 1 to 5: 2 by default, for a wrong guess costs one question.
    /// </summary>
    public int ObjectsAfterRefusals() => Math.Clamp(RefusalsPerSession / 2, 1, 5);

    /// <summary>Says whether a 2xx for a mailbox of a domain may be believed without a decoy's answer: the provider tells the truth and its data say that this domain has no catch-all.</summary>
    /// <param name="domain">The ASCII domain in lower case.</param>
    public bool BelievesWithoutDecoy(string domain) => TellsTheTruth && (!CatchAllPossible || DomainsWithoutCatchAll.Contains(domain, StringComparer.Ordinal));

    /// <summary>Says how long this provider wants to be left alone after a reply whose text names no time.</summary>
    /// <param name="meaning">What the reply means.</param>
    /// <param name="text">What it says.</param>
    /// <param name="closing">Whether only those pauses count that send everybody of ours away.</param>
    /// <returns>Null where its data do not say.</returns>
    public TimeSpan? PauseAfter(ReplyMeaning meaning, ReadOnlySpan<char> text, bool closing = false)
    {
        if (meaning is not (ReplyMeaning.RateLimited or ReplyMeaning.Greylisted or ReplyMeaning.TemporaryFailure or ReplyMeaning.PolicyBlocked or ReplyMeaning.SenderRejected))
            return null;
        foreach (var pause in Pauses)
        {
            if ((pause.Closes || !closing) && pause.Holds(meaning, text))
                return pause.Length;
        }

        return meaning is ReplyMeaning.Greylisted && !closing ? GreylistLeast : null;
    }

    /// <summary>Gets what both allow: of each limit the narrower, of each trust the lesser. The name and what it is recognised by stay.</summary>
    public ProviderPolicy Stricter(ProviderPolicy other) => this with
    {
        DomainsWithoutCatchAll = [],
        CatchAllPossible = CatchAllPossible || other.CatchAllPossible,
        Sessions = Math.Min(Sessions, other.Sessions),
        RecipientsPerSession = Math.Min(RecipientsPerSession, other.RecipientsPerSession),
        SessionsPerMinute = Math.Min(SessionsPerMinute, other.SessionsPerMinute),
        RefusalsPerSession = Math.Min(RefusalsPerSession, other.RefusalsPerSession),
        RefusedRatioCap = RefusedRatioCap is { } own && other.RefusedRatioCap is { } cap ? Math.Min(own, cap) : RefusedRatioCap ?? other.RefusedRatioCap,
        CautiousRate = Math.Min(CautiousRate, other.CautiousRate),
        HighestRate = Math.Min(HighestRate, other.HighestRate),
        Pause = Pause > other.Pause ? Pause : other.Pause,
        Pauses = [.. Pauses, .. other.Pauses],
        GreylistLeast = GreylistLeast > other.GreylistLeast ? GreylistLeast : other.GreylistLeast ?? GreylistLeast,
        GreylistMost = GreylistMost < other.GreylistMost ? GreylistMost : other.GreylistMost ?? GreylistMost,
        Truth = Truth < other.Truth ? Truth : other.Truth,
        Requirements = [.. Requirements.Union(other.Requirements)],
        ManyDomainsPerSession = ManyDomainsPerSession && other.ManyDomainsPerSession,
        PipelinesRcpt = PipelinesRcpt && other.PipelinesRcpt,
        DemandsTls = DemandsTls || other.DemandsTls,
    };
}
