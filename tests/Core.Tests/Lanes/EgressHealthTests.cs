using EmailVerify.Core.Lanes;

namespace EmailVerify.Core.Tests.Lanes;

public sealed class EgressHealthTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    private readonly EgressHealth health = new([]);

    [Fact]
    public void Blocked_ByTwoProvidersWithinAnHour_Rests()
    {
        Assert.False(health.Blocked("eg-1", "google", Start));
        Assert.Null(health.Stand("eg-1", Start).RestsUntil);
        Assert.True(health.Blocked("eg-1", "yahoo", Start.AddMinutes(59)));

        Assert.Equal(Start.AddMinutes(119), health.Stand("eg-1", Start.AddMinutes(59)).RestsUntil);
        Assert.Null(health.Stand("eg-2", Start.AddMinutes(59)).RestsUntil);
        Assert.Null(health.Stand("eg-1", Start.AddMinutes(119)).RestsUntil);
    }

    [Fact]
    public void Stand_OfAnEgress_TellsWhoBlockedIt()
    {
        Assert.Equal((null, 0, null), health.Stand("eg-1", Start) is var unknown ? (unknown.RestsUntil, unknown.BlockedBy.Length, unknown.LastBlock) : default);
        _ = health.Blocked("eg-1", "google", Start);
        Assert.Equal((null, ("google", Start)), health.Stand("eg-1", Start) is var warned ? (warned.RestsUntil, warned.LastBlock) : default);
        _ = health.Blocked("eg-1", "yahoo", Start.AddMinutes(1));
        Assert.Equal((Start.AddMinutes(61), "google, yahoo"), health.Stand("eg-1", Start.AddMinutes(2)) is var resting ? (resting.RestsUntil, string.Join(", ", resting.BlockedBy)) : default);
        Assert.Equal((null, 0), health.Stand("eg-1", Start.AddMinutes(61)) is var rested ? (rested.RestsUntil, rested.BlockedBy.Length) : default);
    }

    [Fact]
    public void Blocked_ByOneProviderAgainAndAgain_IsThatProvidersMatter() =>
        Assert.DoesNotContain(true, Enumerable.Range(0, 10).Select(times => health.Blocked("eg-1", "google", Start.AddMinutes(times))));

    [Fact]
    public void Blocked_ByTwoMoreThanAnHourApart_DoesNotRest()
    {
        Assert.False(health.Blocked("eg-1", "google", Start));
        Assert.False(health.Blocked("eg-1", "yahoo", Start.AddMinutes(60)));
        Assert.True(health.Blocked("eg-1", "google", Start.AddMinutes(61)));
    }

    [Fact]
    public void Blocked_WhileItRests_ChangesNothing()
    {
        _ = Rest(Start);
        Assert.False(health.Blocked("eg-1", "gmx", Start.AddMinutes(5)));
        Assert.False(health.Blocked("eg-1", "icloud", Start.AddMinutes(6)));

        Assert.Equal(Start + EgressHealth.FirstRest, health.Stand("eg-1", Start.AddMinutes(6)).RestsUntil);
    }

    [Fact]
    public void Blocked_AfterEachRest_RestsTwiceAsLongUpToADayAndForgets()
    {
        var now = Start;
        var rests = new List<double>();
        for (var times = 0; times < 7; times++)
        {
            var until = Rest(now);
            rests.Add((until - now).TotalHours);
            now = until;
        }

        Assert.Equal([1, 2, 4, 8, 16, 24, 24], rests);
        now += EgressHealth.LongestRest + TimeSpan.FromMinutes(1);
        Assert.Equal(EgressHealth.FirstRest, Rest(now) - now);
    }

    [Fact]
    public void Blocked_ToldLater_CountsFromWhenItWas()
    {
        Assert.False(health.Blocked("eg-1", "google", Start));
        Assert.True(health.Blocked("eg-1", "yahoo", Start.AddMinutes(-30)));

        Assert.Equal(Start + EgressHealth.FirstRest, health.Stand("eg-1", Start).RestsUntil);
    }

    private DateTimeOffset Rest(DateTimeOffset at)
    {
        _ = health.Blocked("eg-1", "google", at);
        Assert.True(health.Blocked("eg-1", "yahoo", at));
        return health.Stand("eg-1", at).RestsUntil!.Value;
    }
}
