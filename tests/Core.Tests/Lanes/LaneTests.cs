using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Core.Tests.Lanes;

public sealed class LaneTests : IAsyncDisposable
{
    private ProviderPolicy policy = new() { Name = "test", Sessions = 2, SessionsPerMinute = 20, CautiousRate = 1000, HighestRate = 100_000 };

    private readonly FakeTimeProvider clock = new();
    private readonly FakeSessions sessions = new();
    private readonly FakeRegister register = new();
    private readonly List<string> blocked = [];
    private readonly List<Exception> defects = [];
    private readonly Lane lane;

    public LaneTests()
    {
        var options = new LaneOptions(_ => LaneParts.SetupOf(policy), Enforce: true, TimeSpan.FromSeconds(10))
        {
            Blocked = blocked.Add,
            Defect = defects.Add,
        };
        lane = new Lane(options, sessions, register, new Decoys(new byte[32]), [], clock);
    }

    public ValueTask DisposeAsync()
    {
        sessions.Release();
        return lane.DisposeAsync();
    }

    [Fact]
    public async Task Ask_AGroupAtOneHost_SharesASession()
    {
        var answers = await AnswersAsync(Question(0, "ok1@a.example"), Question(1, "no2@a.example"), Question(2, "ok3@a.example"));

        Assert.Equal(3, answers.OfType<LaneAnswer.Ended>().Count());
        Assert.Equal(1, sessions.Opened);
    }

    [Fact]
    public async Task Ask_GroupsMixedByHost_MergesThemByHost()
    {
        var answers = await AnswersAsync([.. Enumerable.Range(0, 12).Select(n => Question(n, $"ok{n}@{(n % 2 == 0 ? 'a' : 'b')}.example", $"mx-{n % 2}"))]);

        Assert.Equal(Enumerable.Range(0, 12), answers.Select(answer => answer.Number).Order());
        Assert.Equal(2, sessions.Opened);
    }

    // Who stands in another's route and greets as somebody narrow would else narrow the provider for all.
    [Theory]
    [InlineData("mx.own.example", 1, 3, 2.0)]
    [InlineData("mx.stranger.example", 2, 20, 100_000.0)]
    public async Task Ask_AHostThatTurnsOutToBeMoreThanItsName_IsAskedByTheStricterFromThenOn_WhereItIsTheLanesOwn(string host, int mostSessions, int recipients, double highestRate)
    {
        sessions.Seen = new ProviderPolicy { Name = "filter", Sessions = 1, RecipientsPerSession = 3, RefusalsPerSession = 2, CautiousRate = 0.5, HighestRate = 2 };
        sessions.MaxPerSession = 1;
        _ = await AnswersAsync(Of("own.example", "ok1@a.example", host));
        await FakeSessions.UntilAsync(() => lane.Look().Sessions == 0);
        clock.Advance(TimeSpan.FromSeconds(10));
        _ = await AnswersAsync(Of("own.example", "ok2@a.example", host));

        Assert.Equal([(2, 20, 100_000.0), (mostSessions, recipients, highestRate)], sessions.Policies.Select(one => (one.Sessions, one.RecipientsPerSession, one.HighestRate)));
        Assert.All(sessions.Policies, one => Assert.Equal("test", one.Name));
    }

    [Theory]
    [InlineData("blockus1@a.example")]
    [InlineData("slow1@a.example")]
    public async Task Ask_AForeignHostInTheRouteOfAProvider_IsNotTheProvidersWord(string objected)
    {
        policy = policy with { Exchangers = [".provider.example"] };
        _ = await AnswersAsync(Of("provider", objected, "mx.stranger.example", "mx.provider.example"));

        Assert.IsType<LaneAnswer.Ended>(Assert.Single(await AnswersAsync(Of("provider", "ok2@b.example", "mx.provider.example"))));
        Assert.Empty(blocked);
        Assert.DoesNotContain(lane.Remember(), one => one.Blocks > 0 || one.ClosedUntil is not null);
    }

