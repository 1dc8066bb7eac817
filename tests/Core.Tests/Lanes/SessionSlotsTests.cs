using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Core.Tests.Lanes;

public sealed class SessionSlotsTests : IAsyncDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly FakeSessions sessions = new();
    private readonly SessionSlots slots = new(2);
    private readonly Lane one;
    private readonly Lane other;

    public SessionSlotsTests() => (one, other) = (NewLane(), NewLane());

    public async ValueTask DisposeAsync()
    {
        sessions.Release();
        await one.DisposeAsync();
        await other.DisposeAsync();
    }

    [Fact]
    public void TryTake_WhenAllAreTaken_IsForThoseWhoWaitInPerson()
    {
        Assert.True(slots.TryTake(interactive: false));
        Assert.True(slots.TryTake(interactive: false));
        Assert.False(slots.TryTake(interactive: false));
        Assert.True(slots.TryTake(interactive: true));
        Assert.False(slots.TryTake(interactive: true));
        slots.Return();
        Assert.False(slots.TryTake(interactive: false));
        slots.Return();
        Assert.True(slots.TryTake(interactive: false));
    }

    [Fact]
    public async Task Wait_WhenOneIsFreeAlready_IsGivenIt()
    {
        var given = new TaskCompletionSource();
        slots.Wait(interactive: false, given.SetResult);
        await given.Task;
        Assert.Equal(1, slots.Taken);
    }

    [Fact]
    public async Task Return_GivesTheSlotToWhoWaitsLongest_AndNobodyIsFaster()
    {
        var (first, second, person) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        Assert.True(slots.TryTake(interactive: true) && slots.TryTake(interactive: true) && slots.TryTake(interactive: true));
        slots.Wait(interactive: false, first.SetResult);
        slots.Wait(interactive: false, second.SetResult);
        slots.Wait(interactive: true, person.SetResult);

        slots.Return();
        await person.Task;
        Assert.False(first.Task.IsCompleted);
        slots.Return();
        slots.Return();
        await first.Task;
        Assert.Equal((false, 2), (slots.TryTake(interactive: false), slots.Taken));
        slots.Return();
        await second.Task;
        Assert.Equal(2, slots.Taken);
    }

    [Fact]
    public async Task Ask_MoreHostsThanSlots_AnswersAllWithinThem()
    {
        var groups = Enumerable.Range(0, 2).Select(half => (half == 0 ? one : other).Ask([.. Enumerable.Range(0, 20).Select(number => Question(number, $"ok{number}@d{(half * 20) + number}.example"))])).ToArray();
        foreach (var group in groups)
        {
            var answers = await LaneParts.DrainAsync(group);
            Assert.Equal(20, answers.OfType<LaneAnswer.Ended>().Count());
        }

        Assert.Equal(40, sessions.Opened);
        Assert.InRange(sessions.MostOpen, 1, 2);
    }

    [Fact]
    public async Task Ask_ABlockedProviderWhileAllSlotsAreTaken_IsPutOffAtOnceForItsBlock()
    {
        _ = await one.Ask([Question(0, "blockus@a.example")]).Answers.ReadAsync(TestContext.Current.CancellationToken);
        await FakeSessions.UntilAsync(() => slots.Taken == 0);
        _ = other.Ask([Question(0, "stay1@b.example"), Question(1, "stay2@c.example")]);
        await FakeSessions.UntilAsync(() => slots.Taken == 2);

        var answer = Assert.IsType<LaneAnswer.NotBefore>(await one.Ask([Question(0, "ok@a.example")]).Answers.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal((Obstacle.Block, true), (answer.Cause, answer.Time - clock.GetUtcNow() >= Regime.FirstRest));
    }

    [Fact]
    public async Task Close_WhileALaneWaitsForASlot_LosesNone()
    {
        _ = one.Ask([Question(0, "stay1@a.example"), Question(1, "stay2@b.example")]);
        await FakeSessions.UntilAsync(() => sessions.Opened == 2);
        var late = other.Ask([Question(0, "ok@c.example"), Question(1, "ok@d.example")]);
        await other.DisposeAsync();
        Assert.Equal(2, (await LaneParts.DrainAsync(late)).OfType<LaneAnswer.NotBefore>().Count());

        await AllReturnedAsync();
    }

    [Fact]
    public async Task Ask_InPersonWhileABatchHasAllSlots_IsNotKeptWaiting()
    {
        var batch = one.Ask([Question(0, "stay1@a.example"), Question(1, "stay2@b.example"), Question(2, "stay3@c.example")]);
        await FakeSessions.UntilAsync(() => sessions.Opened == 2);

        var person = other.Ask([Question(0, "ok@d.example", interactive: true)]);
        Assert.IsType<LaneAnswer.Ended>(await person.Answers.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(3, sessions.Opened);
        Assert.Equal(0, batch.Answers.Count);
    }

    [Fact]
    public async Task Ask_WhatFindsNoSlotWithinThePatience_IsPutOff()
    {
        _ = one.Ask([Question(0, "stay1@a.example"), Question(1, "stay2@b.example")]);
        await FakeSessions.UntilAsync(() => sessions.Opened == 2);
        var late = other.Ask([Question(0, "ok@c.example")]);
        await FakeSessions.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return late.Answers.Count == 1;
        });

        var answer = Assert.IsType<LaneAnswer.NotBefore>(await late.Answers.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Obstacle.Sessions, answer.Cause);
        await AllReturnedAsync();
    }

    private Task AllReturnedAsync()
    {
        sessions.Release();
        return FakeSessions.UntilAsync(() =>
        {
            clock.Advance(Lane.Linger);
            return slots.Taken == 0;
        });
    }

    private static LaneQuestion Question(int number, string email, bool interactive = false)
    {
        var address = EmailAddress.Parse(email);
        return new LaneQuestion(number, address, new Route.Exchangers([new Exchanger("mx." + address.Domain, 10, [System.Net.IPAddress.Loopback])], address.Domain), AskDecoys: false, interactive);
    }

    private Lane NewLane()
    {
        var policy = new ProviderPolicy { Name = "test", Sessions = 2, SessionsPerMinute = 20, CautiousRate = 1000, HighestRate = 100_000 };
        var setup = LaneParts.SetupOf(policy);
        var options = new LaneOptions(_ => setup, Enforce: true, TimeSpan.Zero) { Slots = slots };
        return new Lane(options, sessions, new FakeRegister(), new Decoys(new byte[32]), [], clock);
    }
}
