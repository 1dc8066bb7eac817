using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Verdicts;

/// <summary>
/// Evidence as rules read it today: the outcome of the attempt once more, from the masked texts that were kept. Pure.
/// A text that was cut is not read again, for what is missing may have said it; it keeps the meaning that the whole had.
/// </summary>
internal sealed class EvidenceReading
{
    private readonly Evidence evidence;
    private readonly ReplyFinding? then;
    private readonly ReplyFinding? now;
    private readonly ImmutableArray<DecoyEvidence> decoys;

    /// <summary>Reads the evidence of an attempt.</summary>
    /// <param name="rules">The rules of today.</param>
    /// <param name="evidence">The evidence.</param>
    /// <param name="domain">The domain of the address.</param>
    /// <param name="readAs">The exchanger whose replies the host's are read like; null for one of which nothing is known.</param>
    public EvidenceReading(ReplyRules rules, Evidence evidence, string domain, string? readAs)
    {
        this.evidence = evidence;
        if (evidence is { Reply: { } reply, Meaning: { } meaning })
        {
            then = new ReplyFinding(meaning, evidence.Rule ?? string.Empty);
            now = IsCut(reply) ? then : rules.Read(new ReplyContext(evidence.Stage, ReplyOf(reply), readAs, ReplyMask.OfEvidence(domain)));
        }

        decoys = [.. evidence.Decoys.Select(decoy => IsCut(decoy.Reply)
            ? decoy
            : decoy with { Meaning = rules.Read(new ReplyContext(SmtpStage.Rcpt, ReplyOf(decoy.Reply), readAs, ReplyMask.OfDecoyEvidence(domain))).Meaning })];
    }

    /// <summary>Gets the evidence with the meanings and the rule of today.</summary>
    public Evidence Today => now is null ? evidence with { Decoys = decoys } : evidence with { Meaning = now.Meaning, Rule = now.Rule, Decoys = decoys };

    /// <summary>Gets the rule that reads it today, or the cause where no reply came.</summary>
    public string Rule => now?.Rule ?? evidence.Rule ?? string.Empty;

    /// <summary>Gets a value indicating whether each reply means today what it meant then: what was concluded of them, in the light of all that was known, still holds.</summary>
    public bool ReadsAlike => then?.Meaning == now?.Meaning && decoys.Select(decoy => decoy.Meaning).SequenceEqual(evidence.Decoys.Select(decoy => decoy.Meaning));

    /// <summary>Gets a value indicating whether the meaning of the reply is known to be what every exchanger of the domain would say: each was asked, or there is but the one.</summary>
    public bool AllAsked => evidence.IsRouteWhole && (then?.Meaning == now?.Meaning || evidence.Route.Length <= 1);

    /// <summary>Gets a value indicating whether the mailbox is accepted as it is read today. A backup accepts for others, of whom that says nothing.</summary>
    public bool IsAcceptance => OutcomeToday is ProbeOutcome.Answered { Finding.Meaning: ReplyMeaning.MailboxExists } && !evidence.Signs.HasFlag(Signs.BackupExchanger);

    /// <summary>Gets how the attempt ended as it is read today; null where what is kept does not tell.</summary>
    public ProbeOutcome? OutcomeToday => OutcomeOf(now);

    /// <summary>Gets how the attempt ended as it was read then.</summary>
    public ProbeOutcome? OutcomeThen => OutcomeOf(then);

    /// <summary>Says whether the mailbox was refused for good.</summary>
    public static bool IsRefusal(ProbeOutcome? outcome) => outcome is ProbeOutcome.Answered { Reply.IsPermanent: true, Finding.Meaning: ReplyMeaning.NoSuchMailbox };

    /// <summary>
    /// Says what decoys have shown of the domain, given what was known with the verdict: a decoy that was refused then and reads otherwise today proves nothing, and the other way round.
    /// </summary>
    /// <param name="known">What was known then.</param>
    public CatchAllState StateToday(CatchAllState known)
    {
        // "Not now" is no proof, whatever its words.
        var isRefused = decoys.Any(decoy => decoy is { Meaning: ReplyMeaning.NoSuchMailbox, Reply.Code: >= 500 });
        return known switch
        {
            CatchAllState.RefusesDecoys when !isRefused && evidence.Decoys.Any(decoy => decoy.Meaning is ReplyMeaning.NoSuchMailbox) => CatchAllState.Unknown,
            CatchAllState.Unknown when isRefused => decoys.Any(decoy => decoy.Meaning is ReplyMeaning.MailboxExists) ? CatchAllState.AnswersBothWays : CatchAllState.RefusesDecoys,
            _ => known,
        };
    }

    /// <summary>Says what is believed of the domain in a state: the chance that was kept, where decoys still read as they did.</summary>
    public CatchAllBelief BeliefIn(CatchAllState state) => CatchAllBelief.Of(state) is var belief && evidence.CatchAllChance is { } kept && ReadsAlike ? belief with { Chance = kept } : belief;

    private ProbeOutcome? OutcomeOf(ReplyFinding? finding)
    {
        var trace = new ProbeTrace(evidence.At, evidence.Stage, evidence.Exchanger, null, evidence.Egress ?? string.Empty, evidence.Tls, evidence.Duration);
        if (evidence.Reply is { } reply)
            return finding is null ? null : ReplyVerdict.OutcomeOf(trace, ReplyOf(reply), finding, []);
        return evidence.Rule is EvidenceOf.Smtputf8Missing ? new ProbeOutcome.Smtputf8Missing(trace)
            : Words.TryParse<LossCause>(evidence.Rule, out var cause) ? new ProbeOutcome.Lost(trace, cause)
            : null;
    }

    // The last character may have been half of a pair.
    private static bool IsCut(ReplyEvidence reply) => reply.Text.Length >= ReplyMask.MaxText - 1;

    private static SmtpReply ReplyOf(ReplyEvidence reply) =>
        new(reply.Code, EnhancedCode.TryParse(reply.Enhanced, out var enhanced, out _) ? enhanced : null, reply.Text);
}
