using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Tests.Lanes;

public sealed class EgressRosterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void For_NoEgressAtAll_NamesNoTime() => Assert.Equal(default, EgressRoster.Empty.For("d.example", Now));

    [Fact]
    public void For_SomeEgresses_SharesDomainsOutAndKeepsThem()
    {
        var three = Roster(Known("eg-1"), Known("eg-2"), Known("eg-3"));
        var domains = Enumerable.Range(0, 3_000).Select(number => $"d{number}.example").ToArray();
        var before = domains.ToDictionary(domain => domain, domain => three.For(domain, Now).Egress!, StringComparer.Ordinal);
        Assert.All(before.Values.CountBy(name => name, StringComparer.Ordinal), share => Assert.InRange(share.Value, 800, 1_200));

        // Whoever comes takes a share and leaves the rest where it was.
        var four = Roster(Known("eg-4"), Known("eg-3"), Known("eg-1"), Known("eg-2"));
        var moved = domains.Where(domain => !string.Equals(four.For(domain, Now).Egress, before[domain], StringComparison.Ordinal)).ToArray();
        Assert.InRange(moved.Length, 600, 900);
        Assert.All(moved, domain => Assert.Equal("eg-4", four.For(domain, Now).Egress));
    }

    [Fact]
    public void For_AnEgressThatRests_TakesAnotherOrSaysWhenTheFirstHasRested()
    {
        var until = Now.AddHours(1);
        var domain = DomainOf("eg-1", "eg-2");
        Assert.Equal("eg-2", Roster(Known("eg-1", rests: until), Known("eg-2")).For(domain, Now).Egress);
        Assert.Equal(new EgressFinding(null, until), Roster(Known("eg-1", rests: until), Known("eg-2", rests: until.AddHours(1))).For(domain, Now));
        Assert.Equal("eg-1", Roster(Known("eg-1", rests: until), Known("eg-2")).For(domain, until).Egress);
    }

    [Theory]
    [InlineData(29, "eg-1", null)]
    [InlineData(30, null, 30)]
    [InlineData(299, null, 299)]
    [InlineData(900, null, 300)]
    [InlineData(1_799, null, 1)]
    [InlineData(1_800, "eg-2", null)]
    public void For_AnEgressThatWentAway_IsWaitedForHalfAnHour(int seconds, string? egress, int? againInSeconds)
    {
        var roster = Roster(Known("eg-1", seen: Now.AddSeconds(-seconds)), Known("eg-2"));
        var again = againInSeconds is { } wait ? Now.AddSeconds(wait) : default(DateTimeOffset?);
        Assert.Equal(new EgressFinding(egress, again) { IsAway = egress is null }, roster.For(DomainOf("eg-1", "eg-2"), Now));
        Assert.Equal("eg-2", roster.For(DomainOf("eg-2", "eg-1"), Now).Egress);
    }

    [Fact]
    public void For_AllGone_IsAsIfThereWereNone() => Assert.Equal(default, Roster(Known("eg-1", seen: Now.AddHours(-1))).For("d.example", Now));

    private static EgressRoster Roster(params KnownEgress[] egresses) => new([.. egresses], 1);

    private static KnownEgress Known(string name, DateTimeOffset? seen = null, DateTimeOffset? rests = null) =>
        new(new Egress(name, null, "mail.example.org", "probe@example.org"), seen ?? DateTimeOffset.MaxValue, EgressStanding.Well with { RestsUntil = rests });

    private static string DomainOf(string egress, string other) => Enumerable.Range(0, 100).Select(number => $"d{number}.example")
        .First(domain => string.Equals(Roster(Known(egress), Known(other)).For(domain, Now).Egress, egress, StringComparison.Ordinal));
}
