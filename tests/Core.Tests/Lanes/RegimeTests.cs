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

    private static readonly ProviderPolicy Many = Policy with { Sessions = 20, SessionsPerMinute = 20 };

    private readonly Regime regime = new("example.com", Policy, enforced: true, Start);

    [Fact]
    public void Tighten_OfARegime_NarrowsItsLimitsAndBeginsAnew()
    {
        regime.Tighten(Policy with { CautiousRate = 0.5, HighestRate = 1, Sessions = 1 });

        Assert.Equal(0.5, regime.Look().Rate);
        Assert.True(regime.TryOpen(Start).IsGranted);
        Assert.False(regime.TryOpen(Start).IsGranted);
    }

    [Fact]
    public void Stand_OfARegime_TellsWhatMayBeDone()
    {
        Assert.Equal(new RegimeStanding(2, Regime.SlowestRate, 4, 0, 2, Circuit.Closed, null, Obstacle.None, 0, null), regime.Stand(Start));
        regime.RateLimited(Start, named: null);
        Assert.Equal((1.0, Circuit.Open, Start + Regime.Breath, Obstacle.RateLimit), regime.Stand(Start) is var slow ? (slow.Rate, slow.Circuit, slow.Until, slow.Why) : default);
        Assert.Equal((Circuit.Closed, Obstacle.None), regime.Stand(Start + Regime.Breath) is var over ? (over.Circuit, over.Why) : default);

        var free = new Regime("example.com", Policy, enforced: false, Start);
        free.Blocked(Start);
        Assert.Equal((Circuit.Closed, null), free.Stand(Start) is var lifted ? (lifted.Circuit, lifted.MostSessions) : default);
    }

    // Else a page that shows it would keep ten thousand hosts from being forgotten.
    [Fact]
    public void Stand_OfAnIdleRegime_DoesNotKeepItFromBeingForgotten()
    {
        _ = regime.Stand(Start.AddMinutes(2));
        Assert.True(regime.IsIdle(Start.AddMinutes(2)));
    }

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
    public void MayOpen_SaysWhatTryOpenWould_CountsNothingAndIsAUse()
    {
        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(regime.MayOpen(Start.AddMinutes(2), interactive: false).IsGranted));
        Assert.False(regime.IsIdle(Start.AddMinutes(2.5)));
        _ = (regime.TryOpen(Start), regime.TryOpen(Start));
        Assert.Equal(Clearance.Full, regime.MayOpen(Start, interactive: true));
    }

    [Fact]
    public void TryOpen_MoreInAMinuteThanAllowed_WaitsForTheMinuteToPass()
    {
        for (var session = 0; session < Policy.SessionsPerMinute; session++)
        {
            Assert.True(regime.TryOpen(Start.AddSeconds(session)).IsGranted);
            regime.Closed(Start.AddSeconds(session));
        }

        Assert.Equal(Clearance.Wait(Start + SessionMinute.Length, Obstacle.SessionRate), regime.TryOpen(Start.AddSeconds(10)));
        Assert.True(regime.TryOpen(Start + SessionMinute.Length).IsGranted);
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
    public void Reserve_BatchAndInteractiveMixed_NeverExceedsTheHighestRate() =>
        Gen.Select(Gen.Int[0, 1_500], Gen.Bool).Array[1, 200].Sample(arrivals =>
        {
            var lone = new Regime("example.com", Policy, enforced: true, Start);
            var (now, line) = (Start, 0);
            var sent = new List<DateTimeOffset>();
            foreach (var (gap, interactive) in arrivals)
            {
                // Who stands in line asks again as soon as it was told to.
                var until = now.AddMilliseconds(gap);
                while (line > 0 && now + lone.TryReserve(now) is var turn && turn <= until)
                {
                    if (turn == now)
                    {
                        sent.Add(now);
                        line--;
                    }

                    now = turn;
                }

                now = until;
                if (interactive)
                    sent.Add(now + lone.Reserve(now));
                else if (lone.TryReserve(now) == TimeSpan.Zero)
                    sent.Add(now);
                else
                    line++;
            }

            sent.Sort();
            return sent.TrueForAll(from => sent.Count(at => at >= from && at < from.AddSeconds(1)) <= Policy.HighestRate + 1);
        });

    [Fact]
    public void Reserve_BesideABatchThatStandsInLine_ComesFirst()
    {
        while (regime.TryReserve(Start) == TimeSpan.Zero)
        {
        }

        regime.StandInLine();
        regime.StandInLine();
        Assert.True(regime.Reserve(Start) <= TimeSpan.FromSeconds(1 / Policy.CautiousRate));
        Assert.True(regime.NextTurn(Start, interactive: false) >= TimeSpan.FromSeconds(3 / Policy.CautiousRate));
        regime.LeaveLine();
        regime.LeaveLine();
        Assert.True(regime.NextTurn(Start, interactive: false) < TimeSpan.FromSeconds(3 / Policy.CautiousRate));
    }

    [Fact]
    public void TryReserve_LeavesTheLastOfABurst()
    {
        Assert.Equal(TimeSpan.Zero, regime.TryReserve(Start));
        Assert.NotEqual(TimeSpan.Zero, regime.TryReserve(Start));
        Assert.Equal(TimeSpan.Zero, regime.Reserve(Start));
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(5, 4)]
    [InlineData(8, 7)]
    public void TryOpen_OfABatch_LeavesOneOfFiveOrMore(int allowed, int forABatch)
    {
        var many = new Regime("example.com", Policy with { Sessions = allowed, SessionsPerMinute = 100 }, enforced: true, Start);
        for (var session = 0; session < forABatch; session++)
            Assert.True(many.TryOpen(Start, interactive: false).IsGranted);

        Assert.Equal(Clearance.Full, many.TryOpen(Start, interactive: false));
        Assert.Equal(allowed > forABatch, many.TryOpen(Start, interactive: true).IsGranted);
        Assert.Equal(allowed > forABatch, many.MustMakeRoom(interactive: 0, batch: 0, leaving: 0));
        Assert.False(many.MustMakeRoom(interactive: 0, batch: 0, leaving: 1));
        Assert.True(many.MustMakeRoom(interactive: 2, batch: 0, leaving: 1));
        Assert.Equal(allowed > forABatch, many.MustMakeRoom(interactive: 0, batch: 1, leaving: 1));
    }

    [Fact]
    public void TryOpen_OfABatch_LeavesATenthOfTheMinutesSessions()
    {
        var many = new Regime("example.com", Policy with { SessionsPerMinute = 20 }, enforced: true, Start);
        for (var session = 0; session < 18; session++)
        {
            Assert.True(many.TryOpen(Start.AddSeconds(session), interactive: false).IsGranted);
            many.Closed(Start.AddSeconds(session));
        }

        var later = Start.AddSeconds(20);
        Assert.True(many.TryOpen(later).IsGranted);
        many.Closed(later);
        var clearance = many.TryOpen(later, interactive: false);
        Assert.Equal(Clearance.Wait(Start.AddSeconds(1) + SessionMinute.Length, Obstacle.SessionRate), clearance);
        Assert.True(many.TryOpen(clearance.NotBefore!.Value, interactive: false).IsGranted);
    }

    [Fact]
    public void Counted_AboveTheCap_SlowsBatchesOnly()
    {
        var watched = new Regime("example.com", Policy with { RefusedRatioCap = 0.3 }, enforced: true, Start);
        for (var minutes = 1; minutes < 60; minutes++)
            _ = watched.Reserve(Start.AddMinutes(minutes));
        for (var answered = 0; answered < 100; answered++)
            watched.Counted(isRefused: answered % 2 == 0);

        Assert.InRange(watched.Look().Refused, 0.45, 0.55);
        Assert.Equal((Policy.HighestRate, TimeSpan.FromSeconds(2 / Policy.HighestRate)), (watched.Look().Rate, watched.Pace));
        for (var answered = 0; answered < 200; answered++)
            watched.Counted(isRefused: false);
        Assert.Equal(TimeSpan.FromSeconds(1 / Policy.HighestRate), watched.Pace);
    }

    [Fact]
    public void Counted_AboveTheCap_IsNotSlowerThanCautious()
    {
        var watched = new Regime("example.com", Policy with { RefusedRatioCap = 0.3 }, enforced: true, Start);
        for (var answered = 0; answered < 19; answered++)
            watched.Counted(isRefused: true);
        Assert.Equal(0, watched.Look().Refused);
        watched.Counted(isRefused: true);

        Assert.Equal(1, watched.Look().Refused);
        Assert.Equal(TimeSpan.FromSeconds(1 / Policy.CautiousRate), watched.Pace);
    }

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
        var heir = new Regime("example.com", Policy, enforced: true, Start, regime.Remember(Start));

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
        var heir = new Regime("example.com", Policy, enforced: true, Start.AddSeconds(1), regime.Remember(Start));

        Assert.Equal(Start + Regime.FirstRest, heir.TryOpen(Start.AddSeconds(1)).NotBefore);
        Assert.True(heir.Reserve(Start.AddSeconds(1)) > TimeSpan.Zero);
        Assert.True(regime.IsNotable(Start));
    }

    [Fact]
    public void Remember_SessionsWereOpen_TheHeirLetsThemSettle()
    {
        _ = regime.TryOpen(Start);
        var heir = new Regime("example.com", Policy, enforced: true, Start, regime.Remember(Start));

        Assert.False(heir.TryOpen(Start).IsGranted);
        Assert.True(heir.TryOpen(Start + Regime.Settle).IsGranted);
    }

    [Fact]
    public void TryOpen_ByAnHeirThatNothingWasToldTo_SupposesAQuarterOfAMinutesSessions()
    {
        var at = Start.AddMinutes(10);
        var heir = new Regime("example.com", Many, enforced: true, at, takenOverAt: at);

        Assert.Equal(15, OpenedBy(heir, at));
        Assert.Equal(Clearance.Wait(at + SessionMinute.Length, Obstacle.SessionRate), heir.TryOpen(at));
        Assert.Equal(20, OpenedBy(new Regime("example.com", Many, enforced: true, at), at));
    }

    [Fact]
    public void TryOpen_ByAnHeir_GoesOnWithTheMinuteThatItWasToldOf()
    {
        var many = new Regime("example.com", Many, enforced: true, Start);
        Assert.All(Enumerable.Range(0, 7), second => Assert.True(Opens(many, Start.AddSeconds(second))));
        var at = Start.AddSeconds(30);
        var record = many.Remember(at);
        var heir = new Regime("example.com", Many, enforced: true, at, record, at);

        // Seven are two steps of five: the first was complete with the fifth, the second may have gone on.
        Assert.Equal([Start.AddSeconds(4), DateTimeOffset.MaxValue], record.SessionSteps);
        Assert.Equal(10, OpenedBy(heir, at));
        var past = Start.AddSeconds(4) + SessionMinute.Length;
        Assert.Equal(past, heir.TryOpen(at).NotBefore);
        Assert.Equal(5, OpenedBy(heir, past));
        Assert.Equal(at + SessionMinute.Length, heir.TryOpen(past).NotBefore);
        Assert.Empty(many.Remember(Start.AddMinutes(2)).SessionSteps);
    }

    [Fact]
    public void TryOpen_ByAnHeirThatWasToldOfAMinuteThatIsOver_SupposesAsOneThatNothingWasToldTo()
    {
        var at = Start + SessionMinute.Length;
        var told = new RegimeRecord("example.com", 2, 0, null, Obstacle.None, 0) { SessionSteps = [Start] };

        Assert.Equal(15, OpenedBy(new Regime("example.com", Many, enforced: true, at, told, at), at));
    }

    // Whoever has only inherited has something to tell too: who comes next would suppose it was the next one's.
    [Fact]
    public void Remember_TheLastWordOfOneThatOpenedNothing_HandsOnWhatItInherited()
    {
        var first = new Regime("example.com", Many, enforced: true, Start);
        Assert.True(Opens(first, Start));
        var second = new Regime("example.com", Many, enforced: true, Start, first.Remember(Start, leaving: true), Start);

        Assert.Equal([Start], second.Remember(Start, leaving: true).SessionSteps);
        Assert.Empty(second.Remember(Start).SessionSteps);
    }

    [Fact]
    public void TryOpen_ByHeirAfterHeir_NeverBreaksTheLimit() =>
        Gen.Select(Gen.OneOf(Gen.Int[1, 10], Gen.Const(20), Gen.Const(30)), Gen.Select(Gen.OneOf(Gen.Int[0, 300], Gen.Int[0, 8_000]), Gen.Frequency((8, Gen.Const(0)), (1, Gen.Const(1)), (1, Gen.Const(2))), Gen.Bool).Array[1, 300]).Sample((most, steps) =>
        {
            // It is written every ten seconds, before a session that begins a step, and when it leaves; what was not dies with it. Nobody dies twice in a minute.
            var policy = Many with { SessionsPerMinute = most };
            var one = new Regime("example.com", policy, enforced: true, Start);
            var (now, writtenAt, diedAt, written) = (Start, Start, Start, (RegimeRecord?)null);
            var opened = new List<DateTimeOffset>();
            foreach (var (gap, end, interactive) in steps)
            {
                for (var left = gap; left > 0; left -= 1_000)
                {
                    now = now.AddMilliseconds(Math.Min(left, 1_000));
                    if (now >= writtenAt.AddSeconds(10))
                        (written, writtenAt) = (one.IsNotable(now) ? one.Remember(now) : null, now);
                }

                var leaves = end == 1;
                var dies = end == 2 && now - diedAt > SessionMinute.Length;
                if (leaves)
                    written = one.IsNotable(now, leaving: true) ? one.Remember(now, leaving: true) : null;
                if (dies)
                    diedAt = now;
                if (leaves || dies)
                    one = new Regime("example.com", policy, enforced: true, now, written, now);
                if (!Opens(one, now, interactive))
                    continue;
                opened.Add(now);
                if (one.HasBegunAStep)
                    written = one.Remember(now);
            }

            return opened.TrueForAll(from => opened.Count(at => at >= from && at < from + SessionMinute.Length) <= most);
        });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public void Withdrawn_SessionsThatWereNotOpened_AreNotTold(int most)
    {
        var withdrawn = new Regime("example.com", Many with { SessionsPerMinute = most }, enforced: true, Start);
        for (var time = 0; time < 100; time++)
        {
            Assert.True(withdrawn.TryOpen(Start).IsGranted);
            withdrawn.Withdrawn();
        }

        Assert.Equal(most, OpenedBy(withdrawn, Start));
        Assert.Equal(most > 1 ? Math.Min(most, 4) : 0, withdrawn.Remember(Start).SessionSteps.Length);
    }

    [Fact]
    public void Remember_TheLastWord_LeavesNothingToBeSupposed()
    {
        var at = Start.AddMinutes(10);
        var heir = new Regime("example.com", Many, enforced: true, at, takenOverAt: at);
        Assert.All(Enumerable.Range(0, 5), _ => Assert.True(Opens(heir, at)));

        Assert.False(heir.IsNotable(at));
        Assert.True(heir.IsNotable(at, leaving: true));
        Assert.Equal(10, OpenedBy(new Regime("example.com", Many, enforced: true, at, heir.Remember(at, leaving: true), at), at));
    }

    [Fact]
    public void Remember_AnHeirThatOpensNothing_DoesNotHandOnWhatIsPast()
    {
        var many = new Regime("example.com", Many, enforced: true, Start);
        Assert.Equal(20, OpenedBy(many, Start));
        var (record, at) = (many.Remember(Start), Start);
        for (var time = 0; time < 4; time++)
        {
            at = at.AddSeconds(21);
            var heir = new Regime("example.com", Many, enforced: true, at, record, at);
            Assert.Equal(time < 2, !heir.MayOpen(at, interactive: true).IsGranted);
            record = heir.Remember(at);
        }
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

    private static bool Opens(Regime regime, DateTimeOffset at, bool interactive = true)
    {
        if (!regime.TryOpen(at, interactive).IsGranted)
            return false;
        regime.Closed(at);
        return true;
    }

    private static int OpenedBy(Regime regime, DateTimeOffset at)
    {
        var opened = 0;
        while (Opens(regime, at))
            opened++;
        return opened;
    }
}
