using EmailVerify.Core.Lanes;

namespace EmailVerify.Core.Tests.Lanes;

public sealed class EgressHealthTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    private readonly EgressHealth health = new();

    [Fact]
    public void Blocked_ByTwoProvidersWithinAnHour_Rests()
    {
        Assert.False(health.Blocked("eg-1", "google", Start));
        Assert.False(health.IsResting("eg-1", Start));
        Assert.True(health.Blocked("eg-1", "yahoo", Start.AddMinutes(59)));

        Assert.Equal(Start.AddMinutes(119), health.RestsUntil("eg-1", Start.AddMinutes(59)));
        Assert.False(health.IsResting("eg-2", Start.AddMinutes(59)));
        Assert.False(health.IsResting("eg-1", Start.AddMinutes(119)));
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

        Assert.Equal(Start + EgressHealth.FirstRest, health.RestsUntil("eg-1", Start.AddMinutes(6)));
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

        Assert.Equal(Start + EgressHealth.FirstRest, health.RestsUntil("eg-1", Start));
    }

    private DateTimeOffset Rest(DateTimeOffset at)
    {
        _ = health.Blocked("eg-1", "google", at);
        Assert.True(health.Blocked("eg-1", "yahoo", at));
        return health.RestsUntil("eg-1", at)!.Value;
    }
}
