using System.Collections.Immutable;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Verdicts;

/// <summary>
/// Judges what is kept of a verification by today's rules, asking nobody. Pure: the same evidence under the same rules gives the same answer.
/// <para>A verdict changes only where a reply reads otherwise today, and only by another status or another reason: what was concluded of replies that read alike was concluded in the light of
/// more than is kept. What is known of the domain is what was kept with the verdict, not what has been learnt since.</para>
/// </summary>
/// <param name="rules">The rules of today.</param>
/// <param name="providers">What is known of providers.</param>
/// <param name="freshness">How long verdicts may be served, counted from when they were found.</param>
public sealed class Rejudge(ReplyRules rules, ProviderCatalog providers, Freshness freshness)
{
    private const string SyntaxRule = "syntax";

    /// <summary>Above this chance a domain is not known to refuse decoys, as <see cref="CatchAllFinding"/> has it.</summary>
    private const double RefusesAtMost = 0.1;

    /// <summary>Gets the version of the rules.</summary>
    public string Rules => rules.Version;

    /// <summary>Judges a verification again.</summary>
    /// <param name="verification">The verification.</param>
    /// <param name="now">When it is judged.</param>
    public Rejudgement Of(Verification verification, DateTimeOffset now)
    {
        if (verification.Verdict is not { } verdict)
            return new Rejudgement.NoEvidence("It has no verdict yet.");
        if (verdict.Source is VerdictSource.Test)
            return new Rejudgement.NoEvidence("It was answered under a test key: nothing was asked.");
        _ = EmailAddress.TryParse(verification.Email, out var address);
        if (address is not { IsLiteral: false } mailbox)
            return verdict.Source is VerdictSource.Syntax || verification.Evidence.All(one => one.Reply is null) ? OfText(verification, verdict, address, now) : new Rejudgement.Unchanged();
        if (verdict.Source is VerdictSource.Syntax)
            return new Rejudgement.WouldAskAgain(verdict.Reason, SyntaxRule);
        if (verdict.Source is VerdictSource.Dns)
            return new Rejudgement.NoEvidence("The DNS decided, and what it said is not kept.");
        ImmutableArray<EvidenceReading> readings = [.. verification.Evidence.Select(one => new EvidenceReading(rules, one, mailbox.Domain, ReadAs(one, verdict)))];
        if (readings is not [.., { OutcomeToday: not null }])
            return new Rejudgement.NoEvidence("No reply of a mail server is kept.");
        return OfReadings(verification, verdict, mailbox, readings, now);
    }

    private static CatchAllState KnownOf(Verdict verdict) => verdict.AcceptAll switch
    {
        false => CatchAllState.RefusesDecoys,
        true => CatchAllState.AcceptsDecoys,
        null => CatchAllState.Unknown,
    };

    // The policy as it holds at the host that answered. What its name led to is not kept: to the provider, where it was read like one of the provider's, or is all of the route. Beside hosts
    // that the provider's data name it may have been its greeting, which is no proof.
    private static ProviderPolicy PolicyAt(Evidence evidence, ProviderPolicy policy)
    {
        var led = IsToldByAName(evidence, policy) ? null : evidence.ReadAs ?? (evidence.Route.Length == 1 ? policy.AnyHost() : null);
        return policy.At(evidence.Exchanger is { } host ? new Exchanger(host, 0, []) { CanonicalName = led } : null);
    }

    // Whether a name of the route tells the provider. Else what one of them led to has told it.
    private static bool IsToldByAName(Evidence evidence, ProviderPolicy policy) => evidence.Route.Any(host => policy.Operates(new Exchanger(host, 0, [])));

    // What an older version kept does not say as whom a host was read; the DNS' word is in the verdict.
    private string? ReadAs(Evidence evidence, Verdict verdict) =>
        evidence.ReadAs
        ?? (evidence.Exchanger is { } host && verdict.Provider is { } provider && !IsToldByAName(evidence, providers.PolicyOf(provider)) ? Recognition.Alias(providers, host, provider) : null)
        ?? evidence.Exchanger;

    // The text is all the evidence that such a verdict ever had.
    private Rejudgement OfText(Verification verification, Verdict verdict, EmailAddress? address, DateTimeOffset now)
    {
        var final = Judge.Final(address is null ? VerdictReason.InvalidEmail : VerdictReason.AddressLiteral);
        return Compared(verification, verdict, final, SyntaxRule, now, changed => changed with { Source = VerdictSource.Syntax, AcceptAll = null, Provider = null, Exchanger = null });
    }

