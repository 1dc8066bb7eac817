using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
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
        var groups = new[] { one, other }.Select((lane, half) => lane.Ask([.. Enumerable.Range(0, 5).Select(at => Question(at, $"stay{half}{at}@c{half}{at}.example", "192.0.2.1"))])).ToArray();
        await FakeSessions.UntilAsync(() => Asked == 2);
        Assert.Equal(2, sessions.Opened);

        // With places falling free all are asked in the end, without having been put off: the pace of sessions lets ten in within the patience.
        await UntilAnsweredAsync(groups, sessions.Release);
        Assert.All(groups, group => Assert.True(group.Answers.TryRead(out var answer) && answer is LaneAnswer.Ended));
        Assert.Equal((10, 2), (sessions.Opened, sessions.MostOpen));
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

    [Fact]
    public void TryEnter_WhoComesAsTold_HasThePlace_AndWhoDoesNotLosesIt()
    {
        var limit = new SharedLimit(policy with { Sessions = 1 }, clock.GetUtcNow());
        Assert.True(Enter(limit).IsGranted);
        var told = Enter(limit);
        var next = Enter(limit);
        Assert.True(told.NotBefore < next.NotBefore);
        limit.Leave(clock.GetUtcNow());

        Assert.False(Enter(limit).IsGranted);
        clock.SetUtcNow(told.NotBefore!.Value);
        Assert.True(Enter(limit, wasPromised: true).IsGranted);
        limit.Leave(clock.GetUtcNow());
        clock.SetUtcNow(next.NotBefore!.Value + TimeSpan.FromMinutes(1));
        Assert.True(Enter(limit).IsGranted);
    }

    [Fact]
    public void TryEnter_InPerson_HasTheNextPlaceThatFallsFree()
    {
        var limit = new SharedLimit(policy with { Sessions = 1 }, clock.GetUtcNow());
        Assert.True(Enter(limit).IsGranted);
        var told = Enter(limit).NotBefore!.Value;
        clock.SetUtcNow(told);
        Assert.False(limit.TryEnter(told, interactive: true, wasPromised: false).IsGranted);
        limit.Leave(told);

        Assert.False(Enter(limit, wasPromised: true).IsGranted);
        Assert.True(limit.TryEnter(told + SharedLimit.Soon, interactive: true, wasPromised: true).IsGranted);
    }

    [Fact]
    public void TryEnter_BehindThousandsWhoNeverCome_WaitsNoLongerThanTheLongest()
    {
        var limit = new SharedLimit(policy with { Sessions = 1 }, clock.GetUtcNow());
        Assert.True(Enter(limit).IsGranted);
        Assert.All(Enumerable.Range(0, 10_000), _ => Assert.True(Enter(limit).NotBefore <= clock.GetUtcNow() + SharedLimit.LongestWait));
        limit.Leave(clock.GetUtcNow());
        Assert.True(limit.TryEnter(clock.GetUtcNow(), interactive: true, wasPromised: false).IsGranted);
        limit.Leave(clock.GetUtcNow());

        clock.Advance(SharedLimit.LongestWait + SharedLimit.Kept + Step);
        Assert.True(Enter(limit).IsGranted);
    }

    [Fact]
    public void At_MoreAddressesThanAreRemembered_ForgetsThoseThatAreIdle_AndNoneInUse()
    {
        var setup = LaneParts.SetupOf(policy);
        var used = limits.At(setup, AddressOf(0), clock.GetUtcNow())!;
        Assert.True(Enter(used).IsGranted);
        foreach (var number in Enumerable.Range(1, SharedLimits.Most - 1))
            Assert.NotNull(limits.At(setup, AddressOf(number), clock.GetUtcNow()));
        Assert.Null(limits.At(setup, AddressOf(SharedLimits.Most), clock.GetUtcNow()));

        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.NotNull(limits.At(setup, AddressOf(SharedLimits.Most), clock.GetUtcNow()));
        Assert.Same(used, limits.At(setup, AddressOf(0).MapToIPv6(), clock.GetUtcNow()));
    }

    private static IPAddress AddressOf(int number) => new([198, 18, (byte)(number >> 8), (byte)number]);

    private static LaneQuestion Question(int number, string email, string at, bool interactive = false)
    {
        var address = EmailAddress.Parse(email);
        return new LaneQuestion(number, address, new Route.Exchangers([new Exchanger("mx." + address.Domain, 10, [IPAddress.Parse(at)])], address.Domain), AskDecoys: false, interactive);
    }

    private int Asked => sessions.Log.Count(line => line.StartsWith("ask", StringComparison.Ordinal));

    private Clearance Enter(SharedLimit limit, bool wasPromised = false) => limit.TryEnter(clock.GetUtcNow(), interactive: false, wasPromised);

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
