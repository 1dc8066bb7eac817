using System.Collections.Immutable;

namespace EmailVerify.Core.Verdicts;

/// <summary>How long a verdict may be served again, by its reason. What is not named here, and every unknown, is never served again.</summary>
/// <param name="ByReason">The times.</param>
public sealed record Freshness(ImmutableDictionary<VerdictReason, TimeSpan> ByReason)
{
    /// <summary>
    /// The default: a mailbox rarely comes or goes within two weeks; a full one may be emptied tomorrow; a domain may be registered or repaired within days
    /// (compare Postfix' verify cache: positive 31 d, negative 3 d).
    /// </summary>
    public static readonly Freshness Default = new(new Dictionary<VerdictReason, TimeSpan>
    {
        [VerdictReason.AcceptedEmail] = TimeSpan.FromDays(14),
        [VerdictReason.RejectedEmail] = TimeSpan.FromDays(14),
        [VerdictReason.InvalidEmail] = TimeSpan.FromDays(14),
        [VerdictReason.AcceptAll] = TimeSpan.FromDays(7),
        [VerdictReason.Disposable] = TimeSpan.FromDays(7),
        [VerdictReason.MailboxDisabled] = TimeSpan.FromDays(3),
        [VerdictReason.InvalidDomain] = TimeSpan.FromDays(3),
        [VerdictReason.NullMx] = TimeSpan.FromDays(3),
        [VerdictReason.Smtputf8Unsupported] = TimeSpan.FromDays(3),
        [VerdictReason.MailboxFull] = TimeSpan.FromDays(1),
    }.ToImmutableDictionary());

    /// <summary>Says until when a verdict found now is fresh.</summary>
    public DateTimeOffset Until(VerdictStatus status, VerdictReason reason, DateTimeOffset now) =>
        status is VerdictStatus.Unknown ? now : now + ByReason.GetValueOrDefault(reason);
}
