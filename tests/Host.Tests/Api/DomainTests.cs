using System.Net;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Replies;

namespace EmailVerify.Host.Tests.Api;

public sealed class DomainTests
{
    private static readonly Route.Exchangers ToGoogle = new([new Exchanger("aspmx.l.google.com", 10, [IPAddress.Parse("192.0.2.7")])], "google");

    [Fact]
    public async Task Get_StoredDomain_IsShownWithoutAskingAnybody()
    {
        await using var host = await ApiHost.StartAsync();
        var found = CatchAllFinding.None.With([new DecoyObservation(DecoyShape.Digits, ReplyMeaning.NoSuchMailbox)], ApiHost.Start);
        host.Domains.Put(new DomainRecord("xn--kln-sna.example", new RouteFinding(ToGoogle, ApiHost.Start, ApiHost.Start.AddHours(1)), found, ApiHost.Start.AddMinutes(5)));
        using var response = await host.GetAsync("/v1/domains/K%C3%B6ln.example");

        Assert.Equal(
            """{"domain":"xn--kln-sna.example","domain_unicode":"köln.example","route":{"kind":"mx","exchangers":[{"host":"aspmx.l.google.com","preference":10,"addresses":["192.0.2.7"]}],"found_at":"2026-11-24T10:15:40.912Z","dns":"ok"},"provider":"google","null_mx":false,"accept_all":{"state":"no","probability":0.02,"samples":1,"observed_at":"2026-11-24T10:15:40.912Z","fresh_until":"2026-12-01T10:15:40.912Z"},"verifiability":"mailbox","pause":{"until":"2026-11-24T10:20:40.912Z"},"flags":{"disposable":false,"free":false},"fresh_until":"2026-11-24T11:15:40.912Z"}""",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Empty(host.Domains.Asked);
    }

    [Fact]
    public async Task Get_DomainThatNothingIsKnownOf_AsksTheDnsOnce()
    {
        await using var host = await ApiHost.StartAsync();
        host.Domains.Dns = _ => new Route.Exchangers([new Exchanger("new.example", 0, [IPAddress.Parse("192.0.2.7")])], "new.example");
        using var first = await host.GetAsync("/v1/domains/new.example");
        var json = await first.JsonAsync();
        Assert.Equal(("implicit", "unknown", "unknown", 0), ((string?)json["route"]!["kind"], (string?)json["accept_all"]!["state"], (string?)json["verifiability"], (int)json["accept_all"]!["samples"]!));
        Assert.Null(json["accept_all"]!["observed_at"]);
        Assert.Null(json["pause"]);

        using var second = await host.GetAsync("/v1/domains/NEW.example");
        Assert.Equal(("new.example", false), Assert.Single(host.Domains.Asked));
    }

    [Fact]
    public async Task Get_Refresh_AsksTheDnsInAnyCase()
    {
        await using var host = await ApiHost.StartAsync();
        host.Domains.Put(new DomainRecord("moved.example", new RouteFinding(ToGoogle, ApiHost.Start, ApiHost.Start.AddHours(1)), CatchAllFinding.None, null));
        host.Domains.Dns = _ => new Route.NullMx();
        using var response = await host.GetAsync("/v1/domains/moved.example?refresh=true");
        var json = await response.JsonAsync();
        Assert.Equal(("null_mx", true, "no_mail", null), ((string?)json["route"]!["kind"], (bool)json["null_mx"]!, (string?)json["verifiability"], (string?)json["provider"]));
        Assert.Equal(("moved.example", true), Assert.Single(host.Domains.Asked));
    }

    [Fact]
    public async Task Get_DnsThatDoesNotAnswer_ShowsWhatWasKnownAndSaysSo()
    {
        await using var host = await ApiHost.StartAsync();
        host.Domains.Dns = _ => new Route.Unresolved(DnsOutcome.Timeout);
        host.Domains.Put(new DomainRecord("old.example", new RouteFinding(ToGoogle, ApiHost.Start.AddDays(-1), ApiHost.Start.AddHours(-1)), CatchAllFinding.None, null));
        using var known = await host.GetAsync("/v1/domains/old.example");
        var old = (await known.JsonAsync())["route"]!;
        Assert.Equal(("mx", "timeout", "2026-11-23T10:15:40.912Z"), ((string?)old["kind"], (string?)old["dns"], (string?)old["found_at"]));

        using var unknown = await host.GetAsync("/v1/domains/silent.example");
        var json = await unknown.JsonAsync();
        Assert.Equal(("unresolved", "timeout", null), ((string?)json["route"]!["kind"], (string?)json["route"]!["dns"], (string?)json["fresh_until"]));
    }

    [Fact]
    public async Task Get_WithATestKey_AsksNoDns()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync(test: true);
        using var response = await host.GetAsync("/v1/domains/new.example", ("Authorization", "Bearer " + key));
        _ = await response.ProblemAsync("insufficient_scope");
        Assert.Empty(host.Domains.Asked);
    }

    // What is stored needs no DNS: it is shown however many wait for it.
    [Fact]
    public async Task Get_WhileEightAreLookedUp_IsPutOffUnlessItIsStored()
    {
        await using var host = await ApiHost.StartAsync();
        host.Domains.Put(new DomainRecord("stored.example", new RouteFinding(ToGoogle, ApiHost.Start, ApiHost.Start.AddHours(1)), CatchAllFinding.None, null));
        var answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Domains.Answering = answers.Task;
        var waiting = Enumerable.Range(0, 8).Select(number => host.GetAsync($"/v1/domains/new-{number}.example")).ToArray();
        while (host.Domains.Asked.Count < 8)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);

        using var refused = await host.GetAsync("/v1/domains/ninth.example");
        using var stored = await host.GetAsync("/v1/domains/stored.example");
        answers.SetResult();

        _ = await refused.ProblemAsync("overloaded");
        Assert.Equal("5", refused.Header("Retry-After"));
        Assert.Equal(200, (int)stored.StatusCode);
        Assert.All(await Task.WhenAll(waiting), response => Assert.Equal(200, (int)response.StatusCode));
        using var after = await host.GetAsync("/v1/domains/ninth.example");
        Assert.Equal(200, (int)after.StatusCode);
    }

    [Theory]
    [InlineData("not a domain")]
    [InlineData("[192.0.2.1]")]
    [InlineData("a@b.example")]
    [InlineData("-.example")]
    [InlineData("a..b")]
    public async Task Get_NoDomain_IsRefusedAndWakesNoGrain(string text)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.GetAsync("/v1/domains/" + Uri.EscapeDataString(text));
        _ = await response.ProblemAsync("validation_failed");
        Assert.Equal(422, (int)response.StatusCode);
        Assert.Empty(host.Domains.Asked);
    }
}
