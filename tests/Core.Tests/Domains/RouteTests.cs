using System.Collections.Immutable;
using System.Net;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Tests.Domains;

public sealed class RouteTests
{
    [Theory]
    [InlineData("a", false)]
    [InlineData("b", false)]
    [InlineData("c", true)]
    [InlineData("elsewhere", false)]
    [InlineData(null, false)]
    public void IsBackup_AWorsePreference_Is(string? host, bool expected) => Assert.Equal(expected, Of(("a", 10), ("b", 10), ("c", 20)).IsBackup(host));

    [Fact]
    public void HasSameHosts_WhateverTheirOrder_Is()
    {
        Assert.True(Of(("a", 10), ("b", 10)).HasSameHosts(Of(("b", 5), ("a", 5))));
        Assert.True(Of(("a", 10), ("b", 20)).HasSameHosts(Of(("a", 10), ("c", 20))));
    }

    // What was learnt of the primary would be said of what was its backup.
    [Fact]
    public void HasSameHosts_WithAnotherBest_IsNot()
    {
        Assert.False(Of(("a", 10), ("b", 20)).HasSameHosts(Of(("b", 10), ("a", 20))));
        Assert.False((Of(("a", 10), ("b", 20)) with { IsWhole = false }).HasSameHosts(Of(("b", 10), ("a", 20))));
        Assert.False(Of(("a", 10), ("b", 20)).HasSameHosts(Of(("b", 5), ("a", 5))));
    }

    [Fact]
    public void IsBackup_WhereTheBestCouldNotBeLookedUp_Is()
    {
        var route = Of(("b", 20), ("c", 30)) with { IsWhole = false, MissingPreference = 10 };

        Assert.True(route.IsBackup("b"));
        Assert.True(route.HasSameHosts(Of(("a", 10), ("b", 20))));
        Assert.False(route.HasSameHosts(Of(("b", 20), ("c", 30))));
    }

    [Fact]
    public void HasSameHosts_OneMoreOrLess_IsNot()
    {
        Assert.False(Of(("a", 10)).HasSameHosts(Of(("a", 10), ("b", 10))));
        Assert.False(Of(("a", 10), ("b", 10)).HasSameHosts(Of(("a", 10))));
    }

    // Of more exchangers than are asked, others are named each time.
    [Fact]
    public void HasSameHosts_WhereNotAllAreNamed_ACommonOneIsEnough()
    {
        Assert.True((Of(("a", 10), ("b", 10)) with { IsWhole = false }).HasSameHosts(Of(("b", 10), ("c", 10))));
        Assert.False(Of(("a", 10)).HasSameHosts(Of(("b", 10)) with { IsWhole = false }));
    }

    [Fact]
    public void CatchAllName_OfABackup_IsOfItsOwn_UnlessTheProviderTellsTheTruth()
    {
        var route = Of(("a", 10), ("b", 20));
        var policy = new ProviderPolicy { Name = "test" };

        Assert.Equal("d.example", CatchAllName.Of("d.example", route, "a", policy));
        Assert.Equal("d.example/b", CatchAllName.Of("d.example", route, "b", policy));
        Assert.Equal("d.example", CatchAllName.Of("d.example", route, "b", policy with { Truth = RcptTruth.Yes, Exchangers = ["a", "b"] }));
    }

    // Anybody's host may stand behind a provider's.
    [Fact]
    public void CatchAllName_OfAForeignBackup_IsOfItsOwn_WhateverTheProviderTells()
    {
        var route = Of(("a", 10), ("b", 20));
        var policy = new ProviderPolicy { Name = "test", Truth = RcptTruth.Yes };

        Assert.Equal("d.example/b", CatchAllName.Of("d.example", route, "b", policy with { Exchangers = ["a"] }));
        Assert.Equal("d.example/b", CatchAllName.Of("d.example", route, "b", policy));
    }

    private static Route.Exchangers Of(params (string Host, int Preference)[] hosts) =>
        new([.. hosts.Select(one => new Exchanger(one.Host, one.Preference, ImmutableArray.Create(IPAddress.Loopback)))], "test");
}