    [Fact]
    public async Task Ask_AForeignHostThatObjects_IsAskedNoMoreInThatSession()
    {
        policy = policy with { Exchangers = [".provider.example"], Sessions = 1 };
        _ = await AnswersAsync([.. ((string[])["blockus1@a.example", "ok2@a.example"]).Select((address, at) => Of("provider", address, "mx.stranger.example") with { Number = at })]);

        Assert.Equal(2, sessions.Opened);
    }

    [Fact]
    public async Task Ask_SoonAfter_FindsTheSessionWarm()
    {
        _ = await AnswersAsync(Question(0, "ok1@a.example"));
        _ = await AnswersAsync(Question(0, "ok2@a.example"));

        Assert.Equal(1, sessions.Opened);
        Assert.Equal(0, sessions.Quit);
    }

    [Fact]
    public async Task Linger_NothingComes_SaysQuit()
    {
        _ = await AnswersAsync(Question(0, "ok1@a.example"));
        await FakeSessions.UntilAsync(() => lane.Look().Sessions == 1);
        await FakeSessions.UntilAsync(() =>
        {
            clock.Advance(Lane.Linger);
            return sessions.Quit == 1;
        });

        await FakeSessions.UntilAsync(() => lane.Look().Sessions == 0);
    }

    [Fact]
    public async Task Ask_WhereOneSaysNotNow_ConcludesNothingFromAnother()
    {
        var answer = Assert.IsType<LaneAnswer.Ended>(Assert.Single(await AnswersAsync(Question(0, "defer@a.example", "mx-1", "mx-2"))));

        Assert.Equal(454, Assert.IsType<ProbeOutcome.Answered>(answer.Outcome).Reply.Code);
        Assert.Equal("ask mx-1 defer", sessions.Asked);
    }

    [Theory]
    [InlineData("mx-1", "mx-2")]
    [InlineData("mx-2", "mx-1")]
    public async Task Ask_WhereTheOneThatServesLacksSmtputf8_EndsSo(string first, string second)
    {
        var answer = Assert.IsType<LaneAnswer.Ended>(Assert.Single(await AnswersAsync(Question(0, "eai@a.example", first, second))));

        Assert.IsType<ProbeOutcome.Smtputf8Missing>(answer.Outcome);
    }

    [Fact]
    public async Task Ask_NotHere_AsksTheOtherExchangerOnceBeforeItConcludes()
    {
        var answer = Assert.IsType<LaneAnswer.Ended>(Assert.Single(await AnswersAsync(Question(0, "relay@a.example", "mx-1", "mx-2"))));

        Assert.Equal("ask mx-1 relay, ask mx-2 relay", sessions.Asked);
        Assert.Equal("mx-2", answer.Outcome.Trace.Exchanger);
        Assert.Equal(["mx-1", "mx-2"], answer.Route);
    }

    [Fact]
    public async Task Ask_HostDown_AllWhoWaitForItLearnItFromOneAttempt()
    {
        sessions.Fail = exchangers => new ProbeOutcome.Lost(FakeSessions.TraceAt(exchangers[0].Host, SmtpStage.Connect), LossCause.NoConnect);
        var answers = await AnswersAsync(Question(0, "ok1@a.example"), Question(1, "ok2@a.example"), Question(2, "ok3@a.example"));

        Assert.All(answers, answer => Assert.IsType<ProbeOutcome.Lost>(Assert.IsType<LaneAnswer.Ended>(answer).Outcome));
        Assert.Equal(1, sessions.Opened);
    }

