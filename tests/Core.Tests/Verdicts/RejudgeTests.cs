using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Tests.Replies;
using EmailVerify.Core.Verdicts;
using static EmailVerify.Core.Tests.Verdicts.JudgedBefore;

namespace EmailVerify.Core.Tests.Verdicts;

public sealed class RejudgeTests
{
    private static readonly DateTimeOffset Now = FoundAt.AddDays(2);
    private static readonly Rejudge Rejudge = new(ReplyRules.Default, ProviderCatalog.Default, Freshness.Default);

    [Fact]
    public void Of_ARefusalThatWasMisread_IsChangedAndTellsWhatItWas()
    {
        var verification = Verified(VerdictReason.UnexpectedReply, Seen(550, "<recipient>: User unknown", ReplyMeaning.Other, "code/no-evidence"));

        var changed = Assert.IsType<Rejudgement.Changed>(Rejudge.Of(verification, Now));

        var verdict = changed.After.Verdict!;
        Assert.Equal((VerdictStatus.Undeliverable, VerdictReason.RejectedEmail, 1, ReplyRules.Default.Version), (verdict.Status, verdict.Reason, verdict.Score, verdict.Rules));
        Assert.Equal((FoundAt, FoundAt.AddDays(14)), (verdict.FoundAt, verdict.FreshUntil));
        Assert.Equal([new EarlierVerdict(VerdictStatus.Unknown, VerdictReason.UnexpectedReply, 50, "old", Now)], changed.After.Earlier);
        Assert.Equal((ReplyMeaning.NoSuchMailbox, changed.Rule), (changed.After.Evidence[0].Meaning, changed.After.Evidence[0].Rule));
        Assert.IsType<Rejudgement.Unchanged>(Rejudge.Of(changed.After, Now));
    }

    [Fact]
    public void Of_ARefusalOfUsThatCondemnedTheMailbox_IsUnknown()
    {
        var verification = Verified(VerdictReason.RejectedEmail, Seen(550, "Client host [<egress>] blocked using zen.spamhaus.org", ReplyMeaning.NoSuchMailbox));

        var changed = Assert.IsType<Rejudgement.Changed>(Rejudge.Of(verification, Now));

        Assert.Equal((VerdictReason.BlockedByPolicy, FoundAt), (changed.After.Verdict!.Reason, changed.After.Verdict.FreshUntil));
    }

    [Fact]
    public void Of_WhatWouldBeAskedAgain_StaysAndSaysSo()
    {
        var verification = Verified(VerdictReason.RejectedEmail, Seen(550, "Greylisted, try again in 5 minutes", ReplyMeaning.NoSuchMailbox));

        Assert.Equal(VerdictReason.Greylisted, Assert.IsType<Rejudgement.WouldAskAgain>(Rejudge.Of(verification, Now)).Cause);
    }

    [Fact]
    public void Of_WhatWasAskedToTheLastTry_MayEndOtherwise()
    {
        var verification = Verified(VerdictReason.TemporaryFailure, Seen(450, "Greylisted, try again in 5 minutes", ReplyMeaning.TemporaryFailure), Seen(450, "Greylisted, try again in 5 minutes", ReplyMeaning.TemporaryFailure));

        Assert.Equal(VerdictReason.Greylisted, Assert.IsType<Rejudgement.Changed>(Rejudge.Of(verification, Now)).After.Verdict!.Reason);
    }

    [Fact]
    public void Of_AnEndInAQueue_IsNotTheRepliesToJudge()
    {
        var verification = Verified(VerdictReason.RateLimited, Seen(450, "Greylisted, try again in 5 minutes", ReplyMeaning.TemporaryFailure));
        verification = verification with { Verdict = verification.Verdict! with { Provider = null, Exchanger = null } };

        Assert.IsType<Rejudgement.Unchanged>(Rejudge.Of(verification, Now));
    }

