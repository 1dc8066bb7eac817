using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Tests.Domains;

public sealed class StrangerFindingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Greylisting_AfterARefusalAtOnce_IsOfKnownMailboxesOnly()
    {
        var finding = StrangerFinding.None.WithRefusal(Now).WithGreylisting(Now.AddMinutes(5));

        Assert.True(finding.GreylistsKnownOnly(Now.AddDays(29)));
        Assert.False(finding.GreylistsKnownOnly(Now.AddDays(31)));
    }

    // Who was let through is a stranger no more, and is told the truth at once.
    [Fact]
    public void RefusalAtOnce_AfterAGreylisting_ProvesNothing() =>
        Assert.False(StrangerFinding.None.WithGreylisting(Now).WithRefusal(Now.AddMinutes(5)).GreylistsKnownOnly(Now.AddMinutes(5)));

    [Fact]
    public void Greylisting_LongAfterARefusal_ProvesNothing() =>
        Assert.False(StrangerFinding.None.WithRefusal(Now).WithGreylisting(Now.AddHours(13)).GreylistsKnownOnly(Now.AddHours(13)));
}
