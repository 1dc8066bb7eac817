using CsCheck;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;

namespace EmailVerify.Core.Tests.Lanes;

public sealed class RegimeTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    private static readonly ProviderPolicy Policy = new()
    {
        Name = "example.com",
        Sessions = 2,
        SessionsPerMinute = 3,
        CautiousRate = 2,
        HighestRate = 4,
        Pause = TimeSpan.FromMinutes(30),
    };

    private readonly Regime regime = new("example.com", Policy, enforced: true, Start);

    [Fact]
    public void TryOpen_MoreThanTheProviderAllows_WaitsForAnEnd()
    {
        Assert.True(regime.TryOpen(Start).IsGranted);
        Assert.True(regime.TryOpen(Start).IsGranted);
        Assert.Equal(Clearance.Full, regime.TryOpen(Start));
        regime.Closed(Start);
        Assert.True(regime.TryOpen(Start).IsGranted);
    }

    [Fact]
    public void TryOpen_MoreInAMinuteThanAllowed_WaitsForTheMinuteToPass()
    {
        for (var session = 0; session < Policy.SessionsPerMinute; session++)
        {
            Assert.True(regime.TryOpen(Start.AddSeconds(session)).IsGranted);
            regime.Closed(Start.AddSeconds(session));
        }

        Assert.Equal(Clearance.Wait(Start.AddMinutes(1), Obstacle.SessionRate), regime.TryOpen(Start.AddSeconds(10)));
        Assert.True(regime.TryOpen(Start.AddMinutes(1)).IsGranted);
    }

    [Fact]
    public void Reserve_OverAnyWindow_NeverExceedsTheHighestRate() =>
        Gen.Int[0, 2_000].Array[1, 200].Sample(gaps =>
        {
            var lone = new Regime("example.com", Policy, enforced: true, Start);
            var (now, sent) = (Start, new List<DateTimeOffset>());
            foreach (var gap in gaps)
            {
                now = now.AddMilliseconds(gap);
                sent.Add(now + lone.Reserve(now));
            }

            sent.Sort();
            return sent.TrueForAll(from => sent.Count(at => at >= from && at < from.AddSeconds(1)) <= Policy.HighestRate + 1);
        });

    [Fact]
    public void RateLimited_HalvesTheRateWithTheNextCommandAndHoldsNewSessions()
    {
        regime.RateLimited(Start, null);

        Assert.Equal(Policy.CautiousRate / 2, regime.Look().Rate);
        Assert.Equal(Clearance.Wait(Start + Regime.Breath, Obstacle.RateLimit), regime.TryOpen(Start));
        Assert.True(regime.TryOpen(Start + Regime.Breath).IsGranted);
    }

    [Fact]
    public void RateLimited_ForEver_KeepsASlowestRate()
    {
        for (var times = 0; times < 100; times++)
            regime.RateLimited(Start + (times * Regime.Breath), null);

        Assert.Equal(Regime.SlowestRate, regime.Look().Rate);
    }

    [Fact]
    public void RateLimited_ToldByEveryOpenSession_HalvesOnce()
    {
        regime.RateLimited(Start, null);
        regime.RateLimited(Start.AddSeconds(1), null);

        Assert.Equal(Policy.CautiousRate / 2, regime.Look().Rate);
    }

    [Fact]
    public void RateLimited_EmptiesTheBucketAndShrinksTheBurst()
    {
        regime.RateLimited(Start, null);

        Assert.True(regime.Reserve(Start) > TimeSpan.Zero);
    }

    [Fact]
    public void Remember_ANamedPause_IsInheritedWithItsCause()
    {
        regime.RateLimited(Start, TimeSpan.FromMinutes(20));
        var heir = new Regime("example.com", Policy, enforced: true, Start, regime.Remember());

        Assert.Equal(Clearance.Wait(Start.AddMinutes(20), Obstacle.RateLimit), heir.TryOpen(Start.AddMinutes(1)));
    }

    [Fact]
    public void RateLimited_NamedPause_IsBelievedUpToTheProvidersPause()
    {
        regime.RateLimited(Start, TimeSpan.FromDays(3));

        Assert.Equal(Start + Policy.Pause, regime.TryOpen(Start).NotBefore);
    }

    [Fact]
    public void TryOpen_ATurnFarOff_WaitsOutsideOfASession()
    {
        for (var times = 0; times < 10; times++)
            regime.RateLimited(Start + (times * Regime.Breath), null);
        var later = Start + (10 * Regime.Breath);
        while (regime.NextTurn(later) <= Regime.LongestTurn)
            _ = regime.Reserve(later);

        var clearance = regime.TryOpen(later);
        Assert.Equal((false, Obstacle.Pace), (clearance.IsGranted, clearance.Cause));
        Assert.True(regime.TryOpen(clearance.NotBefore!.Value).IsGranted);
    }

    [Fact]
    public void Reserve_WithoutObjections_ClimbsToTheHighestRate()
    {
        var now = Start;
        for (var minutes = 0; minutes < 60; minutes++)
            _ = regime.Reserve(now += Regime.ClimbEvery);

        Assert.Equal(Policy.HighestRate, regime.Look().Rate);
    }

    [Fact]
    public void Blocked_FirstShortThenTheLongPauseThenDoubling()
    {
        regime.Blocked(Start);
        Assert.Equal(Clearance.Wait(Start + Regime.FirstRest, Obstacle.Block), regime.TryOpen(Start));

        var second = Start + Regime.FirstRest;
        regime.Blocked(second);
        Assert.Equal(second + Policy.Pause, regime.TryOpen(second).NotBefore);

        var third = second + Policy.Pause;
        regime.Blocked(third);
        Assert.Equal(third + (Policy.Pause * 2), regime.TryOpen(third).NotBefore);
    }

    [Fact]
    public void Blocked_ToldByEveryOpenSession_CountsOnce()
    {
        regime.Blocked(Start);
        regime.Blocked(Start.AddSeconds(1));

        Assert.Equal(1, regime.Look().Blocks);
    }

    [Fact]
    public void TryOpen_AfterARest_LetsOneSessionTry()
    {
        regime.Blocked(Start);
        var later = Start + Regime.FirstRest;

        Assert.True(regime.TryOpen(later).IsGranted);
        Assert.Equal(Clearance.Full, regime.TryOpen(later));
        regime.Welcomed(later);
        Assert.True(regime.TryOpen(later).IsGranted);
    }

    [Fact]
    public void Welcomed_WhileTheCircuitIsOpen_DoesNotCloseIt()
    {
        regime.Blocked(Start);
        regime.Welcomed(Start.AddSeconds(1));

        Assert.False(regime.TryOpen(Start.AddSeconds(2)).IsGranted);
    }

    [Fact]
    public void PerhapsBlocked_OneRecipient_IsAboutThatOne()
    {
        Assert.False(regime.PerhapsBlocked(1, Start));
        Assert.False(regime.PerhapsBlocked(1, Start));
        Assert.Equal(0, regime.Look().Blocks);
    }

    [Fact]
    public void PerhapsBlocked_TwoRecipientsInARow_IsAboutUs()
    {
        Assert.False(regime.PerhapsBlocked(1, Start));
        Assert.True(regime.PerhapsBlocked(2, Start));
        Assert.Equal(1, regime.Look().Blocks);
    }

    [Fact]
    public void PerhapsBlocked_WithAWelcomeBetween_IsAboutTheRecipients()
    {
        Assert.False(regime.PerhapsBlocked(1, Start));
        regime.Welcomed(Start);
        Assert.False(regime.PerhapsBlocked(2, Start));
    }

    [Fact]
    public void Remember_ABlock_IsInheritedWithAnEmptyBucket()
    {
        regime.Blocked(Start);
        var heir = new Regime("example.com", Policy, enforced: true, Start.AddSeconds(1), regime.Remember());

        Assert.Equal(Start + Regime.FirstRest, heir.TryOpen(Start.AddSeconds(1)).NotBefore);
        Assert.True(heir.Reserve(Start.AddSeconds(1)) > TimeSpan.Zero);
        Assert.True(regime.IsNotable(Start));
    }

    [Fact]
    public void Remember_SessionsWereOpen_TheHeirLetsThemSettle()
    {
        _ = regime.TryOpen(Start);
        var heir = new Regime("example.com", Policy, enforced: true, Start, regime.Remember());

        Assert.False(heir.TryOpen(Start).IsGranted);
        Assert.True(heir.TryOpen(Start + Regime.Settle).IsGranted);
    }

    [Fact]
    public void Enforced_Off_LiftsEveryLimit()
    {
        var free = new Regime("example.com", Policy, enforced: false, Start);
        free.Blocked(Start);

        Assert.All(Enumerable.Range(0, 100), _ => Assert.True(free.TryOpen(Start).IsGranted));
        Assert.Equal(TimeSpan.Zero, free.Reserve(Start));
    }

    [Fact]
    public void IsIdle_OnlyWhenNothingCouldMatter()
    {
        Assert.False(regime.IsIdle(Start));
        Assert.True(regime.IsIdle(Start.AddMinutes(2)));
        regime.Blocked(Start);
        Assert.False(regime.IsIdle(Start.AddMinutes(2)));
        Assert.True(regime.IsIdle(Start.AddHours(25)));
    }
}