    [Fact]
    public void Of_RepliesThatReadAlike_KeepWhatWasConcludedInTheLightOfMore()
    {
        // A host that answers at random: its refusals were not believed, and why is not kept.
        var verification = Verified(VerdictReason.AcceptAll, Seen(550, "<recipient>: User unknown", ReplyMeaning.NoSuchMailbox), Seen(550, "<recipient>: User unknown", ReplyMeaning.NoSuchMailbox));
        var unknown = verification with { Verdict = verification.Verdict! with { Status = VerdictStatus.Unknown, Reason = VerdictReason.Timeout } };

        Assert.IsType<Rejudgement.Unchanged>(Rejudge.Of(verification, Now));
        Assert.IsType<Rejudgement.Unchanged>(Rejudge.Of(unknown, Now));
    }

    [Fact]
    public void Of_AKnownVerdictWhoseLastWordReadsAlike_IsNotOverruledByAnEarlierOne()
    {
        var accepted = Seen(250, "ok", ReplyMeaning.MailboxExists, "code/accepted");
        var verification = Verified(VerdictReason.AcceptAll, Seen(550, "<recipient>: User unknown", ReplyMeaning.TemporaryFailure), accepted);

        Assert.IsType<Rejudgement.Unchanged>(Rejudge.Of(verification, Now));
    }

    [Fact]
    public void Of_AnEarlierAttemptThatTellsIt_Decides()
    {
        var verification = Verified(
            VerdictReason.Timeout,
            Seen(550, "<recipient>: User unknown", ReplyMeaning.TemporaryFailure),
            Seen(0, "", ReplyMeaning.Other, "silence") with { Reply = null, Meaning = null });

        Assert.Equal(VerdictReason.RejectedEmail, Assert.IsType<Rejudgement.Changed>(Rejudge.Of(verification, Now)).After.Verdict!.Reason);
    }

    [Fact]
    public void Of_ADecoyThatWasRefusedForWhoWeAre_ProvesNothing()
    {
        var seen = Seen(250, "ok", ReplyMeaning.MailboxExists, "code/accepted") with
        {
            Decoys = [new DecoyEvidence(new ReplyEvidence(550, null, "Client host [<egress>] blocked using zen.spamhaus.org"), ReplyMeaning.NoSuchMailbox)],
        };
        var verification = Verified(VerdictReason.AcceptedEmail, seen);
        verification = verification with { Verdict = verification.Verdict! with { AcceptAll = false } };

        var after = Assert.IsType<Rejudgement.Changed>(Rejudge.Of(verification, Now)).After;

        Assert.Equal((VerdictReason.AcceptAll, null, ReplyMeaning.PolicyBlocked), (after.Verdict!.Reason, after.Verdict.AcceptAll, after.Evidence[0].Decoys[0].Meaning));
    }

    [Fact]
    public void Of_ADecoyThatNobodyUnderstoodThen_ProvesTheMailbox()
    {
        var seen = Seen(250, "ok", ReplyMeaning.MailboxExists, "code/accepted") with
        {
            Decoys = [new DecoyEvidence(new ReplyEvidence(550, null, "<address>: User unknown"), ReplyMeaning.Other)],
        };

        var after = Assert.IsType<Rejudgement.Changed>(Rejudge.Of(Verified(VerdictReason.AcceptAll, seen), Now)).After.Verdict!;

        Assert.Equal((VerdictReason.AcceptedEmail, false), (after.Reason, after.AcceptAll));
    }

    [Theory]
    [InlineData(1, false, typeof(Rejudgement.Changed))]
    [InlineData(2, false, typeof(Rejudgement.WouldAskAgain))]
    [InlineData(1, true, typeof(Rejudgement.WouldAskAgain))]
    public void Of_NotHere_IsTheDomainsWordOnlyWhereEveryExchangerSaidSo(int exchangers, bool isIncomplete, Type what)
    {
        var seen = Seen(550, "Relaying denied", ReplyMeaning.Other) with { Route = [.. Enumerable.Range(1, exchangers).Select(at => $"mx{at}.b.example")], IsRouteWhole = !isIncomplete };

        var again = Rejudge.Of(Verified(VerdictReason.UnexpectedReply, seen), Now);

        Assert.IsType(what, again);
        if (again is Rejudgement.Changed changed)
            Assert.Equal(VerdictReason.InvalidDomain, changed.After.Verdict!.Reason);
    }

    [Fact]
    public void Of_ATextThatWasCut_KeepsItsMeaning()
    {
        var text = new string('x', ReplyMask.MaxText);

        Assert.IsType<Rejudgement.Unchanged>(Rejudge.Of(Verified(VerdictReason.RejectedEmail, Seen(550, text, ReplyMeaning.NoSuchMailbox)), Now));
    }

