using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Retries;

namespace EmailVerify.Core.Verdicts;

/// <summary>What an attempt makes of a verification: its verdict, or when to ask again. Pure.</summary>
/// <param name="Schedule">When to ask again.</param>
/// <param name="Freshness">How long verdicts may be served.</param>
/// <param name="Rules">The version of the reply rules.</param>
public sealed record Settlement(RetrySchedule Schedule, Freshness Freshness, string Rules)
{
    /// <summary>
    /// A pending row is due after this when nobody has removed it: longer than a lane's patience and a probe's deadline together, so that only a kill makes it a retry.
    /// In the embedded profile the next start does not wait for it: it is alone with its data, so what was in work is due at once.
    /// </summary>
    public static readonly TimeSpan ProbeDeadline = TimeSpan.FromSeconds(180);

    /// <summary>The soonest that a deferred question is asked again: nobody spins.</summary>
    private static readonly TimeSpan SoonestRetry = TimeSpan.FromSeconds(1);

    /// <summary>How long after it was accepted a question is begun that nobody is asking: a silo is known to be dead or silent within seconds, and then what was there is elsewhere.</summary>
    private static readonly TimeSpan Unbegun = TimeSpan.FromSeconds(2);

    /// <summary>Makes a verification durable before its first attempt has ended.</summary>
    /// <param name="verification">The verification.</param>
    /// <param name="now">The time.</param>
    /// <param name="isBegun">Whether somebody is asking; else it is due soon.</param>
    public (Verification Verification, RetryTicket Ticket) Accept(Verification verification, DateTimeOffset now, bool isBegun = true)
    {
        var due = now + (isBegun ? ProbeDeadline : Unbegun);
        var pending = verification.Pending ?? new Pending(verification.CreatedAt, null, due, Schedule.GivesUpAt(verification.Attempts, due));
        return Postponed(verification with { Pending = pending }, egress: null);
    }

    /// <summary>Applies an attempt's result.</summary>
    /// <returns>The verification as it is now, and its row in <c>retries</c>; null when it has a verdict.</returns>
    public (Verification Verification, RetryTicket? Ticket) Apply(Verification verification, AttemptResult result, DateTimeOffset now) => result switch
    {
        AttemptResult.Judged judged => Apply(verification, judged, now),
        AttemptResult.Deferred deferred => Apply(verification with { Attempts = verification.Attempts + deferred.Tries }, deferred, now),
        AttemptResult.Given given => (verification with { Pending = null, Verdict = given.Verdict }, null),
        AttemptResult.Found found => (verification.AnsweredAs(found.By), null),
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "Not a result."),
    };

    private (Verification Verification, RetryTicket? Ticket) Apply(Verification verification, AttemptResult.Judged judged, DateTimeOffset now)
    {
        var attempts = verification.Attempts + (judged.Evidence is null ? 0 : 1);
        var isRefusal = judged.Evidence is { Meaning: ReplyMeaning.NoSuchMailbox, Reply.Code: >= 500 };
        var judgement = Doubt.Weigh(judged.Judgement, verification.Evidence, isRefusal);
        var again = judgement as Judgement.Again;
        var tries = TriesFromItsEgress(verification, judged.Evidence?.Egress, attempts);
        var next = again is null ? null : Schedule.Next(Math.Max(tries, 1), again.Named, now, again.Usual);
        var signs = isRefusal && again is not null ? Signs.RefusalDoubted : Signs.None;
        var tried = WithEvidence(verification, judged.Evidence, signs, next) with { Attempts = attempts };
        if (again is null || next is not { } due)
            return (Concluded(tried, again?.Last ?? (Judgement.Final)judgement, judged, now), null);
        var since = verification.Pending?.Since ?? verification.CreatedAt;
        return Postponed(tried with { Pending = new Pending(since, again.Cause, due, Schedule.GivesUpAt(tries + 1, due)) }, judged.Evidence?.Egress);
    }

    // Hosts that put strangers off know us by the egress: where another one had to take over, its tries begin anew. Not for ever: an egress that comes and goes would have no end.
    private int TriesFromItsEgress(Verification verification, string? egress, int attempts)
    {
        if (egress is null || attempts >= 2 * Schedule.Tries)
            return attempts;
        for (var at = verification.Evidence.Length - 1; at >= 0; at--)
        {
            if (verification.Evidence[at].Egress is { } other && !string.Equals(other, egress, StringComparison.Ordinal))
                return attempts - (at + 1);
        }

        return attempts;
    }

    private (Verification Verification, RetryTicket? Ticket) Apply(Verification verification, AttemptResult.Deferred deferred, DateTimeOffset now)
    {
        var since = verification.Pending?.Since ?? verification.CreatedAt;
        var givesUpAt = verification.Pending?.GivesUpAt ?? Schedule.GivesUpAt(1, verification.CreatedAt);

        // Our own queue, or a silo that dies, must not end what nobody was asked about, though its time may have passed meanwhile; a day of it is too long for any caller.
        if (deferred.IsOurs)
            givesUpAt = Least(Greatest(givesUpAt, now) + (deferred.NotBefore - now), Greatest(givesUpAt, since + RetrySchedule.Longest));

        // A pause that costs a try ends by the number of tries: under test keys, and after a defect of ours.
        if (deferred.Tries > 0)
            givesUpAt = Greatest(givesUpAt, deferred.NotBefore);
        if (deferred.NotBefore > givesUpAt)
        {
            var judged = new AttemptResult.Judged(Judge.Final(deferred.Cause), VerdictSource.Live);
            return (Concluded(verification, Judge.Final(deferred.Cause), judged, now), null);
        }

        var due = deferred.NotBefore > now + SoonestRetry ? deferred.NotBefore : now + SoonestRetry;
        return Postponed(verification with { Pending = new Pending(since, deferred.Cause, due, givesUpAt) }, egress: null);
    }

    private static DateTimeOffset Least(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Greatest(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static (Verification Verification, RetryTicket Ticket) Postponed(Verification verification, string? egress) =>
        (verification, new RetryTicket(verification.Id, verification.CustomerId, verification.AddressHash, verification.Pending!.NextAttemptAt, egress, verification.Attempts));

    private static Verification WithEvidence(Verification verification, Evidence? evidence, Signs signs, DateTimeOffset? retryAt)
    {
        if (evidence is null)
            return verification;
        var all = verification.Evidence.Add(evidence with { RetryAt = retryAt, Signs = evidence.Signs | signs });
        return verification with { Evidence = all.Length > Verification.MaxEvidence ? all.RemoveAt(0) : all };
    }

    private Verification Concluded(Verification verification, Judgement.Final final, AttemptResult.Judged judged, DateTimeOffset now) => verification with
    {
        Pending = null,
        Verdict = new Verdict(
            final.Status,
            final.Reason,
            final.Score,
            judged.AcceptAll,
            MailboxFull: Known(final.Reason, VerdictReason.MailboxFull),
            MailboxDisabled: Known(final.Reason, VerdictReason.MailboxDisabled),
            judged.Provider,
            judged.Evidence?.Exchanger,
            now,
            Freshness.Until(final.Status, final.Reason, now),
            judged.Source,
            Rules),
    };

    // A mailbox that takes mail is neither full nor disabled; of others only what was said is known.
    internal static bool? Known(VerdictReason reason, VerdictReason asked) =>
        reason == asked ? true : reason is VerdictReason.AcceptedEmail ? false : null;
}