    private Rejudgement OfReadings(Verification verification, Verdict verdict, EmailAddress mailbox, ImmutableArray<EvidenceReading> readings, DateTimeOffset now)
    {
        var policy = providers.PolicyOf(verdict.Provider ?? string.Empty);
        var mayAccept = verdict.AcceptAll is true || verification.Evidence.Any(MayAccept);

        // :: Step 1: the word that was the last is the same, and told something.
        var newest = readings.Length - 1;
        var isSame = readings[newest].ReadsAlike;
        if (isSame && verdict.Status is not VerdictStatus.Unknown)
            return new Rejudgement.Unchanged();

        // :: Step 2: the newest that reads otherwise and tells something. Where that is an attempt before the last, today it would have been the last.
        for (var at = newest; at >= 0; at--)
        {
            var judged = readings[at].ReadsAlike ? null : JudgedAt(at, readings[at].OutcomeToday);
            if (judged is Judgement.Final { Status: not VerdictStatus.Unknown } known)
                return Decided(at, known);

            // One that is not believed at once would have been tried again then.
            if (judged is Judgement.Again doubted && EvidenceReading.IsRefusal(readings[at].OutcomeToday))
                return new Rejudgement.WouldAskAgain(doubted.Cause, readings[at].Rule);

            // What was accepted later stands against all that was said before.
            if (readings[at].IsAcceptance)
                break;
        }

        // :: Step 3: nobody told us, and asking again would have told no more.
        if (isSame)
            return new Rejudgement.Unchanged();
        var last = JudgedAt(newest, readings[newest].OutcomeToday);
        if (last is Judgement.Final unknown)
            return Decided(newest, unknown);

        // :: Step 4: it would have been asked again. That was done to the last try where it was put off then too; an end in our own queue says nothing of it.
        var again = (Judgement.Again)last!;
        if (EndedWaiting(verdict))
            return new Rejudgement.Unchanged();
        return JudgedAt(newest, readings[newest].OutcomeThen) is Judgement.Again
            ? Decided(newest, again.Last)
            : new Rejudgement.WouldAskAgain(again.Cause, readings[newest].Rule);

        Judgement? JudgedAt(int at, ProbeOutcome? outcome)
        {
            if (outcome is null)
                return null;
            var atHost = PolicyAt(verification.Evidence[at], policy);
            var judged = Judge.Of(outcome, new Circumstances
            {
                CatchAll = mayAccept && EvidenceReading.IsRefusal(outcome) ? CatchAllBelief.Of(CatchAllState.AnswersBothWays) : readings[at].BeliefIn(StateAt(at)),
                NeedsNoDecoy = atHost.BelievesWithoutDecoy(mailbox.Domain),
                TellsTheTruth = atHost.TellsTheTruth,
                IsDisposable = ThrowAwayMailboxes.AreAt(mailbox, verification.Evidence[at].Route),
                AllAsked = readings[at].AllAsked,
                Shape = Decoys.ShapeLike(mailbox.LocalPart),
                Signs = verification.Evidence[at].Signs,
            });
            return Doubt.Weigh(judged, [.. readings[..at].Select(reading => reading.Today)], EvidenceReading.IsRefusal(outcome));
        }

        CatchAllState StateAt(int at) => PolicyAt(verification.Evidence[at], policy).BelievesWithoutDecoy(mailbox.Domain)
            ? CatchAllState.Unknown
            : readings[at].StateToday(at == newest ? KnownOf(verdict) : CatchAllState.Unknown);

        Rejudgement Decided(int at, Judgement.Final final) => Compared(
            verification with { Evidence = [.. readings.Select(reading => reading.Today)] },
            verdict,
            final,
            readings[at].Rule,
            now,
            changed => changed with
            {
                Exchanger = verification.Evidence[at].Exchanger,
                AcceptAll = readings[at].OutcomeToday is not ProbeOutcome.Answered { Finding.Meaning: ReplyMeaning.MailboxExists } ? null : StateAt(at) switch
                {
                    CatchAllState.RefusesDecoys => false,
                    CatchAllState.AcceptsDecoys or CatchAllState.AnswersBothWays => true,
                    _ => null,
                },
            });
    }

    // Of the domain: that it takes what cannot exist, or may. A refusal there contradicts, and knowledge of the domain only ever weakens it.
    private static bool MayAccept(Evidence evidence) =>
        evidence.CatchAllChance > RefusesAtMost || (evidence.Signs & (Signs.AnswersAtRandom | Signs.PartialCatchAll)) is not Signs.None;

    // Its time was up while something of ours, or of the domain's, stood in the way: no attempt's word was the last, and no provider stands in the verdict.
    private static bool EndedWaiting(Verdict verdict) => verdict.Provider is null;

    private Rejudgement Compared(Verification read, Verdict before, Judgement.Final after, string rule, DateTimeOffset now, Func<Verdict, Verdict> changing)
    {
        if ((after.Status, after.Reason) == (before.Status, before.Reason))
            return new Rejudgement.Unchanged();
        var verdict = changing(before with
        {
            Status = after.Status,
            Reason = after.Reason,
            Score = after.Score,
            MailboxFull = Settlement.Known(after.Reason, VerdictReason.MailboxFull),
            MailboxDisabled = Settlement.Known(after.Reason, VerdictReason.MailboxDisabled),
            FreshUntil = freshness.Until(after.Status, after.Reason, before.FoundAt),
            Rules = rules.Version,
        });
        var earlier = read.Earlier.Add(new EarlierVerdict(before.Status, before.Reason, before.Score, before.Rules, now));
        return new Rejudgement.Changed(
            read with { Verdict = verdict, Earlier = earlier.Length > EarlierVerdict.MaxKept ? earlier.RemoveAt(0) : earlier },
            rule);
    }
}
