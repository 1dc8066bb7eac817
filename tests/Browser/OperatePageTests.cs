using System.Net.Http.Json;
using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>The page that tells an operator how the machine is getting on.</summary>
[Trait("Pace", "slow")]
public sealed class OperatePageTests(Installation installation) : PageTest(installation)
{
    private const string Trouble = """
        {"providers":[
          {"provider":"aol","named":true,"lanes":[{"egress":"eg-1","rate_per_second":1,"min_rate_per_second":0.1,"max_rate_per_second":4,"sessions":1,"max_sessions":2,"circuit":"closed","until":null,"why":null,
            "refused_ratio":0.1,"refused_ratio_cap":0.3,"waiting":{"interactive":1,"batch":6},"last_replies":[]}]},
          {"provider":"google","named":true,"lanes":[{"egress":"eg-2","rate_per_second":0.5,"min_rate_per_second":0.1,"max_rate_per_second":10,"sessions":0,"max_sessions":2,"circuit":"open","until":"2099-01-01T00:00:00Z","why":"blocked",
            "refused_ratio":0.31,"refused_ratio_cap":0.3,"waiting":{"interactive":0,"batch":1340},
            "last_replies":[{"at":"2026-11-29T10:00:00Z","exchanger":"mx.google.test","code":550,"enhanced":"5.7.1","text":"<egress> is blocked","meaning":"policy_blocked"}]}]}],
         "left_out":7}
        """;

    private const string Resting = """
        {"egresses":[{"name":"eg-2","address":"192.0.2.11","helo_name":"b.example","mail_from":"probe@b.example","state":"resting","until":"2099-01-01T00:00:00Z","why":"blocked","blocked_by":["google","aol"],
          "last_block":{"provider":"google","at":"2026-11-29T10:00:00Z"},"providers":[{"provider":"other","accepted":1200,"refused":3,"blocked":4}]},
         {"name":"eg-1","address":null,"helo_name":"a.example","mail_from":"probe@a.example","state":"healthy","until":null,"why":null,"blocked_by":[],"last_block":null,"providers":[]}]}
        """;

    private const string Waiting = """
        {"verifications":{"waiting":1,"next_at":"2026-11-29T10:00:00Z"},"batch_rows":{"waiting":250,"next_at":"2099-01-01T00:00:00Z"},"at":"2026-11-29T10:00:00Z",
         "due":[{"from":null,"to":"2026-11-29T10:00:00Z","count":1},{"from":"2026-11-29T10:00:00Z","to":"2026-11-29T10:01:00Z","count":50},{"from":"2026-11-29T10:01:00Z","to":"2026-11-29T10:10:00Z","count":200},
          {"from":"2026-11-29T10:10:00Z","to":null,"count":0}]}
        """;

