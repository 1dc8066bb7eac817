using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Verdicts;

/// <summary>When an answer is believed. A host that accepts what cannot exist, or accepted this very address, and then refuses it, contradicts itself: it is asked again in a fresh session.</summary>
public static class Doubt
{
    /// <summary>
    /// How often a host that answers at random must refuse the same address. One that refuses three of ten whatever they are does so three times in a row for 2.7 % of its mailboxes.
    /// </summary>
    public const int RefusalsAtRandom = 3;

    /// <summary>How often where the contradiction is explained: other forms than this one are accepted.</summary>
    public const int RefusalsByForm = 2;

    /// <summary>How often an address must be accepted where decoys of the other form were refused and those of its own are not answered: one more try is what it is worth, for a host that greylists answers the decoy then.</summary>
    public const int AcceptancesUntried = 2;

    /// <summary>Says how often the mailbox must be refused before that is believed: once, where nothing speaks against it.</summary>
    /// <param name="domain">What decoys have shown.</param>
    /// <param name="shape">The form of the target's local part.</param>
    public static int RefusalsNeeded(CatchAllBelief domain, DecoyShape shape) => domain switch
    {
        { MayAccept: false } => 1,
        { OnlyShape: { } accepted } when accepted != shape => RefusalsByForm,
        _ => RefusalsAtRandom,
    };

    /// <summary>Weighs a judgement against what earlier attempts at the same address saw.</summary>
    /// <param name="judgement">What the last attempt alone says.</param>
    /// <param name="earlier">The evidence of earlier attempts.</param>
    /// <param name="isRefusal">Whether the last attempt was refused as no such mailbox.</param>
    public static Judgement Weigh(Judgement judgement, ImmutableArray<Evidence> earlier, bool isRefusal)
    {
        if (!isRefusal && judgement is not Judgement.Again { EnoughAfter: > 0 })
            return judgement;
        var (refusals, acceptances) = isRefusal ? (1, 0) : (0, 1);
        foreach (var one in earlier)
        {
            if (one.Meaning is ReplyMeaning.NoSuchMailbox && one.Reply is { Code: >= 500 })
                refusals++;
            else if (one.Meaning is ReplyMeaning.MailboxExists && !one.Signs.HasFlag(Signs.BackupExchanger))
                acceptances++;
        }

        return judgement switch
        {
            Judgement.Again { EnoughAfter: > 0 and var enough } again => acceptances >= enough ? again.Last : again,
            Judgement.Again { BelievedAfter: > 0 and var needed } when acceptances == 0 && refusals >= needed => Judge.Final(VerdictReason.RejectedEmail),

            // It was accepted before, by the same exchangers: refused twice as often, it is believed; else nobody can tell.
            Judgement.Final { Reason: VerdictReason.RejectedEmail } or Judgement.Again { BelievedAfter: > 0 } when acceptances > 0 => refusals >= 2 * acceptances
                ? Judge.Final(VerdictReason.RejectedEmail)
                : new Judgement.Again(VerdictReason.AcceptAll, null, Judge.Final(VerdictReason.AcceptAll)),
            _ => judgement,
        };
    }
}
