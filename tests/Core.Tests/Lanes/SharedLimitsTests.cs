using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Core.Tests.Lanes;

/// <summary>Hosts under many names that are one server, or one operator's, over two lanes of a process.</summary>
public sealed class SharedLimitsTests : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    private readonly FakeTimeProvider clock = new();
    private readonly FakeSessions sessions = new();
    private readonly SharedLimits limits = new();
    private readonly List<Lane> lanes = [];
    private ProviderPolicy policy = new() { Name = "test", Sessions = 2, SessionsPerMinute = 20, CautiousRate = 1000, HighestRate = 100_000 };

    public async ValueTask DisposeAsync()
    {
        sessions.Release();
        foreach (var lane in lanes)
            await lane.DisposeAsync();
    }

    [Fact]
    public async Task Ask_ManyNamesBehindOneAddress_HaveNoMoreSessionsThanOneMayHave()
    {
        var (one, other) = (NewLane(), NewLane());
        var groups = new[] { one, other }.Select((lane, half) => lane.Ask([.. Enumerable.Range(0, 5 - half).Select(at => Question(at, $"stay{half}{at}@c{half}{at}.example", "192.0.2.1"))])).ToArray();
        await FakeSessions.UntilAsync(() => Asked == 2);
        Assert.Equal(2, sessions.Opened);

        // With places falling free all are asked in the end, without having been put off: the pace of sessions lets nine in within the patience.
        await UntilAnsweredAsync(groups, sessions.Release);
        Assert.All(groups, group => Assert.True(group.Answers.TryRead(out var answer) && answer is LaneAnswer.Ended));
        Assert.Equal((9, 2), (sessions.Opened, sessions.MostOpen));
    }

    [Theory]
    [InlineData("192.0.2.", true, null)]
    [InlineData("127.0.0.1", true, null)]
    [InlineData("192.0.2.1", false, null)]
    [InlineData("192.0.2.1", true, ".provider.example")]
    public async Task Ask_WhereNothingIsShared_HasTheLimitsOfEachNameAlone(string address, bool enforce, string? exchangers)
    {
        policy = policy with { Exchangers = exchangers is null ? [] : [exchangers] };
        _ = NewLane(enforce).Ask([.. Enumerable.Range(0, 9).Select(at => Question(at, $"stay{at}@c{at}.example", address.EndsWith('.') ? address + at : address))]);

        await FakeSessions.UntilAsync(() => Asked == 9);
    }

    [Fact]
    public async Task Ask_ManyNamesBehindOneAddress_OpenNoMoreSessionsAMinuteThanOneMay_AndAllAreAsked()
    {
        const int Names = 40;
        var lane = NewLane();
        var opened = new List<int>();
        var groups = new List<LaneGroup>();
        var putOff = Enumerable.Range(0, Names).Select(at => (Question: Question(at, $"ok{at}@c{at}.example", "192.0.2.1"), Time: clock.GetUtcNow())).ToList();
        for (var asked = 0; asked < Names; opened.Add(sessions.Opened))
        {
            // Who was put off comes back at the time that it was told, as the rows of a batch do.
            groups.AddRange(putOff.Where(one => one.Time <= clock.GetUtcNow()).Select(one => lane.Ask([one.Question])).ToArray());
            _ = putOff.RemoveAll(one => one.Time <= clock.GetUtcNow());
            await AdvanceAsync();
            foreach (var group in groups.Where(group => group.Answers.Count > 0).ToArray())
            {
                _ = groups.Remove(group);
                if (await group.Answers.ReadAsync(TestContext.Current.CancellationToken) is LaneAnswer.NotBefore(var number, var time, _))
                    putOff.Add((Question(number, $"ok{number}@c{number}.example", "192.0.2.1"), time));
                else
                    asked++;
            }
        }

        var minute = (int)(TimeSpan.FromMinutes(1) / Step);
        Assert.All(Enumerable.Range(0, opened.Count), at => Assert.InRange(opened[Math.Min(at + minute, opened.Count - 1)] - opened[at], 0, 20));
        Assert.InRange(opened.Count, 2 * minute, 4 * minute);
        Assert.InRange(sessions.MostOpen, 1, 2);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 6)]
    public async Task Ask_ManyNamesThatGreetAsOneOperators_HaveItsSessionsInCommon_AndThoseOfSoftwareHaveNot(bool software, int expected)
    {
        sessions.Seen = new ProviderPolicy { Name = "filter", Software = software, Sessions = 2, SessionsPerMinute = 20, CautiousRate = 1000, HighestRate = 100_000 };
        var lane = NewLane();
        var group = lane.Ask([.. Enumerable.Range(0, 6).Select(at => Question(at, $"stay{at}@c{at}.example", $"192.0.2.{at}"))]);
        await FakeSessions.UntilAsync(() => Asked == expected && sessions.Opened - sessions.Quit == expected);
        Assert.Equal(6, sessions.Opened);

        // Once they are known, none is called for whom there is no place.
        for (var turn = 0; turn < 20; turn++)
            await AdvanceAsync();
        Assert.Equal(6, sessions.Opened);
        await UntilAnsweredAsync([group], sessions.Release);
        Assert.Equal(6 + (6 - expected), sessions.Opened);
        Assert.Equal(6, group.Answers.Count);
    }

    [Fact]
    public async Task Ask_BesideANameThatNeverEnds_HasItsTurn()
    {
        policy = policy with { Sessions = 1, SessionsPerMinute = 6_000 };
        sessions.MaxPerSession = 2;
        var lane = NewLane();
        var endless = Enumerable.Range(0, 20).Select(_ => lane.Ask([.. Enumerable.Range(0, LaneGroup.MaxQuestions).Select(at => Question(at, $"ok{at}@big.example", "192.0.2.1"))])).ToArray();
        var small = lane.Ask([Question(0, "ok@small.example", "192.0.2.1")]);
        await UntilAnsweredAsync([small], static () => { });

        Assert.IsType<LaneAnswer.Ended>(await small.Answers.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Contains(endless, group => !group.Items.IsEmpty);
    }

    [Fact]
    public async Task Ask_InPerson_ComesBeforeTheBatchesOfOtherNames()
    {
        policy = policy with { Sessions = 1 };
        var lane = NewLane();
        _ = lane.Ask([Question(0, "stay1@a.example", "192.0.2.1")]);
        await FakeSessions.UntilAsync(() => Asked == 1);
        _ = lane.Ask([Question(0, "stay2@b.example", "192.0.2.1")]);
        var person = lane.Ask([Question(0, "ok@c.example", "192.0.2.1", interactive: true)]);
        await UntilAnsweredAsync([person], () => sessions.LetGo("stay1"));

        Assert.IsType<LaneAnswer.Ended>(await person.Answers.ReadAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain("ask mx.b.example stay2", sessions.Log, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", null, true)]
    [InlineData("192.0.2.1", "192.0.2.2", null, false)]
    [InlineData("192.0.2.1", "192.0.2.2", "google", false)]
    public async Task Ask_AServerThatBlockedUsUnderOneName_IsNotAskedUnderAnother_ButAGreetingIsNoProof(string blocking, string asked, string? greeting, bool isPutOff)
    {
        sessions.Seen = greeting is null ? null : new ProviderPolicy { Name = greeting };
        var lane = NewLane();
        _ = await lane.Ask([Question(0, "blockus@a.example", blocking)]).Answers.ReadAsync(TestContext.Current.CancellationToken);
        await FakeSessions.UntilAsync(() => lane.Look().Sessions == 0);
        var answer = await lane.Ask([Question(0, "ok@b.example", asked)]).Answers.ReadAsync(TestContext.Current.CancellationToken);

        Assert.Equal(isPutOff, answer is LaneAnswer.NotBefore { Cause: Obstacle.Block });
        if (!isPutOff)
            return;
        clock.Advance(Regime.FirstRest);
        Assert.IsType<LaneAnswer.Ended>(await lane.Ask([Question(0, "ok@b.example", asked)]).Answers.ReadAsync(TestContext.Current.CancellationToken));

        // It was welcome: others may follow, and no longer one at a time.
        await UntilAsync(() => lane.Look().Sessions == 0);
        _ = lane.Ask([Question(0, "stay1@c.example", asked), Question(1, "stay2@d.example", asked)]);
        await UntilAsync(() => Asked == 4);
    }

    [Fact]
    public async Task Ask_ASessionThatCameToAnotherAddress_IsCountedThere()
    {
        policy = policy with { Sessions = 1 };
        var (dead, alive) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"));
        sessions.AddressOf = _ => alive;
        var lane = NewLane();
        var first = Question(0, "stay@a.example", "192.0.2.1");
        _ = lane.Ask([first with { Route = first.Route with { InOrder = [new Exchanger("mx.a.example", 10, [dead, alive])] } }]);
        await FakeSessions.UntilAsync(() => Asked == 1);
        var second = lane.Ask([Question(0, "ok@b.example", "192.0.2.2")]);
        for (var turn = 0; turn < 10; turn++)
            await AdvanceAsync();
        Assert.Equal((1, 0), (sessions.Opened, second.Answers.Count));

        await UntilAnsweredAsync([second], sessions.Release);
        Assert.IsType<LaneAnswer.Ended>(await second.Answers.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("ok@a.example", false)]
    [InlineData("block1@a.example", true)]
    public async Task Ask_ObjectionsThatMayBeAboutRecipients_AreABlockOfAllNamesUnlessOneIsAnsweredBetween(string between, bool isPutOff)
    {
        var lane = NewLane();
        foreach (var emails in (string[][])[["block1@a.example", between], ["block2@b.example"]])
        {
            await UntilAnsweredAsync([lane.Ask([.. emails.Select((email, at) => Question(at, email, "192.0.2.1"))])], static () => { });
            await UntilAsync(() => lane.Look().Sessions == 0);
        }

        Assert.Equal(isPutOff, await lane.Ask([Question(0, "ok@d.example", "192.0.2.1")]).Answers.ReadAsync(TestContext.Current.CancellationToken) is LaneAnswer.NotBefore { Cause: Obstacle.Block });
    }

    [Theory]
    [InlineData("slow@a.example")]
    [InlineData("blockus@a.example")]
    public async Task Ask_WhereAnotherNameClosedOneOfItsAddresses_IsAskedAtTheOther(string closing)
    {
        var lane = NewLane();
        _ = await lane.Ask([Question(0, closing, "192.0.2.1")]).Answers.ReadAsync(TestContext.Current.CancellationToken);
        await FakeSessions.UntilAsync(() => lane.Look().Sessions == 0);
        var (closed, free) = (Question(0, "ok1@b.example", "192.0.2.1", host: "mx-1.b.example"), Question(1, "ok2@b.example", "192.0.2.2", host: "mx-2.b.example"));
        var groups = new[] { lane.Ask([closed]), lane.Ask([free]) };

        for (var turn = 0; turn < 10; turn++)
            await AdvanceAsync();
        Assert.True(groups[1].Answers.TryRead(out var answer) && answer is LaneAnswer.Ended);
        Assert.DoesNotContain("ask mx-1.b.example ok1", sessions.Log, StringComparer.Ordinal);
        await UntilAnsweredAsync(groups[..1], static () => { });
        Assert.Equal(closing.StartsWith("slow", StringComparison.Ordinal), await groups[0].Answers.ReadAsync(TestContext.Current.CancellationToken) is LaneAnswer.Ended);
    }

    [Fact]
    public async Task Ask_InPersonWhereABatchOfTheSameNameWaits_DoesNotWaitForItsTime()
    {
        policy = policy with { Sessions = 1 };
        var lane = NewLane();
        _ = lane.Ask([Question(0, "stay@a.example", "192.0.2.1")]);
        await FakeSessions.UntilAsync(() => Asked == 1);
        var others = Enumerable.Range(0, 4).Select(at => lane.Ask([Question(at, $"ok@d{at}.example", "192.0.2.1")])).ToArray();
        var batch = lane.Ask([Question(0, "ok1@b.example", "192.0.2.1")]);
        sessions.LetGo("stay");
        await UntilAsync(() => sessions.Quit > 0);
        var person = lane.Ask([Question(0, "ok2@b.example", "192.0.2.1", interactive: true)]);
        var asked = clock.GetUtcNow();
        await UntilAnsweredAsync([person], static () => { });

        Assert.InRange(clock.GetUtcNow() - asked, TimeSpan.Zero, 3 * SharedLimit.Soon);
        await UntilAnsweredAsync([batch, .. others], static () => { });
    }

    [Fact]
    public void TryEnter_WhoComesAsTold_HasThePlace_AndWhoDoesNotLosesIt()
    {
        var limit = new SharedLimit(policy with { Sessions = 1 }, clock.GetUtcNow());
        var (late, told, next) = (NewName(), NewName(), NewName());
        Assert.True(Enter(limit).IsGranted);
        var missed = Enter(limit, late).NotBefore!.Value;
        var at = Enter(limit, told).NotBefore!.Value;
        Assert.InRange(at, missed + SharedLimit.Soon, missed + SharedLimit.Kept);
        var after = Enter(limit, next).NotBefore!.Value;
        Assert.Equal(at, Enter(limit, told).NotBefore);
        limit.Leave(clock.GetUtcNow());
        Assert.False(Enter(limit).IsGranted);

        clock.SetUtcNow(at);
        Assert.True(Enter(limit, told).IsGranted);
        limit.Leave(at);

        // Who comes long after its time is as who was told none, and takes nobody's place.
        clock.SetUtcNow(missed + SharedLimit.Kept + SharedLimit.Soon);
        var again = Enter(limit, late);
        Assert.False(again.IsGranted);
        clock.SetUtcNow(after + SharedLimit.Kept);
        Assert.True(Enter(limit, next).IsGranted);
        limit.Leave(clock.GetUtcNow());
        clock.SetUtcNow(again.NotBefore!.Value + TimeSpan.FromMinutes(1));
        Assert.True(Enter(limit).IsGranted);
    }

    [Fact]
    public void TryEnter_AfterARestThatItWasToldOf_TakesNobodysPlace()
    {
        var limit = new SharedLimit(policy with { Sessions = 1 }, clock.GetUtcNow());
        var (told, rested) = (NewName(), NewName());
        Assert.True(Enter(limit).IsGranted);
        limit.Hear(EmailAddress.Parse("a@b.example"), Objection(), clock.GetUtcNow());
        var end = Enter(limit, rested).NotBefore!.Value;
        clock.SetUtcNow(end);
        var at = Enter(limit, told).NotBefore!.Value;
        Assert.False(Enter(limit, rested).IsGranted);
        limit.Leave(end);

        clock.SetUtcNow(at - SharedLimit.Soon);
        Assert.False(Enter(limit).IsGranted);
    }

    [Fact]
    public void TryEnter_InPerson_HasTheNextPlaceThatFallsFree()
    {
        var limit = new SharedLimit(policy with { Sessions = 1 }, clock.GetUtcNow());
        var (batch, person) = (NewName(), NewName());
        Assert.True(Enter(limit).IsGranted);
        var told = Enter(limit, batch).NotBefore!.Value;
        clock.SetUtcNow(told);
        Assert.False(limit.TryEnter(person, told, interactive: true).IsGranted);
        limit.Leave(told);

        Assert.False(Enter(limit, batch).IsGranted);
        Assert.True(limit.TryEnter(person, told + SharedLimit.Soon, interactive: true).IsGranted);
    }

    [Fact]
    public void TryEnter_BehindThousandsWhoNeverCome_WaitsNoLongerThanTheLongest()
    {
        var limit = new SharedLimit(policy with { Sessions = 1 }, clock.GetUtcNow());
        Assert.True(Enter(limit).IsGranted);
        Assert.All(Enumerable.Range(0, 10_000), _ => Assert.True(Enter(limit).NotBefore <= clock.GetUtcNow() + SharedLimit.LongestWait));
        limit.Leave(clock.GetUtcNow());
        Assert.True(limit.TryEnter(NewName(), clock.GetUtcNow(), interactive: true).IsGranted);
        limit.Leave(clock.GetUtcNow());

        clock.Advance(SharedLimit.LongestWait + SharedLimit.Kept + Step);
        Assert.True(Enter(limit).IsGranted);
    }

    [Fact]
    public void TryEnter_WhereAnEarlierProcessWas_SupposesAQuarterOfAMinutesSessions()
    {
        var limit = new SharedLimit(policy with { Sessions = 100 }, clock.GetUtcNow(), takenOverAt: clock.GetUtcNow());
        var name = NewName();

        Assert.Equal(15, Enumerable.Range(0, 20).Count(_ => limit.TryEnter(name, clock.GetUtcNow(), interactive: true).IsGranted));
    }

    [Fact]
    public void TryEnter_WhereTheOtherLimitRefuses_CostsNoOpening()
    {
        var filter = new ProviderPolicy { Name = "filter", Sessions = 1 };
        var (one, other) = (NewName(), NewName());
        List<SharedLimit> held = [];
        Assert.True(one.TryStay(held, null, filter, clock.GetUtcNow(), interactive: true));
        Assert.False(other.TryStay([], null, filter, clock.GetUtcNow(), interactive: true));
        for (var time = 0; time < policy.SessionsPerMinute; time++)
            Assert.False(Enter(other, interactive: true).IsGranted);
        held[0].Leave(clock.GetUtcNow());

        Assert.True(Enter(other, interactive: true).IsGranted);
    }

    [Fact]
    public void TryEnter_WhereTheOtherLimitRefuses_HasItsPlaceWhenThatHasOne()
    {
        policy = policy with { Sessions = 1 };
        var filter = new ProviderPolicy { Name = "filter", Sessions = 1 };
        var (one, other) = (NewName(), NewName());
        List<SharedLimit> held = [];
        Assert.True(one.TryStay(held, null, filter, clock.GetUtcNow(), interactive: false));
        Assert.False(other.TryStay([], null, filter, clock.GetUtcNow(), interactive: false));
        var at = Enter(other).NotBefore!.Value;
        held[0].Leave(clock.GetUtcNow());

        clock.SetUtcNow(at - SharedLimit.Soon);
        Assert.False(Enter(NewName()).IsGranted);
        clock.SetUtcNow(at);
        Assert.True(Enter(other).IsGranted);
    }

    [Fact]
    public void At_MoreAddressesThanAreRemembered_ForgetsThoseThatAreIdle_AndNoneInUse()
    {
        var setup = LaneParts.SetupOf(policy);
        var used = limits.At(setup, AddressOf(0), clock.GetUtcNow())!;
        Assert.True(Enter(used).IsGranted);
        foreach (var number in Enumerable.Range(1, SharedLimits.Most - 1))
            limits.At(setup, AddressOf(number), clock.GetUtcNow())!.Hear(EmailAddress.Parse("a@b.example"), Objection(), clock.GetUtcNow());
        Assert.Null(limits.At(setup, AddressOf(SharedLimits.Most), clock.GetUtcNow()));

        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.NotNull(limits.At(setup, AddressOf(SharedLimits.Most), clock.GetUtcNow()));
        Assert.Same(used, limits.At(setup, AddressOf(0).MapToIPv6(), clock.GetUtcNow()));
    }

    private static IPAddress AddressOf(int number) => new([198, 18, (byte)(number >> 8), (byte)number]);

    private static LaneQuestion Question(int number, string email, string at, bool interactive = false, string? host = null)
    {
        var address = EmailAddress.Parse(email);
        return new LaneQuestion(number, address, new Route.Exchangers([new Exchanger(host ?? "mx." + address.Domain, 10, [IPAddress.Parse(at)])], address.Domain), AskDecoys: false, interactive);
    }

    private static ProbeOutcome.Answered Objection() =>
        new(FakeSessions.TraceAt("mx", SmtpStage.Rcpt), SmtpReply.Of(450, "words"), new ReplyFinding(ReplyMeaning.RateLimited, "test"), []);

    private int Asked => sessions.Log.Count(line => line.StartsWith("ask", StringComparison.Ordinal));

    private LaneShare NewName() => new(limits, LaneParts.SetupOf(policy));

    private Clearance Enter(SharedLimit limit, LaneShare? name = null) => limit.TryEnter(name ?? NewName(), clock.GetUtcNow(), interactive: false);

    private Clearance Enter(LaneShare name, bool interactive = false) => name.TryEnter([], IPAddress.Parse("192.0.2.1"), clock.GetUtcNow(), interactive);

    private async Task UntilAnsweredAsync(IEnumerable<LaneGroup> groups, Action each)
    {
        while (groups.Any(group => !group.Items.IsEmpty))
        {
            each();
            await AdvanceAsync();
        }
    }

    private Task UntilAsync(Func<bool> condition) => FakeSessions.UntilAsync(() =>
    {
        clock.Advance(Step);
        return condition();
    });

    // What sessions do on their threads is done before the time goes on.
    private async Task AdvanceAsync()
    {
        clock.Advance(Step);
        await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private Lane NewLane(bool enforce = true)
    {
        var setup = LaneParts.SetupOf(policy);
        var lane = new Lane(new LaneOptions(_ => setup, enforce, TimeSpan.Zero) { Limits = limits }, sessions, new FakeRegister(), new Decoys(new byte[32]), [], clock);
        lanes.Add(lane);
        return lane;
    }
}
