using System.Net;
using System.Net.Sockets;
using EmailVerify.Core.Domains;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Core.Tests.Domains;

public sealed class RouteFinderTests
{
    private readonly FakeResolver dns = new();
    private readonly FakeTimeProvider clock = new(new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Find_ByPreference_KeepsTheOrder()
    {
        dns.Mx("example.org", (20, "b.example.org"), (10, "a.example.org")).Host("a.example.org", "192.5.5.1").Host("b.example.org", "192.5.5.2");

        var route = Assert.IsType<Route.Exchangers>(await RouteOf("example.org"));

        Assert.Equal("a.example.org b.example.org", Hosts(route));
        Assert.Equal([10, 20], route.InOrder.Select(exchanger => exchanger.Preference));
        Assert.Equal("example.org", route.Provider);
    }

    [Fact]
    public async Task Find_EqualPreferences_AreShuffledAndTheProviderStays()
    {
        dns.Mx("example.org", (10, "mx.one.net"), (10, "mx.two.net"), (10, "mx.three.net"));
        foreach (var host in new[] { "mx.one.net", "mx.two.net", "mx.three.net" })
            dns.Host(host, "192.5.5.1");

        var routes = new List<Route.Exchangers>();
        for (var seed = 0; seed < 40; seed++)
            routes.Add(Assert.IsType<Route.Exchangers>((await Finder(seed: seed).FindAsync("example.org", TestContext.Current.CancellationToken)).Route));

        Assert.Equal(3, routes.DistinctBy(route => route.InOrder[0].Host, StringComparer.Ordinal).Count());
        Assert.All(routes, route => Assert.Equal("one.net", route.Provider));
    }

    [Fact]
    public async Task Find_SameSeed_SameOrder()
    {
        dns.Mx("example.org", (10, "a.org"), (10, "b.org"), (10, "c.org")).Host("a.org", "192.5.5.1").Host("b.org", "192.5.5.2").Host("c.org", "192.5.5.3");

        var first = Assert.IsType<Route.Exchangers>((await Finder(seed: 7).FindAsync("example.org", TestContext.Current.CancellationToken)).Route);
        var second = Assert.IsType<Route.Exchangers>((await Finder(seed: 7).FindAsync("example.org", TestContext.Current.CancellationToken)).Route);

        Assert.Equal(Hosts(first), Hosts(second));
    }

    [Fact]
    public async Task Find_NullMxAlone_IsNullMx() => Assert.IsType<Route.NullMx>(await RouteOf("example.org", dns.Mx("example.org", (0, ""))));

    [Fact]
    public async Task Find_NullMxBesideOthers_IsIgnored()
    {
        dns.Mx("example.org", (0, ""), (10, "a.example.org")).Host("a.example.org", "192.5.5.1");

        Assert.Equal("a.example.org", Assert.Single(Assert.IsType<Route.Exchangers>(await RouteOf("example.org")).InOrder).Host);
    }

    [Fact]
    public async Task Find_NoMxButAddress_IsItsOwnExchanger()
    {
        dns.Host("example.org", "192.5.5.1", "2a00::1");

        var exchanger = Assert.Single(Assert.IsType<Route.Exchangers>(await RouteOf("example.org")).InOrder);

        Assert.Equal(("example.org", 0), (exchanger.Host, exchanger.Preference));
        Assert.Equal([IPAddress.Parse("192.5.5.1")], exchanger.Addresses);
    }

    [Fact]
    public async Task Find_MxThatFails_NeverFallsBackToTheAddress()
    {
        dns.Host("example.org", "192.5.5.1").MxEnds("example.org", DnsOutcome.Failure);
        Assert.Equal(new Route.Unresolved(DnsOutcome.Failure), await RouteOf("example.org"));

        dns.MxEnds("example.org", DnsOutcome.Timeout);
        Assert.Equal(new Route.Unresolved(DnsOutcome.Timeout), await RouteOf("example.org"));
        Assert.DoesNotContain(dns.Asked, question => question.StartsWith('A'));
    }

    [Fact]
    public async Task Find_MxUnusable_NeverFallsBackToTheAddress()
    {
        dns.Mx("example.org", (10, "gone.example.org")).Host("example.org", "192.5.5.1");

        Assert.IsType<Route.Unroutable>(await RouteOf("example.org"));
    }

    [Fact]
    public async Task Find_NameThatDoesNotExist_IsNoSuchDomain() => Assert.IsType<Route.NoSuchDomain>(await RouteOf("nowhere.example"));

    [Theory]
    [InlineData("a..b")]
    [InlineData("a b.example")]
    [InlineData("192.0.2.1")]
    [InlineData("")]
    public async Task Find_NameThatTheDnsCannotHold_IsNoSuchDomainWithoutAsking(string domain)
    {
        Assert.IsType<Route.NoSuchDomain>(await RouteOf(domain));
        Assert.Empty(dns.Asked);
    }

    [Fact]
    public async Task Find_NeitherMxNorAddress_IsNoMail() =>
        Assert.IsType<Route.NoMail>(await RouteOf("example.org", dns.MxEnds("example.org", DnsOutcome.NoData)));

    [Fact]
    public async Task Find_NoMxAndAddressThatFails_IsUnresolved()
    {
        dns.MxEnds("example.org", DnsOutcome.NoData).HostEnds("example.org", AddressFamily.InterNetwork, DnsOutcome.Timeout);

        Assert.Equal(new Route.Unresolved(DnsOutcome.Timeout), await RouteOf("example.org"));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task Find_EveryTargetLoopbackOrUnspecified_IsUnroutable(string address)
    {
        dns.Mx("example.org", (10, "mx.example.org")).Host("mx.example.org", address).Host("direct.example", address);

        Assert.IsType<Route.Unroutable>(await RouteOf("example.org"));
        Assert.IsType<Route.Unroutable>(await RouteOf("direct.example"));
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("203.0.113.9")]
    [InlineData("fd00::1")]
    [InlineData("64:ff9b::a00:1")]
    public async Task Find_EveryTargetPrivateOrReserved_IsForbidden(string address)
    {
        dns.Mx("example.org", (10, "mx.example.org"), (20, "lo.example.org")).Host("mx.example.org", address).Host("lo.example.org", "127.0.0.1");

        Assert.IsType<Route.Forbidden>(await RouteOf("example.org"));
    }

    [Fact]
    public async Task Find_OneUsableAmongBad_UsesIt()
    {
        dns.Mx("example.org", (5, "private.org"), (7, "dead.org"), (10, "fails.org"), (20, "good.org"))
            .Host("private.org", "10.0.0.1").Host("dead.org", "127.0.0.1").HostFails("fails.org", DnsOutcome.Timeout).Host("good.org", "10.9.9.9", "192.5.5.1");

        var exchanger = Assert.Single(Assert.IsType<Route.Exchangers>(await RouteOf("example.org")).InOrder);

        Assert.Equal("good.org", exchanger.Host);
        Assert.Equal([IPAddress.Parse("192.5.5.1")], exchanger.Addresses);
    }

    [Fact]
    public async Task Find_OneTargetThatFailedAmongDead_IsUnresolvedNotUnroutable()
    {
        dns.Mx("example.org", (5, "gone.org"), (7, "fails.org"), (9, "late.org")).HostFails("fails.org", DnsOutcome.Failure).HostFails("late.org", DnsOutcome.Timeout);

        Assert.Equal(new Route.Unresolved(DnsOutcome.Failure), await RouteOf("example.org"));
    }

    [Fact]
    public async Task Find_ExchangerNamedByAnAddress_DoesNotExist()
    {
        dns.Mx("example.org", (10, "192.5.5.1"), (20, "bad name"));

        Assert.IsType<Route.Unroutable>(await RouteOf("example.org"));
        Assert.Equal("MX example.org", Assert.Single(dns.Asked));
    }

    [Fact]
    public async Task Find_Ipv4_ComesFirstAndIpv6IsAskedOnlyWithoutIt()
    {
        dns.Mx("example.org", (10, "both.org"), (20, "six.org")).Host("both.org", "2a00::1", "192.5.5.1").Host("six.org", "2a00::2");

        var route = Assert.IsType<Route.Exchangers>(await RouteOf("example.org"));

        Assert.Equal([IPAddress.Parse("192.5.5.1"), IPAddress.Parse("2a00::2")], route.InOrder.SelectMany(exchanger => exchanger.Addresses));
        Assert.DoesNotContain("AAAA both.org", dns.Asked, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Find_Ipv4PrivateAndIpv6Public_UsesIpv6()
    {
        dns.Mx("example.org", (10, "both.org")).Host("both.org", "10.0.0.1", "2a00::1");

        Assert.Equal("2a00::1", Assert.Single(Assert.Single(Assert.IsType<Route.Exchangers>(await RouteOf("example.org")).InOrder).Addresses).ToString());
    }

    [Fact]
    public async Task Find_ManyAddresses_AtMostFiveSharedByTheHosts()
    {
        dns.Mx("example.org", (10, "a.org"), (20, "b.org"))
            .Host("a.org", [.. Enumerable.Range(1, 8).Select(at => $"192.5.5.{at}")])
            .Host("b.org", [.. Enumerable.Range(1, 8).Select(at => $"192.5.6.{at}")]);

        var route = Assert.IsType<Route.Exchangers>(await RouteOf("example.org"));

        Assert.Equal([3, 2], route.InOrder.Select(exchanger => exchanger.Addresses.Length));
    }

    [Fact]
    public async Task Find_FirstRowOfMany_LeavesAPlaceForTheBackup()
    {
        dns.Mx("example.org", [.. Enumerable.Range(0, 8).Select(at => (10, $"m{at}.org")), (50, "backup.org")]).Host("backup.org", "192.5.6.1");
        for (var at = 0; at < 8; at++)
            dns.Host($"m{at}.org", $"192.5.5.{at + 1}");

        var route = Assert.IsType<Route.Exchangers>(await RouteOf("example.org"));

        Assert.Equal(5, route.InOrder.Length);
        Assert.Equal("backup.org", route.InOrder[^1].Host);
    }

    [Fact]
    public async Task Find_TwoHundredDeadExchangers_AsksAFewAndDoesNotCondemn()
    {
        dns.Mx("example.org", [.. Enumerable.Range(0, 200).Select(at => (at, $"m{at}.org"))]);

        Assert.Equal(new Route.Unresolved(DnsOutcome.Failure), await RouteOf("example.org"));
        Assert.Equal(21, dns.Asked.Count);
    }

    [Fact]
    public async Task Find_FirstFiveDead_GoesOnToTheNext()
    {
        dns.Mx("example.org", [.. Enumerable.Range(0, 9).Select(at => (at, $"m{at}.org"))]).Host("m7.org", "192.5.5.1");

        Assert.Equal("m7.org", Assert.Single(Assert.IsType<Route.Exchangers>(await RouteOf("example.org")).InOrder).Host);
    }

    [Fact]
    public async Task Find_HostNamedTwice_IsAskedOnceAtItsBestPreference()
    {
        dns.Mx("example.org", (30, "a.org"), (10, "a.org")).Host("a.org", "192.5.5.1");

        Assert.Equal(10, Assert.Single(Assert.IsType<Route.Exchangers>(await RouteOf("example.org")).InOrder).Preference);
        Assert.Equal("MX example.org, A a.org", string.Join(", ", dns.Asked));
    }

    [Theory]
    [InlineData("aspmx.l.google.com", "google")]
    [InlineData("example-org.mail.protection.outlook.com", "microsoft365")]
    [InlineData("mx.small.co.uk", "small.co.uk")]
    public async Task Find_Provider_IsWhoOperatesTheFirstExchanger(string host, string provider)
    {
        dns.Mx("example.org", (10, host)).Host(host, "192.5.5.1");

        Assert.Equal(provider, Assert.IsType<Route.Exchangers>(await RouteOf("example.org")).Provider);
    }

    [Fact]
    public async Task Find_VanityNameOfAProvider_IsSeenThroughItsAlias()
    {
        dns.Mx("example.org", (10, "mail.example.org")).Alias("mail.example.org", "aspmx.l.google.com", "192.5.5.1");

        Assert.Equal("google", Assert.IsType<Route.Exchangers>(await RouteOf("example.org")).Provider);
    }

    [Fact]
    public async Task Find_Alias_IsKeptWithItsExchanger()
    {
        dns.Mx("example.org", (10, "mail.example.org")).Alias("mail.example.org", "aspmx.l.google.com", "192.5.5.1");

        Assert.Equal("aspmx.l.google.com", Assert.IsType<Route.Exchangers>(await RouteOf("example.org")).InOrder[0].CanonicalName);
    }

    [Fact]
    public async Task Find_WhereTheBestCannotBeLookedUp_ThoseBehindItAreBackups()
    {
        dns.Mx("example.org", (10, "a.org"), (20, "b.org")).HostFails("a.org", DnsOutcome.Timeout).Host("b.org", "192.5.5.1");
        dns.Mx("whole.example", (20, "b.org"));

        var route = Assert.IsType<Route.Exchangers>(await RouteOf("example.org"));
        Assert.Equal((10, true), (route.MissingPreference, route.IsBackup("b.org")));
        Assert.Null(Assert.IsType<Route.Exchangers>(await RouteOf("whole.example")).MissingPreference);
    }

    // Nobody could deliver to a name that does not exist: what comes behind it takes all mail.
    [Fact]
    public async Task Find_WhereTheBestDoesNotExist_TheNextIsTheBest()
    {
        dns.Mx("example.org", (10, "a.org"), (20, "b.org")).HostFails("a.org", DnsOutcome.NxDomain).Host("b.org", "192.5.5.1");

        Assert.False(Assert.IsType<Route.Exchangers>(await RouteOf("example.org")).IsBackup("b.org"));
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(600, 600)]
    [InlineData(86_400, 3600)]
    public async Task Find_Freshness_IsTheSmallestTtlWithinBounds(int ttl, int seconds)
    {
        dns.MxFor("example.org", TimeSpan.FromSeconds(ttl), (10, "a.org")).HostFor("a.org", TimeSpan.FromHours(5), "192.5.5.1");
        dns.MxFor("b.example", TimeSpan.FromHours(5), (10, "b.org")).HostFor("b.org", TimeSpan.FromSeconds(ttl), "192.5.5.1");
        dns.MxEnds("c.example", DnsOutcome.NxDomain, TimeSpan.FromSeconds(ttl));

        foreach (var domain in new[] { "example.org", "b.example", "c.example" })
        {
            var finding = await Finder().FindAsync(domain, TestContext.Current.CancellationToken);
            Assert.Equal(clock.GetUtcNow(), finding.FoundAt);
            Assert.Equal(TimeSpan.FromSeconds(seconds), finding.FreshUntil - finding.FoundAt);
        }
    }

    [Fact]
    public async Task Find_OneTargetFailedBesideAGoodOne_IsSoonAskedAgain()
    {
        dns.Mx("example.org", (5, "fails.org"), (10, "good.org")).HostFails("fails.org", DnsOutcome.Timeout).Host("good.org", "192.5.5.1");

        var finding = await Finder().FindAsync("example.org", TestContext.Current.CancellationToken);

        Assert.Equal(Lifetime.Floor, finding.FreshUntil - finding.FoundAt);
    }

    [Fact]
    public async Task Find_RouteIsFull_DoesNotAskForIpv6OfTheRest()
    {
        dns.Mx("example.org", (5, "many.org"), (10, "six.org")).Host("many.org", [.. Enumerable.Range(1, 5).Select(at => $"192.5.5.{at}")]).Host("six.org", "2a00::1");

        Assert.Equal("many.org", Hosts(Assert.IsType<Route.Exchangers>(await RouteOf("example.org"))));
        Assert.DoesNotContain("AAAA six.org", dns.Asked, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Find_ManyAtOnce_ShareTheRandomnessSafely()
    {
        dns.Mx("example.org", [.. Enumerable.Range(0, 5).Select(at => (10, $"m{at}.org"))]);
        for (var at = 0; at < 5; at++)
            dns.Host($"m{at}.org", $"192.5.5.{at + 1}");
        var finder = Finder();

        var found = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => finder.FindAsync("example.org", TestContext.Current.CancellationToken).AsTask())));

        Assert.All(found, finding => Assert.Equal(5, Assert.IsType<Route.Exchangers>(finding.Route).InOrder.Length));
        Assert.Equal(5, found.DistinctBy(finding => ((Route.Exchangers)finding.Route).InOrder[0].Host, StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Find_Unresolved_IsNeverFresh()
    {
        var finding = await Finder(dns.MxEnds("example.org", DnsOutcome.Failure)).FindAsync("example.org", TestContext.Current.CancellationToken);

        Assert.Equal(finding.FoundAt, finding.FreshUntil);
    }

    [Fact]
    public async Task Find_AllowedLoopback_IsUsed()
    {
        dns.Mx("example.org", (10, "a.org")).Host("a.org", "127.0.0.5");
        Assert.True(AddressPolicy.TryParse("127.0.0.0/8", out var policy));

        Assert.IsType<Route.Exchangers>((await Finder(policy: policy).FindAsync("example.org", TestContext.Current.CancellationToken)).Route);
    }

    [Fact]
    public async Task Find_CallerGivesUp_IsCancelled() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Finder().FindAsync("example.org", new CancellationToken(canceled: true)));

    private static string Hosts(Route.Exchangers route) => string.Join(' ', route.InOrder.Select(exchanger => exchanger.Host));

    private RouteFinder Finder(FakeResolver? resolver = null, AddressPolicy? policy = null, int seed = 1) =>
        new(resolver ?? dns, policy ?? AddressPolicy.PublicOnly, ProviderCatalog.Default, new Random(seed), clock);

    private async Task<Route> RouteOf(string domain, FakeResolver? resolver = null) =>
        (await Finder(resolver).FindAsync(domain, TestContext.Current.CancellationToken)).Route;
}
