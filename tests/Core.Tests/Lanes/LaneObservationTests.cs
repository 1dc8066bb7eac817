using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Lanes;

public sealed class LaneObservationTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly Regime regime = new("example.com", new ProviderPolicy { Name = "example.com" }, enforced: true, Start);

    [Fact]
    public void Apply_RateLimitOfOurs_SilencesNewSessions()
    {
        Apply(450, "4.7.0", "Too many connections from you, slow down");

        Assert.Equal(Obstacle.RateLimit, regime.TryOpen(Start).Cause);
    }

    [Theory]
    [InlineData("Deferred [TSS04]", 120)]
    [InlineData("Deferred [TSS04], come back in 20 minutes", 20)]
    public void Apply_RateLimitForWhichTheProviderHasAPause_SilencesItSoLong(string text, int minutes)
    {
        var yahoo = new Regime("yahoo", ProviderCatalog.Default.PolicyOf("yahoo"), enforced: true, Start);
        var reply = SmtpReply.Of(421, text);
        var finding = ReplyRules.Default.Read(new ReplyContext(SmtpStage.Mail, reply, "mta5.am0.yahoodns.net"));
        Assert.Equal(ReplyMeaning.RateLimited, finding.Meaning);

        var trace = new ProbeTrace(Start, SmtpStage.Mail, "mta5.am0.yahoodns.net", null, "eg-1", null, TimeSpan.Zero);
        _ = LaneObservation.Apply(yahoo, EmailAddress.Parse("ada@yahoo.com"), new ProbeOutcome.Refused(trace, reply, finding), Start);

        Assert.Equal(Start.AddMinutes(minutes), yahoo.TryOpen(Start).NotBefore);
    }

    [Fact]
    public void OfParting_AReplyThatSendsUsAway_SilencesTheProviderToo()
    {
        var yahoo = new Regime("yahoo", ProviderCatalog.Default.PolicyOf("yahoo"), enforced: true, Start);

        _ = LaneObservation.OfParting(yahoo, new SessionEnding(SessionEnd.ClosedByServer, SmtpReply.Of(421, "[TSS05]"), new ReplyFinding(ReplyMeaning.RateLimited, "test")), Start);

        Assert.Equal(Start.AddMinutes(240), yahoo.TryOpen(Start).NotBefore);
    }

    [Fact]
    public void OfParting_ACutAfterRefusals_SlowsDownWithoutAWord()
    {
        var rate = regime.Look().Rate;

        _ = LaneObservation.OfParting(regime, new SessionEnding(SessionEnd.ErrorLimit), Start);

        Assert.Equal((Obstacle.RateLimit, Start + Regime.Breath), (regime.TryOpen(Start).Cause, regime.TryOpen(Start).NotBefore));
        Assert.Equal(rate / 2, regime.Look().Rate);
    }

    [Fact]
    public void OfParting_AnObjectionAfterRefusals_LastsAsLongAsTheProvidersPause()
    {
        var netease = new Regime("netease", ProviderCatalog.Default.PolicyOf("netease"), enforced: true, Start);

        _ = LaneObservation.OfParting(netease, new SessionEnding(SessionEnd.ErrorLimit, SmtpReply.Of(421, "HL:REP 192.0.2.1"), new ReplyFinding(ReplyMeaning.PolicyBlocked, "test")), Start);

        Assert.Equal((Obstacle.RateLimit, Start.AddMinutes(60)), (netease.TryOpen(Start).Cause, netease.TryOpen(Start).NotBefore));
    }

    // Whatever its words mean: it is their pause.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Apply_ABlockForWhichTheProviderHasAPause_LastsNoShorter(bool atRcpt)
    {
        var outlook = new Regime("outlook", ProviderCatalog.Default.PolicyOf("outlook"), enforced: true, Start);
        var trace = new ProbeTrace(Start, SmtpStage.Mail, "mx.example.com", null, "eg-1", null, TimeSpan.Zero);
        var (reply, finding) = (SmtpReply.Of(550, "5.7.1 blocked (S3150)"), new ReplyFinding(ReplyMeaning.PolicyBlocked, "test", NamesUs: true));

        Assert.True(LaneObservation.Apply(outlook, EmailAddress.Parse("ada@example.com"), atRcpt ? new ProbeOutcome.Answered(trace, reply, finding, []) : new ProbeOutcome.Refused(trace, reply, finding), Start));

        Assert.Equal((Obstacle.Block, Start.AddMinutes(120)), (outlook.TryOpen(Start).Cause, outlook.TryOpen(Start).NotBefore));
    }

    [Theory]
    [InlineData("4.2.1", "Not this time")]
    [InlineData(null, "This mailbox is receiving more than it may: receiving mail too quickly")]
    public void Apply_RateLimitOfTheRecipient_LetsOthersGoOn(string? enhanced, string text)
    {
        var rate = regime.Look().Rate;

        Apply(450, enhanced, text);

        Assert.True(regime.TryOpen(Start).IsGranted);
        Assert.Equal(rate, regime.Look().Rate);
    }

    [Fact]
    public void Apply_AnObjectionToADecoy_IsOneToUs()
    {
        var trace = new ProbeTrace(Start, SmtpStage.Rcpt, "mx.example.com", null, "eg-1", null, TimeSpan.Zero);
        var decoy = new DecoyAnswer(SmtpReply.Of(550, "no"), new ReplyFinding(ReplyMeaning.PolicyBlocked, "test", NamesUs: true));
        var outcome = new ProbeOutcome.Answered(trace, SmtpReply.Of(250, "ok"), new ReplyFinding(ReplyMeaning.MailboxExists, "test"), [decoy]);

        Assert.True(LaneObservation.Apply(regime, EmailAddress.Parse("ada@example.com"), outcome, Start));
        Assert.Equal(Obstacle.Block, regime.TryOpen(Start).Cause);
    }

    [Fact]
    public void Apply_WhatWasRefused_CountsWithItsDecoysAndNothingAboutUs()
    {
        var trace = new ProbeTrace(Start, SmtpStage.Rcpt, "mx.example.com", null, "eg-1", null, TimeSpan.Zero);
        ReplyFinding Of(ReplyMeaning meaning) => new(meaning, "test");
        void Answer(ReplyMeaning meaning, params DecoyAnswer[] decoys) =>
            LaneObservation.Apply(regime, EmailAddress.Parse("ada@example.com"), new ProbeOutcome.Answered(trace, SmtpReply.Of(250, "ok"), Of(meaning), [.. decoys]), Start);

        for (var times = 0; times < 10; times++)
        {
            Answer(ReplyMeaning.MailboxExists, new DecoyAnswer(SmtpReply.Of(550, "no"), Of(ReplyMeaning.NoSuchMailbox)));
            Answer(ReplyMeaning.NoSuchMailbox);
            Answer(ReplyMeaning.MailboxFull);
            Answer(ReplyMeaning.Greylisted);
            Answer(ReplyMeaning.PolicyBlocked);
        }

        Assert.InRange(regime.Look().Refused, 0.49, 0.51);
    }

    private void Apply(int code, string? enhanced, string text)
    {
        var reply = new SmtpReply(code, enhanced is null ? null : EnhancedCode.TryParse(enhanced, out var parsed, out _) ? parsed : throw new FormatException(), text);
        var finding = ReplyRules.Default.Read(new ReplyContext(SmtpStage.Rcpt, reply, "mx.example.com"));
        Assert.Equal(ReplyMeaning.RateLimited, finding.Meaning);
        var trace = new ProbeTrace(Start, SmtpStage.Rcpt, "mx.example.com", null, "eg-1", null, TimeSpan.Zero);

        _ = LaneObservation.Apply(regime, EmailAddress.Parse("ada@example.com"), new ProbeOutcome.Answered(trace, reply, finding, []), Start);
    }
}
