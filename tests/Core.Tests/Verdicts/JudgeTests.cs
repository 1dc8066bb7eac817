using System.Net;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Verdicts;

public sealed class JudgeTests
{
    private static readonly ProbeTrace Trace =
        new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero), SmtpStage.Rcpt, "mx.example.com", IPAddress.Loopback, "eg-1", null, TimeSpan.FromSeconds(1));

    [Theory]
    [InlineData(250, ReplyMeaning.MailboxExists, CatchAllState.RefusesDecoys, "deliverable", "accepted_email")]
    [InlineData(251, ReplyMeaning.MailboxExists, CatchAllState.RefusesDecoys, "deliverable", "accepted_email")]
    [InlineData(252, ReplyMeaning.Other, CatchAllState.RefusesDecoys, "risky", "accept_all")]
    [InlineData(250, ReplyMeaning.MailboxExists, CatchAllState.AcceptsDecoys, "risky", "accept_all")]
    [InlineData(250, ReplyMeaning.MailboxExists, CatchAllState.AnswersBothWays, "risky", "accept_all")]
    [InlineData(550, ReplyMeaning.NoSuchMailbox, CatchAllState.Unknown, "undeliverable", "rejected_email")]
    [InlineData(550, ReplyMeaning.MailboxDisabled, CatchAllState.Unknown, "undeliverable", "mailbox_disabled")]
    [InlineData(452, ReplyMeaning.MailboxFull, CatchAllState.Unknown, "risky", "mailbox_full")]
    [InlineData(550, ReplyMeaning.RelayOrDomainRejected, CatchAllState.Unknown, "undeliverable", "invalid_domain")]
    [InlineData(501, ReplyMeaning.AddressSyntaxRejected, CatchAllState.Unknown, "unknown", "unexpected_reply")]
    [InlineData(503, ReplyMeaning.Other, CatchAllState.Unknown, "unknown", "unexpected_reply")]
    [InlineData(553, ReplyMeaning.SenderRejected, CatchAllState.Unknown, "unknown", "blocked_by_policy")]
    [InlineData(550, ReplyMeaning.PolicyBlocked, CatchAllState.RefusesDecoys, "unknown", "blocked_by_policy")]
    [InlineData(554, ReplyMeaning.MessageContentRejected, CatchAllState.Unknown, "unknown", "blocked_by_policy")]
    public void Of_AnAnswer_IsTheRowOfTheTable(int code, ReplyMeaning meaning, CatchAllState domain, string status, string reason)
    {
        var final = Assert.IsType<Judgement.Final>(Judge.Of(Answer(code, meaning), At(domain)));

        Assert.Equal((status, reason), (Words.Of(final.Status), Words.Of(final.Reason)));
    }

    [Theory]
    [InlineData(450, ReplyMeaning.Greylisted, "greylisted")]
    [InlineData(421, ReplyMeaning.RateLimited, "rate_limited")]
    [InlineData(451, ReplyMeaning.TemporaryFailure, "temporary_failure")]
    [InlineData(451, ReplyMeaning.Other, "unexpected_reply")]
    [InlineData(451, ReplyMeaning.PolicyBlocked, "blocked_by_policy")]
    [InlineData(451, ReplyMeaning.RelayOrDomainRejected, "temporary_failure")]
    [InlineData(250, ReplyMeaning.MailboxExists, "accept_all")]
    public void Of_AnAnswerThatPutsUsOff_IsAskedAgainAndThenHoldsAsUnknownOrRisky(int code, ReplyMeaning meaning, string reason)
    {
        var again = Assert.IsType<Judgement.Again>(Judge.Of(Answer(code, meaning), new Circumstances()));

        Assert.Equal(reason, Words.Of(again.Cause));
        Assert.Equal(again.Cause, again.Last.Reason);
        Assert.NotEqual(VerdictStatus.Undeliverable, again.Last.Status);
    }

    [Theory]
    [InlineData(ReplyMeaning.NoSuchMailbox, VerdictReason.RejectedEmail)]
    [InlineData(ReplyMeaning.MailboxDisabled, VerdictReason.MailboxDisabled)]
    public void Of_ANoThatIsNotNow_IsAskedAgainBeforeItIsBelieved(ReplyMeaning meaning, VerdictReason last)
    {
        var again = Assert.IsType<Judgement.Again>(Judge.Of(Answer(450, meaning), At(CatchAllState.RefusesDecoys)));

        Assert.Equal((VerdictReason.TemporaryFailure, last), (again.Cause, again.Last.Reason));
    }

    [Theory]
    [InlineData(CatchAllState.AcceptsDecoys)]
    [InlineData(CatchAllState.AnswersBothWays)]
    [InlineData(CatchAllState.Unknown)]
    public void Of_AnAcceptanceByABackup_ThatDidNotRefuseADecoy_ProvesNothing(CatchAllState backup)
    {
        var again = Assert.IsType<Judgement.Again>(Judge.Of(Answer(250, ReplyMeaning.MailboxExists) with { Signs = Signs.BackupExchanger }, At(backup)));

        Assert.Equal((VerdictReason.AcceptAll, VerdictReason.AcceptAll), (again.Cause, again.Last.Reason));
        Assert.True(again.Last.Score <= 55);
    }

    [Theory]
    [InlineData(CatchAllState.AcceptsDecoys)]
    [InlineData(CatchAllState.AnswersBothWays)]
    public void Of_ARefusalWhereDecoysAreAccepted_IsAskedAgainBeforeItIsBelieved(CatchAllState state)
    {
        var again = Assert.IsType<Judgement.Again>(Judge.Of(Answer(550, ReplyMeaning.NoSuchMailbox), At(state)));

        Assert.Equal((VerdictReason.AcceptAll, Doubt.RefusalsAtRandom), (again.Last.Reason, again.BelievedAfter));
    }

    [Fact]
    public void Of_Greylisted_WhereOnlyKnownMailboxesAre_IsLikelierToExistAndStillUnknown()
    {
        var plain = Assert.IsType<Judgement.Again>(Judge.Of(Answer(450, ReplyMeaning.Greylisted), new Circumstances())).Last;
        var knownOnly = Assert.IsType<Judgement.Again>(Judge.Of(Answer(450, ReplyMeaning.Greylisted), new Circumstances { Signs = Signs.KnownOnlyGreylisting })).Last;

        Assert.Equal((VerdictStatus.Unknown, VerdictReason.Greylisted), (knownOnly.Status, knownOnly.Reason));
        Assert.True(knownOnly.Score > plain.Score);
    }

    [Fact]
    public void Of_NotHere_WhereNotEveryExchangerCouldBeAsked_IsNoProof()
    {
        var answers = new ProbeOutcome[] { Answer(550, ReplyMeaning.RelayOrDomainRejected), new ProbeOutcome.Smtputf8Missing(Trace) };

        Assert.All(answers, answer =>
        {
            var again = Assert.IsType<Judgement.Again>(Judge.Of(answer, new Circumstances { AllAsked = false }));
            Assert.Equal(VerdictStatus.Unknown, again.Last.Status);
        });
    }

    [Fact]
    public void Of_AcceptanceWhereTheProviderTellsTheTruth_NeedsNoDecoy() =>
        Assert.Equal(
            (VerdictStatus.Deliverable, VerdictReason.AcceptedEmail),
            Judge.Of(Answer(250, ReplyMeaning.MailboxExists), new Circumstances { NeedsNoDecoy = true, TellsTheTruth = true }) is Judgement.Final final ? (final.Status, final.Reason) : default);

    [Fact]
    public void Of_AcceptanceOfAFormWhoseDecoysWereNeverTried_WaitsForOne()
    {
        var belief = At(CatchAllState.RefusesDecoys).CatchAll with { Untried = DecoyShape.FirstLast };
        var again = Assert.IsType<Judgement.Again>(Judge.Of(Answer(250, ReplyMeaning.MailboxExists), new Circumstances { CatchAll = belief, Shape = DecoyShape.FirstLast }));

        // None may ever be answered; then the other form's word is the best there is.
        Assert.Equal((VerdictReason.AcceptAll, VerdictReason.AcceptedEmail, 2), (again.Cause, again.Last.Reason, again.EnoughAfter));
        Assert.Equal(
            VerdictReason.AcceptedEmail,
            Assert.IsType<Judgement.Final>(Judge.Of(Answer(250, ReplyMeaning.MailboxExists), new Circumstances { CatchAll = belief, Shape = DecoyShape.Digits })).Reason);
        Assert.IsType<Judgement.Final>(Judge.Of(Answer(550, ReplyMeaning.NoSuchMailbox), new Circumstances { CatchAll = belief, Shape = DecoyShape.FirstLast }));
    }

    [Fact]
    public void Of_AcceptanceAtADisposableDomain_IsRisky() =>
        Assert.Equal(Judge.Final(VerdictReason.Disposable), Judge.Of(Answer(250, ReplyMeaning.MailboxExists), At(CatchAllState.RefusesDecoys) with { IsDisposable = true }));

    [Theory]
    [InlineData(LossCause.NoConnect, "no_connect")]
    [InlineData(LossCause.Silence, "timeout")]
    [InlineData(LossCause.Cut, "timeout")]
    [InlineData(LossCause.TlsFailed, "temporary_failure")]
    [InlineData(LossCause.ProxyFailed, "no_egress")]
    public void Of_ALostConnection_IsAskedAgain(LossCause cause, string reason) =>
        Assert.Equal(reason, Words.Of(Assert.IsType<Judgement.Again>(Judge.Of(new ProbeOutcome.Lost(Trace, cause), new Circumstances())).Cause));

    [Fact]
    public void Of_Nonsense_IsUnexpected() =>
        Assert.Equal(Judge.Final(VerdictReason.UnexpectedReply), Judge.Of(new ProbeOutcome.Lost(Trace, LossCause.Nonsense), new Circumstances()));

    [Fact]
    public void Of_NoSmtputf8Anywhere_IsUndeliverable() =>
        Assert.Equal(Judge.Final(VerdictReason.Smtputf8Unsupported), Judge.Of(new ProbeOutcome.Smtputf8Missing(Trace), new Circumstances()));

    [Fact]
    public void Of_ARefusalBeforeRcpt_IsNeverUndeliverable() =>
        Assert.All(
            from meaning in Enum.GetValues<ReplyMeaning>() from code in new[] { 421, 450, 501, 521, 550, 554 } select (code, meaning),
            pair =>
            {
                var (code, meaning) = pair;
                var judgement = Judge.Of(new ProbeOutcome.Refused(Trace, SmtpReply.Of(code, "no"), new ReplyFinding(meaning, "test")), At(CatchAllState.RefusesDecoys));
                var last = judgement as Judgement.Final ?? ((Judgement.Again)judgement).Last;
                Assert.Equal(VerdictStatus.Unknown, last.Status);
            });

    [Fact]
    public void Of_EveryRoute_IsDecided()
    {
        Assert.Null(Judge.Of(new Route.Exchangers([new Exchanger("mx.example.com", 10, [IPAddress.Loopback])], "example.com")));
        Assert.Equal(Judge.Final(VerdictReason.NullMx), Judge.Of(new Route.NullMx()));
        Assert.Equal(Judge.Final(VerdictReason.InvalidDomain), Judge.Of(new Route.NoSuchDomain()));
        Assert.Equal(Judge.Final(VerdictReason.InvalidDomain), Judge.Of(new Route.NoMail()));
        Assert.Equal(Judge.Final(VerdictReason.InvalidDomain), Judge.Of(new Route.Unroutable()));
        Assert.Equal(Judge.Final(VerdictReason.NoConnect), Judge.Of(new Route.Forbidden()));
        Assert.Equal(Judge.Final(VerdictReason.DnsError), Judge.Of(new Route.Unresolved(DnsOutcome.Timeout)));
    }

    [Fact]
    public void Final_OfEveryReason_HasAStatusAndAChance() =>
        Assert.All(Enum.GetValues<VerdictReason>(), reason => Assert.InRange(Judge.Final(reason).Score, 0, 100));

    private static Circumstances At(CatchAllState state) => new()
    {
        CatchAll = new CatchAllBelief(state, state switch { CatchAllState.RefusesDecoys => 0.025 / 1.1, CatchAllState.AcceptsDecoys => 0.96, CatchAllState.AnswersBothWays => 0.5, _ => CatchAllFinding.Prior }),
    };

    private static ProbeOutcome.Answered Answer(int code, ReplyMeaning meaning) =>
        new(Trace, SmtpReply.Of(code, "words"), new ReplyFinding(meaning, "test"), []);
}
