using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;
using static EmailVerify.Core.Tests.Verdicts.JudgedBefore;

namespace EmailVerify.Core.Tests.Verdicts;

/// <summary>What is learnt later only ever weakens a condemnation.</summary>
public sealed class RejudgeDoubtTests
{
    private static readonly Rejudge Rejudge = new(ReplyRules.Default, ProviderCatalog.Default, Freshness.Default);

    [Theory]
    [InlineData(Signs.AnswersAtRandom, null, null, typeof(Rejudgement.WouldAskAgain))]
    [InlineData(Signs.PartialCatchAll, null, null, typeof(Rejudgement.WouldAskAgain))]
    [InlineData(Signs.None, 0.4, null, typeof(Rejudgement.WouldAskAgain))]
    [InlineData(Signs.None, null, true, typeof(Rejudgement.WouldAskAgain))]
    [InlineData(Signs.None, 0.05, false, typeof(Rejudgement.Changed))]
    [InlineData(Signs.DecoysDelayed, null, null, typeof(Rejudgement.Changed))]
    public void Of_ARefusalUnderstoodOnlyToday_IsNotBelievedAtOnceWhereTheDomainContradictsItself(Signs signs, double? chance, bool? acceptAll, Type what)
    {
        var told = Seen(450, "Later", ReplyMeaning.TemporaryFailure) with { Signs = signs, CatchAllChance = chance };
        var verification = Verified(VerdictReason.UnexpectedReply, told, Seen(550, "<recipient>: User unknown", ReplyMeaning.Other));
        verification = verification with { Verdict = verification.Verdict! with { AcceptAll = acceptAll } };

        var again = Rejudge.Of(verification, FoundAt.AddDays(1));

        Assert.IsType(what, again);
        if (again is Rejudgement.WouldAskAgain(var cause, var rule))
            Assert.Equal((VerdictReason.AcceptAll, "generic/no-such-user"), (cause, rule));
    }

    [Fact]
    public void Of_RefusalsOfOneThatAnswersAtRandom_AreBelievedTheThirdTime()
    {
        var refused = Seen(550, "<recipient>: User unknown", ReplyMeaning.Other) with { Signs = Signs.AnswersAtRandom };

        Assert.IsType<Rejudgement.WouldAskAgain>(Rejudge.Of(Verified(VerdictReason.UnexpectedReply, refused, refused), FoundAt));
        Assert.IsType<Rejudgement.Changed>(Rejudge.Of(Verified(VerdictReason.UnexpectedReply, refused, refused, refused), FoundAt));
    }

    [Fact]
    public void Of_ARefusalBehindALaterAcceptance_DecidesNothing()
    {
        var refused = Seen(550, "<recipient>: User unknown", ReplyMeaning.TemporaryFailure);
        var accepted = Seen(250, "ok", ReplyMeaning.MailboxExists, "code/accepted");
        var silent = Seen(0, "", ReplyMeaning.Other, "silence") with { Reply = null, Meaning = null };

        Assert.IsType<Rejudgement.Unchanged>(Rejudge.Of(Verified(VerdictReason.Timeout, refused, accepted, silent), FoundAt));
        Assert.IsType<Rejudgement.Changed>(Rejudge.Of(Verified(VerdictReason.Timeout, refused, accepted with { Signs = Signs.BackupExchanger }, silent), FoundAt));
    }

    [Theory]
    [InlineData(450, "<address>: User unknown", VerdictReason.AcceptAll)]
    [InlineData(550, "<address>: User unknown", VerdictReason.AcceptedEmail)]
    public void Of_ADecoyThatWasPutOff_ProvesNothing(int code, string text, VerdictReason expected)
    {
        var seen = Seen(250, "ok", ReplyMeaning.MailboxExists, "code/accepted") with { Decoys = [new DecoyEvidence(new ReplyEvidence(code, null, text), ReplyMeaning.Other)] };
        Assert.Equal(ReplyMeaning.NoSuchMailbox, ReplyRules.Default.Read(new ReplyContext(SmtpStage.Rcpt, SmtpReply.Of(code, text), null, ReplyMask.OfDecoyEvidence("target.example"))).Meaning);

        var again = Rejudge.Of(Verified(VerdictReason.AcceptAll, seen), FoundAt);

        Assert.Equal(expected, again is Rejudgement.Changed changed ? changed.After.Verdict!.Reason : VerdictReason.AcceptAll);
    }

    [Fact]
    public void Of_AnAnsweredVerdictWhoseTextIsNoAddressToday_Stays()
    {
        var answered = Verified(VerdictReason.RejectedEmail, Seen(550, "User unknown", ReplyMeaning.NoSuchMailbox)) with { Email = "a..b@target.example" };
        var unanswered = Verified(VerdictReason.Timeout, Seen(0, "", ReplyMeaning.Other, "silence") with { Reply = null, Meaning = null }) with { Email = "a..b@target.example" };

        Assert.IsType<Rejudgement.Unchanged>(Rejudge.Of(answered, FoundAt));
        Assert.Equal(VerdictReason.InvalidEmail, Assert.IsType<Rejudgement.Changed>(Rejudge.Of(unanswered, FoundAt)).After.Verdict!.Reason);
    }

    [Fact]
    public void Of_AWrittenFormThatIsAnAddressToday_NamesWhatIsNoReasonAnyMore()
    {
        var verification = Verified(VerdictReason.InvalidEmail);
        verification = verification with { Verdict = verification.Verdict! with { Source = VerdictSource.Syntax } };

        Assert.Equal(new Rejudgement.WouldAskAgain(VerdictReason.InvalidEmail, "syntax"), Rejudge.Of(verification, FoundAt));
    }

    [Fact]
    public void Of_AMailboxWhoseExchangersServeThrowAwayOnes_IsDisposable()
    {
        const string host = "mx.mailinator.com";
        var seen = Seen(250, "ok", ReplyMeaning.MailboxExists, "code/accepted") with
        {
            Route = [host],
            Exchanger = host,
            Decoys = [new DecoyEvidence(new ReplyEvidence(550, null, "<address>: User unknown"), ReplyMeaning.Other)],
        };

        Assert.Equal(VerdictReason.Disposable, Assert.IsType<Rejudgement.Changed>(Rejudge.Of(Verified(VerdictReason.AcceptAll, seen), FoundAt)).After.Verdict!.Reason);
    }
}
