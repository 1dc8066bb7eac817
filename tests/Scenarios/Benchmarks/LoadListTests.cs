using EmailVerify.Benchmarks;
using EmailVerify.Benchmarks.Batches;

namespace EmailVerify.Scenarios.Benchmarks;

public sealed class LoadListTests
{
    [Fact]
    public void Cold_IsAQuarterWithoutMailboxAndATwentiethAtCatchAlls()
    {
        var emails = LoadList.Cold.ByDomain();

        Assert.Equal((50_000, 50_000), (emails.Length, emails.Distinct(StringComparer.Ordinal).Count()));
        Assert.All(emails.CountBy(DomainOf, StringComparer.Ordinal), domain => Assert.Equal(20, domain.Value));
        Assert.Equal(12_500, emails.Count(email => email.StartsWith("no-", StringComparison.Ordinal)));
        Assert.Equal(
            [("deliverable/accepted_email", 35_625), ("risky/accept_all", 2_500), ("undeliverable/rejected_email", 11_875)],
            emails.CountBy(LoadAddresses.TruthOf, StringComparer.Ordinal).Select(truth => (truth.Key, truth.Value)).Order());
    }

    [Fact]
    public void WarmUp_HasDomainsOfItsOwn() =>
        Assert.Empty(LoadList.Cold.ByDomain().Select(DomainOf).Intersect(LoadList.WarmUp.ByDomain().Select(DomainOf), StringComparer.Ordinal));

    [Fact]
    public void Shuffled_HasTheSameAddressesInTheSameOrderEachTime()
    {
        var list = new LoadList(1, 50, 20);

        Assert.Equal(list.Shuffled(), list.Shuffled());
        Assert.NotEqual(list.ByDomain(), list.Shuffled());
        Assert.Equal(list.ByDomain().Order(StringComparer.Ordinal), list.Shuffled().Order(StringComparer.Ordinal));
    }

    private static string DomainOf(string email) => email[(email.IndexOf('@', StringComparison.Ordinal) + 1)..];
}
