using System.Net;
using System.Text.Json;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Tests.Domains;

public sealed class RouteJsonTests
{
    public static TheoryData<Route, string> Shapes => new()
    {
        {
            new Route.Exchangers([new Exchanger("mx1.example.com", 10, [IPAddress.Parse("192.0.2.25"), IPAddress.Parse("2001:db8::25")]), new Exchanger("mx2.example.com", 20, [])], "google"),
            """{"kind":"exchangers","provider":"google","exchangers":[{"host":"mx1.example.com","preference":10,"addresses":["192.0.2.25","2001:db8::25"]},{"host":"mx2.example.com","preference":20,"addresses":[]}]}"""
        },
        {
            new Route.Exchangers([new Exchanger("mx.example.com", 20, [IPAddress.Parse("192.0.2.25")]) { CanonicalName = "mx.example.net" }], "example.net") { IsWhole = false, MissingPreference = 10 },
            """{"kind":"exchangers","provider":"example.net","incomplete":true,"missing_preference":10,"exchangers":[{"host":"mx.example.com","preference":20,"addresses":["192.0.2.25"],"canonical_name":"mx.example.net"}]}"""
        },
        { new Route.NullMx(), """{"kind":"null_mx"}""" },
        { new Route.NoSuchDomain(), """{"kind":"no_such_domain"}""" },
        { new Route.NoMail(), """{"kind":"no_mail"}""" },
        { new Route.Unroutable(), """{"kind":"unroutable"}""" },
        { new Route.Forbidden(), """{"kind":"forbidden"}""" },
        { new Route.Unresolved(DnsOutcome.Timeout), """{"kind":"unresolved","outcome":"timeout"}""" },
        { new Route.Unresolved(DnsOutcome.Failure), """{"kind":"unresolved","outcome":"failure"}""" },
    };

    [Theory]
    [MemberData(nameof(Shapes), DisableDiscoveryEnumeration = true)]
    public void Write_EachKind_IsTheShapeThatIsStored(Route route, string json)
    {
        Assert.Equal(json, RouteJson.Write(route));
        var read = RouteJson.Read(json);
        Assert.IsType(route.GetType(), read);
        Assert.Equal(json, RouteJson.Write(read!));
    }

    [Theory]
    [InlineData("""{"kind":"by_pigeon"}""")]
    [InlineData("""{"kind":"exchangers","exchangers":[]}""")]
    [InlineData("""{}""")]
    [InlineData("null")]
    public void Read_NoRouteOfThisVersion_IsNull(string json) => Assert.Null(RouteJson.Read(json));

    [Fact]
    public void Read_OfAnOlderOrNewerVersion_TakesWhatItKnows()
    {
        var route = Assert.IsType<Route.Exchangers>(RouteJson.Read("""{"kind":"exchangers","colour":"red","exchangers":[{"addresses":["192.0.2.25","ip:over:pigeon"]}]}"""));
        Assert.Equal("", route.Provider);
        Assert.Equal([IPAddress.Parse("192.0.2.25")], route.InOrder[0].Addresses);
        Assert.Equal(new Route.Unresolved(DnsOutcome.Failure), RouteJson.Read("""{"kind":"unresolved","outcome":"melted"}"""));
    }

    [Fact]
    public void Read_NoObject_IsADefect() => Assert.Throws<JsonException>(() => RouteJson.Read("[]"));
}
