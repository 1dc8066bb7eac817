using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Verdicts;

public sealed class AttemptSignsTests
{
    private static readonly EmailAddress Target = EmailAddress.Parse("jane@d.example");
    private static readonly Egress Us = new("eg-1", null, "probe.example", "verify@probe.example");
    private static readonly ProviderPolicy Policy = new() { Name = "test" };
    private static readonly Route.Exchangers Route = new([new Exchanger("mx1", 10, [IPAddress.Loopback]), new Exchanger("mx2", 20, [IPAddress.Loopback])], "test");

    [Theory]
    [InlineData(CatchAllState.RefusesDecoys, false, Signs.None)]
    [InlineData(CatchAllState.AcceptsDecoys, true, Signs.None)]
    [InlineData(CatchAllState.AnswersBothWays, true, Signs.AnswersAtRandom)]
    public void Ended_AnAcceptance_NamesWhatDecoysHaveShown(CatchAllState state, bool acceptAll, Signs sign)
    {
        var judged = AttemptOf.Ended(Answer(250, ReplyMeaning.MailboxExists), Target, Route, Policy, new CatchAllBelief(state, 0.4), Us);

        Assert.Equal((acceptAll, 0.4, sign), (judged.AcceptAll, judged.Evidence!.CatchAllChance, judged.Evidence.Signs));
    }

    [Fact]
    public void Ended_APartialCatchAll_IsNamed() => Assert.Equal(
        Signs.PartialCatchAll,
        AttemptOf.Ended(Answer(550, ReplyMeaning.NoSuchMailbox), Target, Route, Policy, new CatchAllBelief(CatchAllState.AnswersBothWays, 0.5) { OnlyShape = DecoyShape.FirstLast }, Us).Evidence!.Signs);

    [Fact]
    public void Ended_ABackupThatTakesEverything_SaysNothingOfTheDomain()
    {
        var judged = AttemptOf.Ended(Answer(250, ReplyMeaning.MailboxExists, Signs.BackupExchanger), Target, Route, Policy, new CatchAllBelief(CatchAllState.AcceptsDecoys, 0.96), Us);

        Assert.IsType<Judgement.Again>(judged.Judgement);
        Assert.Null(judged.AcceptAll);
    }

    [Fact]
    public void Ended_ARefusalByAProviderThatTellsTheTruth_IsNotDoubted()
    {
        var ended = Answer(550, ReplyMeaning.NoSuchMailbox);
        var truthful = Policy with { Truth = RcptTruth.Yes, Exchangers = ["mx1"] };

        Assert.False(AttemptOf.MayBeDoubted(ended, Route, truthful));
        Assert.IsType<Judgement.Final>(AttemptOf.Ended(ended, Target, Route, truthful, new CatchAllBelief(CatchAllState.AcceptsDecoys, 0.96), Us).Judgement);
    }

    [Fact]
    public void Ended_AForeignHostInTheRouteOfAProviderThatTellsTheTruth_HasNoneOfItsTrust()
    {
        var consumer = Policy with { Truth = RcptTruth.Yes, Exchangers = ["mx2"], DomainsWithoutCatchAll = ["d.example"] };

        Assert.True(AttemptOf.MayBeDoubted(Answer(550, ReplyMeaning.NoSuchMailbox), Route, consumer));
        Assert.True(AttemptOf.DependsOnDecoys(Answer(250, ReplyMeaning.MailboxExists), Target, Route, consumer));
        Assert.IsType<Judgement.Again>(AttemptOf.Ended(Answer(250, ReplyMeaning.MailboxExists), Target, Route, consumer, CatchAllBelief.None, Us).Judgement);
        Assert.False(AttemptOf.DependsOnDecoys(Answer(250, ReplyMeaning.MailboxExists), Target, Route, consumer with { Exchangers = ["mx1"] }));
    }

    [Fact]
    public void PauseOf_AnObjectionOfAForeignHost_IsOfTheDomainAlone()
    {
        var provider = Policy with { Exchangers = ["mx2"] };

        Assert.Equal(DateTimeOffset.UnixEpoch + Regime.FirstRest, AttemptOf.PauseOf(Answer(554, ReplyMeaning.PolicyBlocked), Route, provider));
        Assert.Equal(DateTimeOffset.UnixEpoch + Regime.Breath, AttemptOf.PauseOf(Answer(450, ReplyMeaning.RateLimited), Route, provider));
        Assert.Null(AttemptOf.PauseOf(Answer(550, ReplyMeaning.NoSuchMailbox), Route, provider));
        Assert.Null(AttemptOf.PauseOf(Answer(554, ReplyMeaning.PolicyBlocked), Route, Policy with { Exchangers = ["mx1"] }));
    }

    [Theory]
    [InlineData(451, ReplyMeaning.Greylisted, true)]
    [InlineData(550, ReplyMeaning.NoSuchMailbox, false)]
    [InlineData(450, ReplyMeaning.NoSuchMailbox, null)]
    [InlineData(250, ReplyMeaning.MailboxExists, null)]
    [InlineData(550, ReplyMeaning.PolicyBlocked, null)]
    public void TellsOfStrangers_ADeferralOrARefusalAtOnce_Does(int code, ReplyMeaning meaning, bool? expected) =>
        Assert.Equal(expected, AttemptOf.TellsOfStrangers(Answer(code, meaning)));

    private static LaneAnswer.Ended Answer(int code, ReplyMeaning meaning, Signs signs = Signs.None)
    {
        var trace = new ProbeTrace(DateTimeOffset.UnixEpoch, SmtpStage.Rcpt, "mx1", IPAddress.Loopback, "eg-1", null, TimeSpan.Zero);
        return new LaneAnswer.Ended(0, new ProbeOutcome.Answered(trace, SmtpReply.Of(code, "words"), new ReplyFinding(meaning, "test"), []) { Signs = signs }, []);
    }
}
