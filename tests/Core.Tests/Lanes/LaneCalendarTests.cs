using System.Net;
using System.Runtime.CompilerServices;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Core.Tests.Lanes;

public sealed class LaneCalendarTests
{
    private static readonly Route.Exchangers Route = new([new Exchanger("mx", 0, [IPAddress.Loopback])], "example");
    private static readonly ProviderPolicy Policy = new() { Name = "example" };

    [Fact]
    public async Task Note_BehindOneThatWaitsLong_KeepsNoneThatWasServed()
    {
        var clock = new FakeTimeProvider();
        await using var calendar = new LaneCalendar(clock, () => { });
        var setup = LaneParts.SetupOf(Policy);
        var provider = new LaneProvider(setup, new Regime("example", Policy, enforced: true, clock.GetUtcNow(), null));
        var waiting = Item(clock);
        provider.QueueOf(waiting).Add(waiting, wasTaken: false);
        calendar.Note(waiting);
        var served = NoteServed(calendar, clock);
        for (var number = 0; number < 1_000; number++)
            calendar.Note(Item(clock));

        GC.Collect();
        Assert.False(served.IsAlive);
        Assert.True(calendar.TryTakeOverdue(clock.GetUtcNow() + Lane.Patience, out var overdue));
        Assert.Same(waiting, overdue);
    }

    // In a method of its own, so that no local keeps it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference NoteServed(LaneCalendar calendar, TimeProvider clock)
    {
        var item = Item(clock);
        calendar.Note(item);
        return new WeakReference(item);
    }

    private static LaneItem Item(TimeProvider clock)
    {
        var question = new LaneQuestion(0, EmailAddress.Parse("a@b.example"), Route, AskDecoys: false, Interactive: false);
        return new LaneItem(question, new LaneGroup([question]), clock.GetUtcNow());
    }
}
