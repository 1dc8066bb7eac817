using System.Collections.Immutable;
using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Core.Tests.Lanes;

/// <summary>What a lane leaves to its heir, and that it owes an answer whatever its listeners do.</summary>
public sealed class LaneHeirTests
{
    private static readonly ProviderPolicy Policy = new() { Name = "test", Sessions = 2, CautiousRate = 1000, HighestRate = 100_000 };
    private readonly FakeTimeProvider clock = new();
    private readonly FakeSessions sessions = new();
    private readonly List<Exception> defects = [];

    [Fact]
    public async Task Remember_WhatNobodyAskedAboutSinceItWasInherited_IsHandedOnForADay()
    {
        var record = new RegimeRecord("example", 1, 1, clock.GetUtcNow().AddHours(2), Obstacle.Block, 0);
        await using var lane = NewLane([record]);
        Assert.Equal(record, Assert.Single(lane.Remember()));

        clock.Advance(Regime.LongestRest);
        Assert.Empty(lane.Remember());
    }

    [Fact]
    public async Task Remember_MoreThanALaneKnows_IsBounded()
    {
        await using var lane = NewLane(Enumerable.Range(0, Lane.MaxProviders + 5).Select(number => new RegimeRecord($"d{number}.example", 1, 1, null, Obstacle.None, 0)));

        Assert.Equal(Lane.MaxProviders, lane.Remember().Length);
    }

    // Else each restart would hand on the hosts of the minutes before all those before it.
    [Fact]
    public async Task Remember_WhatWasSaidOfAMinuteThatIsOver_IsHandedOnNoMore()
    {
        var steps = ImmutableArray.Create(clock.GetUtcNow(), DateTimeOffset.MaxValue);
        await using var lane = NewLane(
        [
            new RegimeRecord("asked.example", 1000, 0, null, Obstacle.None, 0) { SessionSteps = steps },
            new RegimeRecord("slow.example", 1, 0, null, Obstacle.None, 0) { SessionSteps = steps },
        ]);
        Assert.Equal(2, lane.Remember().Length);

        clock.Advance(SessionMinute.Length);
        Assert.Equal(("slow.example", 0), Assert.Single(lane.Remember()) is var left ? (left.Name, left.SessionSteps.Length) : default);
    }

    [Fact]
    public async Task Ask_WhereAListenerFails_IsStillAnswered()
    {
        await using var lane = NewLane([], _ => throw new InvalidOperationException("A listener's defect."));

        Assert.IsType<LaneAnswer.Ended>(await AskAsync(lane, "blockus@a.example"));
        Assert.NotEmpty(defects);
    }

    [Fact]
    public async Task Ask_ASessionThatLayIdleWhenAnotherMetABlock_AsksNothing()
    {
        await using var lane = NewLane([]);
        Assert.IsType<LaneAnswer.Ended>(await AskAsync(lane, "ok1@a.example", "mx-1"));
        Assert.IsType<LaneAnswer.Ended>(await AskAsync(lane, "blockus@a.example", "mx-2"));

        Assert.Equal(Obstacle.Block, Assert.IsType<LaneAnswer.NotBefore>(await AskAsync(lane, "ok2@a.example", "mx-1")).Cause);
        Assert.DoesNotContain("ok2", sessions.Asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_Twice_ClosesOnce()
    {
        var lane = NewLane([]);
        _ = await AskAsync(lane, "ok@a.example");
        await Task.WhenAll(lane.DisposeAsync().AsTask(), lane.DisposeAsync().AsTask());
        await lane.DisposeAsync();

        Assert.Equal(1, sessions.Quit);
    }

    [Fact]
    public async Task Ask_BehindThoseWhoGoToTheHead_IsDeferredAfterItsPatience()
    {
        await using var lane = NewLane([]);
        var hanging = new[] { AskAsync(lane, "hang1@a.example"), AskAsync(lane, "hang2@a.example", "mx-2") };
        await FakeSessions.UntilAsync(() => sessions.Log.Count(line => line.StartsWith("ask", StringComparison.Ordinal)) == hanging.Length);
        var patient = AskAsync(lane, "batch@a.example");
        clock.Advance(Lane.Patience - TimeSpan.FromSeconds(1));
        var head = AskAsync(lane, "now@a.example", interactive: true);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Obstacle.Sessions, Assert.IsType<LaneAnswer.NotBefore>(await patient).Cause);
        Assert.False(head.IsCompleted);
        sessions.Release();
        _ = await Task.WhenAll([.. hanging, head]);
    }

    private Lane NewLane(IEnumerable<RegimeRecord> remembered, Action<string>? blocked = null)
    {
        var setup = LaneParts.SetupOf(Policy);
        var options = new LaneOptions(_ => setup, Enforce: true, DrainTime: TimeSpan.Zero) { Blocked = blocked ?? (_ => { }), Defect = defect => { lock (defects) defects.Add(defect); } };
        return new Lane(options, sessions, new FakeRegister(), new Decoys(new byte[32]), remembered, clock);
    }

    private static async Task<LaneAnswer> AskAsync(Lane lane, string address, string host = "mx", bool interactive = false)
    {
        var route = new Route.Exchangers([new Exchanger(host, 0, [IPAddress.Loopback])], "example");
        var group = lane.Ask([new LaneQuestion(0, EmailAddress.Parse(address), route, AskDecoys: false, interactive)]);
        return await group.Answers.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