    [Fact]
    public async Task Lane_OfAnAskedProvider_ShowsItsFiguresAndWhatWasSaid()
    {
        var client = await Installation.ClientAsync();
        using var verdict = await client.PostAsJsonAsync(new Uri("/v1/verifications", UriKind.Relative), new { email = "nobody.at.all.1815@gmail.com", timeout = 20 }, TestContext.Current.CancellationToken);
        var page = await OpenAsync("/operate");

        var lane = page.GetByRole(AriaRole.Region, new() { Name = "google", Exact = true });
        await Assertions.Expect(lane).ToContainTextAsync("Rate now");
        await lane.GetByText("Last replies").First.ClickAsync();
        await lane.GetByRole(AriaRole.Link, new() { Name = "explain" }).First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Article).GetByRole(AriaRole.Heading)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Egress_OfTheSandbox_IsHealthy()
    {
        var page = await OpenAsync("/operate");

        var egresses = page.GetByRole(AriaRole.Region, new() { Name = "Egresses" });
        await Assertions.Expect(egresses).ToContainTextAsync("healthy");
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "To be asked again" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Trouble_OfAnyKind_IsToldAtTheTop()
    {
        var page = await OpenWithAsync(Trouble, Resting, Waiting);

        var summary = page.Locator("main > .notice");
        await Assertions.Expect(summary).ToContainTextAsync("Something wants a look.");
        await Assertions.Expect(summary).ToContainTextAsync("1 session is open, 1,347 addresses wait to be asked about.");
        await Assertions.Expect(summary).ToContainTextAsync("The egress eg-2 rests, since we were blocked");
        await Assertions.Expect(summary).ToContainTextAsync("google is not asked from eg-2, since we were blocked");

        // The provider in trouble stands first, though another comes before it in the alphabet.
        var lanes = page.GetByRole(AriaRole.Region, new() { Name = "Lanes" });
        await Assertions.Expect(lanes.GetByRole(AriaRole.Heading, new() { Level = 3 })).ToHaveTextAsync(["google", "aol"]);
        await Assertions.Expect(lanes).ToContainTextAsync("31 % of at most 30 %");
        await Assertions.Expect(lanes).ToContainTextAsync("1 of them somebody waits for");
        await Assertions.Expect(lanes).ToContainTextAsync("7 more small hosts");
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Egresses" })).ToContainTextAsync("we were blocked by google and aol");
        await Assertions.Expect(page.GetByRole(AriaRole.Table, new() { Name = "How many are due when" }).GetByRole(AriaRole.Rowheader)).ToHaveTextAsync(["overdue", "within 1 min", "in 1 min to 10 min"]);
    }

    [Fact]
    public async Task Nothing_ToDo_IsSaidToBeWell()
    {
        var page = await OpenWithAsync(
            """{"providers":[],"left_out":0}""",
            """{"egresses":[{"name":"eg-1","address":null,"helo_name":"a.example","mail_from":"probe@a.example","state":"healthy","until":null,"why":null,"blocked_by":[],"last_block":null,"providers":[]}]}""",
            """{"verifications":{"waiting":0,"next_at":null},"batch_rows":{"waiting":0,"next_at":null},"due":[],"at":"2026-11-29T10:00:00Z"}""");

        await Assertions.Expect(page.Locator("main > .notice")).ToHaveTextAsync("All is well. Nobody is asked at the moment.");
        await Assertions.Expect(page.GetByText("No lane is open.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Nothing waits.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Egresses_NoneSet_IsToldAsTheThingToMend()
    {
        var page = await OpenWithAsync("""{"providers":[],"left_out":0}""", """{"egresses":[]}""", Waiting);

        await Assertions.Expect(page.Locator("main > .notice")).ToContainTextAsync("This needs you now.");
        await Assertions.Expect(page.Locator("main > .notice")).ToContainTextAsync("No egress is set");
    }

    [Fact]
    public async Task Look_IsRepeated_UntilThePageIsToldToStandStill()
    {
        var page = await OpenAsync("/operate");
        _ = await page.WaitForResponseAsync("**/v1/providers");
        _ = await page.WaitForResponseAsync("**/v1/providers");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stand still" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Standing still")).ToBeVisibleAsync();
        await page.WaitForTimeoutAsync(1_000);
        var before = Count();
        await page.WaitForTimeoutAsync(5_000);
        Assert.Equal(before, Count());

        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        _ = await page.WaitForResponseAsync("**/v1/providers");

        int Count() => Watch.Requests.Count(request => request.EndsWith("/v1/providers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Failure_OfALook_IsToldAndEndsWithTheNext()
    {
        Watch.Allow(500, "/v1/egresses");
        var page = await EnterAsync();
        await page.RouteAsync("**/v1/egresses", route => route.FulfillAsync(new() { Status = 500, ContentType = "application/problem+json", Body = """{"code":"internal_error","title":"Something broke here.","detail":"It is in the log."}""" }));
        _ = await page.GotoAsync("/operate");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Something broke here. It is in the log.");

        await page.UnrouteAsync("**/v1/egresses");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Egresses" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Tab_Clicked_LeadsToItsPage()
    {
        var page = await OpenAsync("/operate");
        var tabs = page.GetByRole(AriaRole.Navigation, new() { Name = "For operators" });
        foreach (var (name, path) in new[] { ("Doctor", "/operate/doctor"), ("Keys", "/operate/keys"), ("Settings", "/operate/settings"), ("Now", "/operate") })
        {
            await tabs.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
            await page.ArrivesAsync(path);
            await Assertions.Expect(tabs.GetByRole(AriaRole.Link, new() { Name = name })).ToHaveAttributeAsync("aria-current", "page");
        }

        await Assertions.Expect(tabs.GetByRole(AriaRole.Link, new() { Name = "Orleans Dashboard" })).ToHaveAttributeAsync("href", "/dashboard");
        await Assertions.Expect(tabs.GetByRole(AriaRole.Link, new() { Name = "Metrics" })).ToHaveAttributeAsync("href", "/metrics");
    }

    [Fact]
    public async Task Page_OfWhoMayNotOperate_SaysWhichKeyIsNeeded()
    {
        var page = await EnterAsync();
        await page.RouteAsync("**/v1/me", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = """{"customer":"cus_default","key":{"id":"key_a","name":"reader","prefix":"ev_live_abcd"},"scopes":["read"],"test":false,"sandbox":true,"version":"0.1.0"}""",
        }));
        _ = await page.GotoAsync("/operate");

        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("This page needs a key that may operate.");
        Assert.DoesNotContain(Watch.Requests, request => request.EndsWith("/v1/providers", StringComparison.Ordinal));
    }

    // What the sandbox does not come to by itself.
    private async Task<IPage> OpenWithAsync(string providers, string egresses, string retries)
    {
        var page = await EnterAsync();
        foreach (var (path, body) in new[] { ("providers", providers), ("egresses", egresses), ("retries", retries), ("doctor", """{"verdict":"able","at":"2026-11-29T10:00:00Z","checks":[],"warnings":[]}""") })
            await page.RouteAsync("**/v1/" + path, route => route.FulfillAsync(new() { ContentType = "application/json", Body = body }));
        _ = await page.GotoAsync("/operate");
        await page.GetByRole(AriaRole.Region, new() { Name = "Lanes" }).WaitForAsync();
        return page;
    }
}
