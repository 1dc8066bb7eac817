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
    public void HasSameHosts_WhateverTheirOrderAndPreference_Is() => Assert.True(Of(("a", 10), ("b", 20)).HasSameHosts(Of(("b", 5), ("a", 5))));

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
        Assert.Equal("d.example", CatchAllName.Of("d.example", route, "b", policy with { Truth = RcptTruth.Yes }));
    }

    private static Route.Exchangers Of(params (string Host, int Preference)[] hosts) =>
        new([.. hosts.Select(one => new Exchanger(one.Host, one.Preference, ImmutableArray.Create(IPAddress.Loopback)))], "test");
}
