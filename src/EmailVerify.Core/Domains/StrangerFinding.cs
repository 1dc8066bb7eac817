namespace EmailVerify.Core.Domains;

/// <summary>
/// How a domain puts strangers off. Some hosts look into their directory first: mailboxes that they do not have are refused at once, and only for the others a stranger has to come again
/// (postgrey behind Postfix' recipient checks). There a deferral hints that the mailbox exists. A hint, never a verdict.
/// </summary>
/// <param name="RefusedAtOnceAt">When a mailbox was last refused at the first question about it. Not stored: it lives no longer than the activation of the domain's grain, minutes after its last use.</param>
/// <param name="KnownOnlyAt">When it was last seen that only known mailboxes are greylisted; null when never.</param>
public sealed record StrangerFinding(DateTimeOffset? RefusedAtOnceAt, DateTimeOffset? KnownOnlyAt)
{
    /// <summary>Nothing is known.</summary>
    public static readonly StrangerFinding None = new(null, null);

    /// <summary>At most how long a refusal at once is compared with, while it is in memory: within this time nobody becomes known and a stranger again (postgrey forgets a client after 35 days, and tries after two).</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(12);

    /// <summary>How long it is believed: a month, as it is how the host is built.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromDays(30);

    /// <summary>Says whether only known mailboxes are greylisted, as far as is known at an instant.</summary>
    public bool GreylistsKnownOnly(DateTimeOffset now) => KnownOnlyAt is { } seen && now < seen + Freshness;

    /// <summary>A mailbox was refused as no such at the first question about it.</summary>
    public StrangerFinding WithRefusal(DateTimeOffset now) => this with { RefusedAtOnceAt = now };

    /// <summary>
    /// A mailbox was greylisted at the first question about it: we are strangers now, so we were when another was refused at once a while ago. The other order proves nothing, for a
    /// host that let us through may have made us a friend in between.
    /// </summary>
    public StrangerFinding WithGreylisting(DateTimeOffset now) =>
        RefusedAtOnceAt is { } refused && now >= refused && now - refused <= Window ? this with { KnownOnlyAt = now } : this;
}
