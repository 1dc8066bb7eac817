using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Core.Tests.Lanes;

/// <summary>Batches in a lane, and people beside them.</summary>
public sealed class LaneBatchTests : IAsyncDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly FakeSessions sessions = new();
    private ProviderPolicy policy = new() { Name = "test", Sessions = 3, SessionsPerMinute = 6_000, CautiousRate = 1000, HighestRate = 100_000, RecipientsPerSession = 100 };
    private Lane? made;

    private Lane Lane => made ??= NewLane(enforce: true);

    public async ValueTask DisposeAsync()
    {
        sessions.Release();
        if (made is not null)
            await made.DisposeAsync();
    }

    [Fact]
    public async Task Ask_WhatADomainHasInAFile_OpensOneSessionWhereSeveralMay()
    {
        var groups = Enumerable.Range(0, 5).Select(_ => Lane.Ask([.. Batch("stay", 1), .. Batch("ok", 3)])).ToArray();
        await FakeSessions.UntilAsync(() => sessions.Log.Contains("ask mx stay0", StringComparer.Ordinal));
        sessions.Release();
        foreach (var group in groups)
            Assert.Equal(4, (await LaneParts.DrainAsync(group)).Count);

        Assert.Equal(1, sessions.Opened);
    }

    [Fact]
    public async Task Withdraw_WhatWaits_IsNeverAsked()
    {
        var group = Lane.Ask([.. Batch("stay", 1), .. Batch("ok", 3)]);
        var other = Lane.Ask(Batch("ok-other", 1));
        await FakeSessions.UntilAsync(() => sessions.Log.Contains("ask mx stay0", StringComparer.Ordinal));

        Lane.Withdraw(group);
        Assert.Equal(1, Lane.Look().Waiting);
        sessions.Release();
        var answers = await LaneParts.DrainAsync(group);
        Assert.Single(answers.OfType<LaneAnswer.Ended>());
        Assert.Equal([Obstacle.None, Obstacle.None, Obstacle.None], answers.OfType<LaneAnswer.NotBefore>().Select(answer => answer.Cause));
        Assert.IsType<LaneAnswer.Ended>(Assert.Single(await LaneParts.DrainAsync(other)));
        Assert.Equal("ask mx stay0, ask mx ok-other0", sessions.Asked);
    }

    [Theory]
    [InlineData(26, 1)]
    [InlineData(27, 2)]
    [InlineData(50, 2)]
    public void Ask_ManyOfABatch_OpensASessionForEachTwentyFive(int questions, int expected)
    {
        _ = Lane.Ask(Batch("hang", questions));

        Assert.Equal(expected, Lane.Look().Sessions);
    }

    [Fact]
    public async Task Ask_InteractiveWhereASessionAsksForABatch_OpensOneBesideIt()
    {
        _ = Lane.Ask(Batch("hang", 20));
        await FakeSessions.UntilAsync(() => sessions.Log.Any(line => line.StartsWith("ask", StringComparison.Ordinal)));
        var answer = Assert.Single(await LaneParts.DrainAsync(Lane.Ask([Person("ok-now")])));

        Assert.IsType<LaneAnswer.Ended>(answer);
        Assert.Equal(2, sessions.Opened);
    }

    [Fact]
    public async Task Ask_InteractiveWhereASessionIsIdle_OpensNone()
    {
        _ = await LaneParts.DrainAsync(Lane.Ask(Batch("ok", 3)));
        await FakeSessions.UntilAsync(() => Lane.Look() is { Sessions: 1, Waiting: 0 });
        _ = await LaneParts.DrainAsync(Lane.Ask([Person("ok-now")]));

        Assert.Equal(1, sessions.Opened);
    }

    [Fact]
    public async Task Ask_InteractiveAtAProviderWhoseSessionsAreAllBusyElsewhere_GetsTheNextSlot()
    {
        policy = policy with { Sessions = 2 };
        var first = Lane.Ask([.. Batch("stay-1-", 1, "mx-1"), .. Batch("ok-1-", 10, "mx-1")]);
        var second = Lane.Ask([.. Batch("stay-2-", 1, "mx-2"), .. Batch("ok-2-", 10, "mx-2")]);
        var third = Lane.Ask(Batch("ok-3-", 10, "mx-3"));
        await FakeSessions.UntilAsync(() => sessions.Log.Count(line => line.StartsWith("ask", StringComparison.Ordinal)) == 2);
        var person = Lane.Ask([Person("ok-now", "mx-9")]);
        Assert.Equal(2, Lane.Look().Sessions);

        sessions.LetGo("stay-1-0");
        Assert.IsType<LaneAnswer.Ended>(Assert.Single(await LaneParts.DrainAsync(person)));
        Assert.Equal("ask mx-9 ok-now", sessions.Log.Where(line => line.StartsWith("ask", StringComparison.Ordinal)).ElementAt(2));
        sessions.Release();
        foreach (var (group, count) in new[] { (first, 11), (second, 11), (third, 10) })
            Assert.Equal(count, (await LaneParts.DrainAsync(group)).OfType<LaneAnswer.Ended>().Count());
    }

    [Fact]
    public async Task Ask_InteractiveWhereOneSlotIsKept_NeedsNobodyToLeave()
    {
        policy = policy with { Sessions = 5 };
        var groups = Enumerable.Range(0, 6).Select(number => Lane.Ask(Batch($"hang{number}-", 1, $"mx-{number}"))).ToArray();
        await FakeSessions.UntilAsync(() => sessions.Log.Count(line => line.StartsWith("ask", StringComparison.Ordinal)) == 4);
        Assert.Equal((4, 2), Lane.Look());

        Assert.IsType<LaneAnswer.Ended>(Assert.Single(await LaneParts.DrainAsync(Lane.Ask([Person("ok-now", "mx-9")]))));
        sessions.Release();
        foreach (var group in groups)
            Assert.IsType<LaneAnswer.Ended>(Assert.Single(await LaneParts.DrainAsync(group)));
    }

    [Theory]
    [InlineData("mx-1")]
    [InlineData("mx-9")]
    public async Task Ask_InteractiveBesideABatchAtFullPace_IsAskedWithinTwoSeconds(string host)
    {
        policy = policy with { Sessions = 2, CautiousRate = 1, HighestRate = 1 };
        for (var at = 1; at <= 2; at++)
            _ = Lane.Ask(Batch($"ok-{at}-", 10, $"mx-{at}"));
        await PassUntilAsync(() => sessions.Log.Count(line => line.StartsWith("ask", StringComparison.Ordinal)) >= 4);
        var began = clock.GetUtcNow();
        _ = Lane.Ask([Person("ok-now", host)]);
        await PassUntilAsync(() => sessions.Asked.EndsWith("ok-now", StringComparison.Ordinal));

        Assert.InRange(clock.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Ask_MoreThanAProviderTakesWithinPatience_NamesTimesAtItsPaceAtOnce()
    {
        policy = policy with { Sessions = 4, CautiousRate = 2, HighestRate = 2 };
        var groups = Enumerable.Range(0, 20).Select(number => Lane.Ask(Batch($"hang{number}-", 50))).ToArray();
        var deferred = new List<LaneAnswer.NotBefore>();
        foreach (var group in groups)
        {
            while (group.Answers.TryRead(out var answer))
                deferred.Add(Assert.IsType<LaneAnswer.NotBefore>(answer));
        }

        Assert.InRange(Lane.Look().Waiting, 55, 65);
        Assert.InRange(deferred.Count, 930, 945);
        Assert.All(deferred, answer => Assert.Equal(Obstacle.Pace, answer.Cause));
        var times = deferred.Select(answer => answer.Time - clock.GetUtcNow()).Order().ToArray();
        Assert.Equal(Lane.Patience, times[0]);
        Assert.InRange(times[^1], TimeSpan.FromSeconds(30 + 460), TimeSpan.FromSeconds(30 + 480));
        for (var at = 20; at < times.Length; at++)
            Assert.True(times[at] - times[at - 20] >= TimeSpan.FromSeconds(9));

        // People are not put off by that.
        var person = Lane.Ask([Person("ok-now")]);
        await PassUntilAsync(() => person.Answers.Completion.IsCompleted || person.Answers.Count > 0);
        Assert.IsType<LaneAnswer.Ended>(Assert.Single(await LaneParts.DrainAsync(person)));
    }

    [Fact]
    public async Task Ask_ManyHostsOfAProviderWithFewSessions_BringsThoseOfAHostBackTogether()
    {
        policy = policy with { Sessions = 1, SessionsPerMinute = 30, CautiousRate = 2, HighestRate = 2 };
        var deferred = new List<(string Host, DateTimeOffset At)>();
        for (var times = 0; times < 3; times++)
        {
            for (var host = 0; host < 100; host++)
            {
                if (Lane.Ask(Batch($"hang{times}", 1, $"mx-{host}")).Answers.TryRead(out var answer))
                    deferred.Add(($"mx-{host}", Assert.IsType<LaneAnswer.NotBefore>(answer).Time));
            }
        }

        await FakeSessions.UntilAsync(() => sessions.Opened == 1);
        Assert.InRange(deferred.Count, 240, 270);
        Assert.All(deferred.GroupBy(one => one.Host, StringComparer.Ordinal), host => Assert.Single(host.Select(one => one.At).Distinct()));
        var visits = deferred.Select(one => one.At).Distinct().Order().ToArray();
        Assert.All(visits.Zip(visits.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task Ask_OfManyWhoComeBackAtTheirTime_PutsEachOffOnce()
    {
        policy = policy with { Sessions = 2, CautiousRate = 5, HighestRate = 5, RecipientsPerSession = 20, SessionsPerMinute = 60 };
        sessions.MaxPerSession = 20;
        var trips = new int[1_000];
        var due = new PriorityQueue<int, DateTimeOffset>(Enumerable.Range(0, trips.Length).Select(number => (number, clock.GetUtcNow())));
        var open = new List<LaneGroup>();
        var left = trips.Length;
        while (left > 0)
        {
            while (due.TryPeek(out var number, out var at) && at <= clock.GetUtcNow())
            {
                _ = due.Dequeue();
                trips[number]++;
                open.Add(Lane.Ask([Batch("ok", 1)[0] with { Number = number }]));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
            foreach (var group in open.ToArray())
            {
                if (!group.Answers.TryRead(out var answer))
                    continue;
                _ = open.Remove(group);
                if (answer is LaneAnswer.NotBefore put)
                    due.Enqueue(answer.Number, put.Time);
                else
                    left--;
            }

            clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(trips.Average(), 1.5, 2.3);
        Assert.InRange(trips.Max(), 2, 4);
    }

    [Fact]
    public void Ask_AFullLane_SpreadsTheRest()
    {
        made = NewLane(enforce: false);
        for (var number = 0; number < (Lane.MaxWaiting / 50) + 40; number++)
            _ = Lane.Ask(Batch($"hang{number}-", 50, $"mx-{number % 50}"));
        Assert.Equal(Lane.MaxWaiting, Lane.Look().Waiting);

        var group = Lane.Ask(Batch("ok", 50));
        var times = new List<DateTimeOffset>();
        while (group.Answers.TryRead(out var answer))
            times.Add(Assert.IsType<LaneAnswer.NotBefore>(answer).Time);
        Assert.Equal(50, times.Distinct().Count());
        Assert.All(times, time => Assert.True(time >= clock.GetUtcNow() + Lane.Patience));
    }

    [Fact]
    public async Task Ask_MoreHostsThanALaneRemembers_PutsOffUntilSomeAreForgotten()
    {
        for (var number = 0; number < Lane.MaxProviders; number++)
            _ = Lane.Ask([Batch("ok", 1, $"mx-{number}")[0] with { Route = RouteOf($"mx-{number}", $"d{number}.example") }]);
        var late = Batch("ok", 1, "mx-late")[0] with { Route = RouteOf("mx-late", "late.example") };
        Assert.Equal(Obstacle.Sessions, Assert.IsType<LaneAnswer.NotBefore>(Assert.Single(await LaneParts.DrainAsync(Lane.Ask([late])))).Cause);

        await PassUntilAsync(() => Lane.Look().Sessions == 0, TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.IsType<LaneAnswer.Ended>(Assert.Single(await LaneParts.DrainAsync(Lane.Ask([late]))));
    }

    [Fact]
    public async Task Ended_RoutesThatLookTheSame_ShareTheirNames()
    {
        var answers = await LaneParts.DrainAsync(Lane.Ask(Batch("ok", 3)));

        Assert.All(answers.Cast<LaneAnswer.Ended>(), answer => Assert.True(answer.Route == ((LaneAnswer.Ended)answers[0]).Route));
    }

    [Fact]
    public async Task Ask_RoutesInAnyOrder_ShareASession()
    {
        var one = Batch("ok", 1)[0] with { Route = RouteOf("mx-1", "example", "mx-2") };
        var other = one with { Number = 1, Route = RouteOf("mx-2", "example", "mx-1") };
        var answers = (await LaneParts.DrainAsync(Lane.Ask([one, other]))).Cast<LaneAnswer.Ended>().OrderBy(answer => answer.Number).ToArray();

        Assert.Equal(1, sessions.Opened);
        Assert.Equal(["mx-2", "mx-1"], answers[1].Route);
    }

    private static Route.Exchangers RouteOf(string host, string provider, params string[] others) =>
        new([.. others.Prepend(host).Select(name => new Exchanger(name, 0, [IPAddress.Loopback]))], provider);

    private static System.Collections.Immutable.ImmutableArray<LaneQuestion> Batch(string prefix, int count, string host = "mx") =>
        [.. Enumerable.Range(0, count).Select(number => new LaneQuestion(number, EmailAddress.Parse($"{prefix}{number}@a.example"), RouteOf(host, "example"), AskDecoys: false, Interactive: false))];

    private static LaneQuestion Person(string localPart, string host = "mx") =>
        new(0, EmailAddress.Parse($"{localPart}@a.example"), RouteOf(host, "example"), AskDecoys: false, Interactive: true);

    private Task PassUntilAsync(Func<bool> condition, TimeSpan? step = null) => FakeSessions.UntilAsync(() =>
    {
        if (!condition())
            clock.Advance(step ?? TimeSpan.FromMilliseconds(20));
        return condition();
    });

    private Lane NewLane(bool enforce)
    {
        var options = new LaneOptions(_ => LaneParts.SetupOf(policy), enforce, TimeSpan.Zero);
        return new Lane(options, sessions, new FakeRegister(), new Decoys(new byte[32]), [], clock);
    }
}
