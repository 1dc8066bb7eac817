using System.Collections.Immutable;
using CsCheck;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Verdicts;

public sealed class DoubtTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    private static readonly Settlement Settlement = new(RetrySchedule.Default, Freshness.Default, "1");
    private static readonly CatchAllBelief Random = new(CatchAllState.AnswersBothWays, 0.7);
    private static readonly CatchAllBelief Untried = new(CatchAllState.RefusesDecoys, 0.02) { Untried = DecoyShape.Digits };
    private static readonly CatchAllBelief Partial = Random with { OnlyShape = DecoyShape.Digits };

    [Fact]
    public void RefusalsNeeded_OfAHostThatRefusesDecoys_IsOne()
    {
        Assert.Equal(1, Doubt.RefusalsNeeded(new(CatchAllState.RefusesDecoys, 0.02), DecoyShape.Digits));
        Assert.Equal(1, Doubt.RefusalsNeeded(CatchAllBelief.None, DecoyShape.Digits));
        Assert.Equal(1, Doubt.RefusalsNeeded(default, DecoyShape.Digits));
    }

    [Theory]
    [InlineData(DecoyShape.Digits, Doubt.RefusalsAtRandom)]
    [InlineData(DecoyShape.FirstLast, Doubt.RefusalsByForm)]
    public void RefusalsNeeded_OfAPartialCatchAll_IsLessForTheFormsThatItRefuses(DecoyShape shape, int needed) => Assert.Equal(needed, Doubt.RefusalsNeeded(Partial, shape));

    [Fact]
    public void Apply_RefusalsAtRandom_AreBelievedWhenSaidOftenEnough()
    {
        var (settled, tries) = Run(Enumerable.Repeat(ReplyMeaning.NoSuchMailbox, 5), Random);

        Assert.Equal((VerdictReason.RejectedEmail, Doubt.RefusalsAtRandom), (settled.Verdict!.Reason, tries));
        Assert.All(settled.Evidence[..^1], one => Assert.True(one.Signs.HasFlag(Signs.RefusalDoubted)));
    }

    [Fact]
    public void Apply_ARefusalAtRandomAndThenAnAcceptance_IsRisky()
    {
        var (settled, tries) = Run([ReplyMeaning.NoSuchMailbox, ReplyMeaning.MailboxExists], Random);

        Assert.Equal((VerdictReason.AcceptAll, 2), (settled.Verdict!.Reason, tries));
    }

    [Fact]
    public void Apply_ARefusalAfterAnAcceptanceOfTheSameAddress_IsAskedAgain()
    {
        // Its decoys had been put off: nothing was known.
        var (settled, tries) = Run([ReplyMeaning.MailboxExists, ReplyMeaning.NoSuchMailbox, ReplyMeaning.NoSuchMailbox], CatchAllBelief.None);
        Assert.Equal((VerdictReason.RejectedEmail, 3), (settled.Verdict!.Reason, tries));

        (settled, _) = Run([ReplyMeaning.MailboxExists, ReplyMeaning.MailboxExists, ReplyMeaning.MailboxExists, ReplyMeaning.MailboxExists, ReplyMeaning.NoSuchMailbox], CatchAllBelief.None);
        Assert.Equal(VerdictReason.AcceptAll, settled.Verdict!.Reason);
    }

    [Fact]
    public void Apply_AnAcceptanceWhoseOwnDecoysAreNeverAnswered_IsTriedOnceMore()
    {
        var (settled, tries) = Run(Enumerable.Repeat(ReplyMeaning.MailboxExists, 5), Untried);
        Assert.Equal((VerdictReason.AcceptedEmail, 2), (settled.Verdict!.Reason, tries));

        // What put the address off is no acceptance; the last try's word holds.
        (settled, tries) = Run([ReplyMeaning.Greylisted, ReplyMeaning.MailboxExists, ReplyMeaning.MailboxExists], Untried);
        Assert.Equal((VerdictReason.AcceptedEmail, 3), (settled.Verdict!.Reason, tries));
        (settled, tries) = Run([.. Enumerable.Repeat(ReplyMeaning.Greylisted, 4), ReplyMeaning.MailboxExists], Untried);
        Assert.Equal((VerdictReason.AcceptedEmail, 5), (settled.Verdict!.Reason, tries));
    }

    [Fact]
    public void Apply_AnAcceptanceWhereNoDecoyWasEverAnswered_IsTriedToTheLast()
    {
        var (settled, tries) = Run(Enumerable.Repeat(ReplyMeaning.MailboxExists, 5), CatchAllBelief.None);

        Assert.Equal((VerdictReason.AcceptAll, RetrySchedule.Default.Tries), (settled.Verdict!.Reason, tries));
    }

    [Fact]
    public void Apply_ARefusalByThePrimaryAfterItsBackupAccepted_IsBelieved()
    {
        var (settled, tries) = Run([ReplyMeaning.MailboxExists, ReplyMeaning.NoSuchMailbox], CatchAllBelief.None, Signs.BackupExchanger);

        Assert.Equal((VerdictReason.RejectedEmail, 2), (settled.Verdict!.Reason, tries));
    }

    [Fact]
    public void Apply_WhateverAHostSaysAtRandom_EndsAndIsNeverUndeliverableByOneRefusal() =>
        Gen.Int[0, 2].Select(at => new[] { ReplyMeaning.NoSuchMailbox, ReplyMeaning.MailboxExists, ReplyMeaning.Greylisted }[at]).Array[5].Sample(told =>
        {
            var (settled, _) = Run(told, Random);
            return settled.Verdict is { } verdict && (verdict.Status is not VerdictStatus.Undeliverable || told.Count(one => one is ReplyMeaning.NoSuchMailbox) >= Doubt.RefusalsAtRandom);
        });

    [Fact]
    public void Apply_ARefusalAtRandomSaidToTheLastTry_StaysInDoubt()
    {
        var (settled, tries) = Run([.. Enumerable.Repeat(ReplyMeaning.Greylisted, 4), ReplyMeaning.NoSuchMailbox], Random);

        Assert.Equal((VerdictStatus.Risky, VerdictReason.AcceptAll, 5), (settled.Verdict!.Status, settled.Verdict.Reason, tries));
    }

    private static (Verification Settled, int Tries) Run(IEnumerable<ReplyMeaning> told, CatchAllBelief domain, Signs ofFirst = Signs.None)
    {
        var verification = new Verification { Id = "ver_1", CustomerId = "cus_default", AddressHash = new AddressHash(7), Email = "jane@example.com", CreatedAt = Now };
        var (tries, now) = (0, Now);
        foreach (var meaning in told)
        {
            var code = meaning switch { ReplyMeaning.MailboxExists => 250, ReplyMeaning.NoSuchMailbox => 550, _ => 451 };
            var trace = new ProbeTrace(now, SmtpStage.Rcpt, "mx.example.com", null, "eg-1", null, TimeSpan.Zero);
            var outcome = new ProbeOutcome.Answered(trace, SmtpReply.Of(code, "words"), new ReplyFinding(meaning, "test"), []) { Signs = tries == 0 ? ofFirst : Signs.None };
            var judgement = Judge.Of(outcome, new Circumstances { CatchAll = domain });
            var evidence = new Evidence(now, SmtpStage.Rcpt, [], "mx.example.com", null, "eg-1", null, new ReplyEvidence(code, null, "words"), meaning, "test", null, ImmutableArray<DecoyEvidence>.Empty, TimeSpan.Zero)
            {
                Signs = outcome.Signs,
            };
            (verification, var ticket) = Settlement.Apply(verification, new AttemptResult.Judged(judgement, VerdictSource.Live) { Evidence = evidence }, now);
            tries++;
            if (ticket is null)
                break;
            now = ticket.DueAt;
        }

        return (verification, tries);
    }
}