    [Fact]
    public async Task Ask_WhereAHostTurnsEverybodyAway_IsDialledOnceForAllWhoWait()
    {
        sessions.Fail = exchangers => new ProbeOutcome.Refused(
            FakeSessions.TraceAt(exchangers[0].Host, SmtpStage.Connect), SmtpReply.Of(421, "shutting down"), new ReplyFinding(ReplyMeaning.TemporaryFailure, "test"));
        var answers = await AnswersAsync(Question(0, "ok1@a.example"), Question(1, "ok2@a.example"), Question(2, "ok3@a.example"));

        Assert.All(answers, answer => Assert.IsType<ProbeOutcome.Refused>(Assert.IsType<LaneAnswer.Ended>(answer).Outcome));
        Assert.Equal(1, sessions.Opened);
    }

    [Fact]
    public async Task Ask_BlockedAtConnect_TheOthersAreNotAskedAndCostNoTry()
    {
        sessions.Fail = exchangers => new ProbeOutcome.Refused(
            FakeSessions.TraceAt(exchangers[0].Host, SmtpStage.Connect), SmtpReply.Of(554, "no"), new ReplyFinding(ReplyMeaning.PolicyBlocked, "test"));
        var answers = await AnswersAsync(Question(0, "ok1@a.example"), Question(1, "ok2@a.example"));

        Assert.Single(answers.OfType<LaneAnswer.Ended>());
        Assert.Equal(Obstacle.Block, Assert.Single(answers.OfType<LaneAnswer.NotBefore>()).Cause);
        Assert.Equal(1, sessions.Opened);
        Assert.Equal(["example"], blocked);
        Assert.Equal(1, Assert.Single(lane.Remember()).Blocks);
    }

    [Fact]
    public async Task Ask_BlockedAtRcptWithTwoRecipients_OpensTheCircuit()
    {
        _ = await AnswersAsync(Question(0, "block1@a.example"), Question(1, "block2@a.example"));
        await FakeSessions.UntilAsync(() => blocked.Count > 0);

        sessions.MaxPerSession = 0;
        Assert.Equal(1, lane.Remember().Single().Blocks);
    }

    [Fact]
    public async Task Ask_BlockedAtRcptByName_TheSessionAsksNobodyElse()
    {
        var answers = await AnswersAsync(Question(0, "blockus@a.example"), Question(1, "ok2@a.example"), Question(2, "ok3@a.example"));

        Assert.Equal("ask mx blockus", sessions.Asked);
        Assert.Equal(2, answers.OfType<LaneAnswer.NotBefore>().Count(answer => answer.Cause is Obstacle.Block));
        await FakeSessions.UntilAsync(() => sessions.Quit == 1);
    }

