using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>The page of the doctor.</summary>
[Trait("Pace", "slow")]
public sealed class DoctorPageTests(Installation installation) : PageTest(installation)
{
    private const string Unable = """
        {"verdict":"unable","at":"2026-11-29T10:00:00Z","checks":[
          {"id":"resolver","state":"ok","seen":"It answers.","why":"All begins there.","cure":null,"subject":null},
          {"id":"spf","state":"warning","seen":"No SPF.","why":"Some ask for it.","cure":"Add a record.","subject":"eg-1"},
          {"id":"block_lists","state":"skipped","seen":"No list is set.","why":"Lists are believed.","cure":null,"subject":"eg-1"},
          {"id":"port_25","state":"failed","seen":"No connection.","why":"Servers listen there.","cure":"Have it opened.","subject":"eg-1"},
          {"id":"a_new_check","state":"ok","seen":"Well.","why":"It may come.","cure":null,"subject":null}],"warnings":[]}
        """;

    private const string Able = """{"verdict":"able","at":"2026-11-29T10:00:10Z","checks":[{"id":"port_25","state":"ok","seen":"Open.","why":"Servers listen there.","cure":null,"subject":"eg-1"}],"warnings":[]}""";

    [Fact]
    public async Task Report_OfTheSandbox_IsShownAndRepeatedOnRequest()
    {
        var page = await OpenAsync("/operate/doctor");
        var look = page.GetByRole(AriaRole.Button, new() { Name = "Look again now" });
        await Assertions.Expect(look).ToBeEnabledAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Port 25 outwards");

        var asked = page.WaitForResponseAsync(response => response.Request.Method is "POST" && response.Url.EndsWith("/v1/doctor", StringComparison.Ordinal), new() { Timeout = 60_000 });
        await look.ClickAsync();
        Assert.Equal(200, (await asked).Status);
        await Assertions.Expect(look).ToBeEnabledAsync();
    }

    [Fact]
    public async Task Checks_OfEachState_StandTheWorstFirstWithWhatToDo()
    {
        var page = await OpenWithAsync(Unable);

        await Assertions.Expect(page.Locator("main > div > .notice")).ToContainTextAsync("This machine cannot verify now.");
        await Assertions.Expect(page.Locator("main > div > .notice")).ToContainTextAsync("1 failed, 1 warning, 1 not looked at, 2 fine.");
        var cards = page.GetByRole(AriaRole.Article);
        await Assertions.Expect(cards.GetByRole(AriaRole.Heading)).ToHaveTextAsync(["Port 25 outwards eg-1", "SPF of the sender’s domain eg-1", "Block lists eg-1"]);
        await Assertions.Expect(cards.First).ToContainTextAsync("No connection.");
        await Assertions.Expect(cards.First).ToContainTextAsync("Servers listen there.");
        await Assertions.Expect(cards.First).ToContainTextAsync("Have it opened.");
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Fine" }).GetByRole(AriaRole.Heading, new() { Level = 3 })).ToHaveTextAsync(["The DNS", "A new check"]);
    }

    [Fact]
    public async Task LookAgain_WhenAllIsMended_SaysSo()
    {
        var page = await OpenWithAsync(Unable);
        await page.RouteAsync("**/v1/doctor", route => route.FulfillAsync(new() { ContentType = "application/json", Body = Able }));
        await page.GetByRole(AriaRole.Button, new() { Name = "Look again now" }).ClickAsync();

        await Assertions.Expect(page.Locator("main > div > .notice")).ToContainTextAsync("This machine can verify.");
        await Assertions.Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "This machine can verify." })).ToHaveCountAsync(1);
    }

    private async Task<IPage> OpenWithAsync(string report)
    {
        var page = await EnterAsync();
        await page.RouteAsync("**/v1/doctor", route => route.FulfillAsync(new() { ContentType = "application/json", Body = report }));
        _ = await page.GotoAsync("/operate/doctor");
        await page.Locator("main > div > .notice").WaitForAsync();
        return page;
    }
}