    [Theory]
    [InlineData(VerdictSource.Test)]
    [InlineData(VerdictSource.Dns)]
    [InlineData(VerdictSource.Live)]
    public void Of_NothingKept_IsNoEvidence(VerdictSource source)
    {
        var verification = Verified(VerdictReason.NullMx);

        Assert.IsType<Rejudgement.NoEvidence>(Rejudge.Of(verification with { Verdict = verification.Verdict! with { Source = source } }, Now));
        Assert.IsType<Rejudgement.NoEvidence>(Rejudge.Of(verification with { Verdict = null }, Now));
    }

    [Fact]
    public void Of_ADnsVerdictBehindAttempts_IsNotTheirs()
    {
        var verification = Verified(VerdictReason.NullMx, Seen(450, "Greylisted", ReplyMeaning.Greylisted));

        Assert.IsType<Rejudgement.NoEvidence>(Rejudge.Of(verification with { Verdict = verification.Verdict! with { Source = VerdictSource.Dns } }, Now));
    }

    [Theory]
    [InlineData("a..b@c.example", VerdictReason.InvalidEmail, typeof(Rejudgement.Unchanged))]
    [InlineData("a..b@c.example", VerdictReason.AddressLiteral, typeof(Rejudgement.Changed))]
    [InlineData("a@[192.0.2.1]", VerdictReason.AddressLiteral, typeof(Rejudgement.Unchanged))]
    [InlineData("a@c.example", VerdictReason.InvalidEmail, typeof(Rejudgement.WouldAskAgain))]
    public void Of_ATextVerdict_IsJudgedByTheText(string email, VerdictReason reason, Type what)
    {
        var verification = Verified(reason) with { Email = email };

        Assert.IsType(what, Rejudge.Of(verification with { Verdict = verification.Verdict! with { Source = VerdictSource.Syntax } }, Now));
    }

    [Fact]
    public void Of_TheCorpus_JudgedAsItWasJudged_IsUnchanged() => Assert.All(CorpusReplies.All.Where(reply => reply.Stage is SmtpStage.Rcpt), reply =>
    {
        var context = reply with { Ours = CorpusReplies.Ours };
        var finding = ReplyRules.Default.Read(context);
        var masked = CorpusReplies.Ours.Apply(reply.Reply);
        var judgement = ReplyVerdict.Of(reply.Stage, reply.Reply, finding);
        var final = judgement as Judgement.Final ?? ((Judgement.Again)judgement).Last;
        var seen = Seen(0, "", finding.Meaning, finding.Rule) with { Reply = masked, Exchanger = reply.Exchanger };

        Assert.IsType<Rejudgement.Unchanged>(Rejudge.Of(Verified(final.Reason, seen), Now));
    });

    [Fact]
    public void Earlier_Kept_IsBounded()
    {
        var many = Enumerable.Range(0, EarlierVerdict.MaxKept).Select(at => new EarlierVerdict(VerdictStatus.Unknown, VerdictReason.Timeout, at, "old", FoundAt)).ToImmutableArray();
        var verification = Verified(VerdictReason.UnexpectedReply, Seen(550, "User unknown", ReplyMeaning.Other)) with { Earlier = many };

        var earlier = Assert.IsType<Rejudgement.Changed>(Rejudge.Of(verification, Now)).After.Earlier;

        Assert.Equal((EarlierVerdict.MaxKept, VerdictReason.UnexpectedReply, 1), (earlier.Length, earlier[^1].Reason, earlier[0].Score));
    }

    [Fact]
    public void Earlier_AsStored_ComesBack()
    {
        ImmutableArray<EarlierVerdict> earlier = [new(VerdictStatus.Risky, VerdictReason.AcceptAll, 55, "2026.11.3", FoundAt)];

        Assert.Equal(earlier, EarlierVerdict.Read(EarlierVerdict.Write(earlier)));
        Assert.Null(EarlierVerdict.Write([]));
        Assert.Empty(EarlierVerdict.Read(null));
        Assert.Empty(EarlierVerdict.Read("""[{"status":"of a later version","reason":"accept_all"}]"""));
    }
}