    [Fact]
    public async Task Ask_MoreThanSessionsAllow_WaitsAndIsDeferredAfterItsPatience()
    {
        sessions.MaxPerSession = 1;
        var stuck = lane.Ask([.. Enumerable.Range(0, 12).Select(n => Question(n, $"hang{n}@a.example") with { Interactive = true })]);
        await FakeSessions.UntilAsync(() => lane.Look() is { Sessions: 2, Waiting: 10 });
        var late = new List<LaneAnswer>();
        await FakeSessions.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            while (stuck.Answers.TryRead(out var answer))
                late.Add(answer);
            return late.Count == 10;
        });

        Assert.All(late, answer => Assert.IsType<LaneAnswer.NotBefore>(answer));
    }

    [Fact]
    public async Task Ask_ADefectInASession_GivesTheQuestionBack()
    {
        var answer = Assert.IsType<LaneAnswer.NotBefore>(Assert.Single(await AnswersAsync(Question(0, "boom@a.example"))));
        Assert.Equal((Obstacle.Defect, clock.GetUtcNow() + Lane.AfterDefect), (answer.Cause, answer.Time));
        await FakeSessions.UntilAsync(() => defects.Count == 1);
        await FakeSessions.UntilAsync(() => sessions.Quit == 1);
    }

    [Fact]
    public async Task Ask_Interactive_GoesToTheHead()
    {
        policy = policy with { Sessions = 1 };
        var busy = lane.Ask([Question(0, "hang@a.example"), Question(1, "ok-batch@a.example")]);
        await FakeSessions.UntilAsync(() => sessions.Log.Contains("ask mx hang", StringComparer.Ordinal));
        var quick = lane.Ask([Question(0, "ok-now@a.example") with { Interactive = true }]);
        sessions.Release();
        await LaneParts.DrainAsync(busy);
        await LaneParts.DrainAsync(quick);

        Assert.Equal("ask mx hang, ask mx ok-now, ask mx ok-batch", sessions.Asked);
    }

    [Fact]
    public async Task Ask_OneDomainASession_KeepsDomainsApart()
    {
        policy = policy with { ManyDomainsPerSession = false };
        _ = await AnswersAsync(Question(0, "ok1@a.example"), Question(1, "ok2@b.example"));

        Assert.Equal(2, sessions.Opened);
    }

    [Fact]
    public async Task Ask_ATurnFarOff_IsDeferredOutsideOfTheSession()
    {
        policy = policy with { CautiousRate = 0.1, HighestRate = 0.1 };
        var answers = await AnswersAsync(Question(0, "ok1@a.example"), Question(1, "ok2@a.example"));

        Assert.Single(answers.OfType<LaneAnswer.Ended>());
        Assert.Equal(Obstacle.Pace, Assert.Single(answers.OfType<LaneAnswer.NotBefore>()).Cause);
    }

    [Fact]
    public async Task Ask_DecoysWished_ReportsWhatTheyMet()
    {
        var ended = Assert.IsType<LaneAnswer.Ended>(Assert.Single(await AnswersAsync(Question(0, "ok@a.example") with { AskDecoys = true })));

        Assert.Single(Assert.IsType<ProbeOutcome.Answered>(ended.Outcome).Decoys);
        Assert.Equal("a.example no_such_mailbox", Assert.Single(register.Reports));
    }

    [Fact]
    public async Task Ask_DecoysNotWished_AsksForNoGrant()
    {
        _ = await AnswersAsync(Question(0, "ok@a.example"));

        Assert.Empty(register.Reports);
    }

    [Fact]
    public async Task Dispose_WithQuestionsWaiting_AnswersThemAllAndSaysQuit()
    {
        sessions.MaxPerSession = 1;
        var stuck = lane.Ask([.. Enumerable.Range(0, 12).Select(n => Question(n, $"hang{n}@a.example") with { Interactive = true })]);
        await FakeSessions.UntilAsync(() => lane.Look().Sessions == 2);
        var closing = lane.DisposeAsync().AsTask();
        await FakeSessions.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(11));
            return closing.IsCompleted;
        });

        Assert.Equal(12, (await LaneParts.DrainAsync(stuck)).Count);
        Assert.Equal(sessions.Opened, sessions.Quit);
        Assert.IsType<LaneAnswer.NotBefore>(Assert.Single(await AnswersAsync(Question(0, "ok@a.example"))));
    }

    [Fact]
    public async Task Ask_AnEmptyGroup_CompletesAtOnce() => Assert.Empty(await AnswersAsync());

    [Fact]
    public void Ask_MoreThanAGroupHolds_IsADefect() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => lane.Ask([.. Enumerable.Range(0, LaneGroup.MaxQuestions + 1).Select(n => Question(n, "ok@a.example"))]));

    private static LaneQuestion Question(int number, string address, params string[] hosts)
    {
        var names = hosts is [] ? ["mx"] : hosts;
        var route = new Route.Exchangers([.. names.Select((host, at) => new Exchanger(host, at, [IPAddress.Loopback]))], "example");
        return new LaneQuestion(number, EmailAddress.Parse(address), route, AskDecoys: false, Interactive: false);
    }

    private static LaneQuestion Of(string provider, string address, params string[] hosts)
    {
        var question = Question(0, address, hosts);
        return question with { Route = question.Route with { Provider = provider } };
    }

    private Task<List<LaneAnswer>> AnswersAsync(params LaneQuestion[] questions) => LaneParts.DrainAsync(lane.Ask([.. questions]));
}
