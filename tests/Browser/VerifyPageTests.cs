using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EmailVerify.Browser;

/// <summary>The page on which one address is verified, with what can be done there.</summary>
[Trait("Pace", "slow")]
public sealed class VerifyPageTests(Installation installation) : PageTest(installation)
{
    [Fact]
    public async Task Address_TypedAndEntered_IsAnsweredWithItsStory()
    {
        var page = await OpenAsync("/");
        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Email address" })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("ada.lovelace@gmail.com");
        await page.Keyboard.PressAsync("Enter");

        await Expect(Verdict(page)).ToContainTextAsync("The mailbox takes mail");
        await Expect(Verdict(page)).ToContainTextAsync("97 %");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("ada.lovelace@gmail.com: deliverable");
        var story = page.GetByRole(AriaRole.Region, new() { Name = "How we know" });
        await Expect(story.GetByRole(AriaRole.Heading, new() { Level = 3 })).ToContainTextAsync(["The address was read", "Where its mail goes", "We asked", "The server said", "What follows"]);
        await Expect(story).ToContainTextAsync("adalovelace@gmail.com");
        await Expect(story).ToContainTextAsync("gmail-smtp-in.l.google.com");
        await Expect(story).ToContainTextAsync("250 2.1.5 OK");
        await Expect(story).ToContainTextAsync("TLS 1.3");
    }

    [Theory]
    [InlineData("nobody.at.all.1815@gmail.com", "undeliverable", "There is no such mailbox", "<recipient>")]
    [InlineData("anything.goes@catch-all.test", "risky", "The domain takes everything", "mailboxes that cannot exist")]
    [InlineData("full.inbox@gmail.com", "risky", "The mailbox is full", "about the mailbox")]
    [InlineData("ada@null-mx.test", "undeliverable", "The domain takes no mail", "RFC 7505")]
    [InlineData("ada..lovelace@postfix.test", "undeliverable", "This is no email address", "a dot at its start, at its end or next to another dot")]
    [InlineData("ada@mailinator.com", "risky", "A throw-away mailbox", "The server said")]
    public async Task Example_Clicked_IsAnswered(string email, string status, string reason, string told)
    {
        var page = await OpenAsync("/");
        await page.GetByRole(AriaRole.Button, new() { Name = email }).ClickAsync();
        await Expect(Verdict(page)).ToContainTextAsync(reason);
        await Expect(Verdict(page).Locator(".chip").First).ToHaveTextAsync(status);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "How we know" })).ToContainTextAsync(told);
        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Email address" })).ToHaveValueAsync(email);
    }

    [Fact]
    public async Task Address_OfAServerThatPutsStrangersOff_IsWaitedForBeforeTheEyes()
    {
        var page = await OpenAsync("/#" + "cleo@greylist-forever.test");
        var story = page.GetByRole(AriaRole.Region, new() { Name = "How we know" });
        await Expect(page.GetByRole(AriaRole.Timer)).ToBeVisibleAsync();
        await Expect(Verdict(page)).ToContainTextAsync("not yet known");
        await Expect(story).ToContainTextAsync("The first attempt: we asked mx.greylist-forever.test");
        await Expect(story).ToContainTextAsync("So we came back after");
        await Expect(Verdict(page).Locator(".chip")).ToHaveTextAsync("unknown", new() { Timeout = 60_000 });
        await Expect(page.GetByRole(AriaRole.Timer)).ToHaveCountAsync(0);
        await Expect(story).ToContainTextAsync("The second attempt: we asked mx.greylist-forever.test");
    }

    [Fact]
    public async Task Wait_WhileTheServiceIsAway_GoesOn()
    {
        var page = await OpenAsync("/");
        Watch.Allow(503, "/v1/verifications/");
        await page.RouteAsync("**/v1/verifications/**", route => route.FulfillAsync(new() { Status = 503, ContentType = "application/problem+json", Body = """{"code":"storage_unavailable","title":"The database cannot be reached"}""" }));
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Email address" }).FillAsync("dora@greylist-forever.test");
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify", Exact = true }).ClickAsync();
        await Expect(Verdict(page)).ToContainTextAsync("The database cannot be reached. It is tried again.");
        await Expect(Verdict(page)).ToContainTextAsync("not yet known");

        await page.UnrouteAllAsync();
        await Expect(Verdict(page).Locator(".chip")).ToHaveTextAsync("unknown", new() { Timeout = 60_000 });
        await Expect(Verdict(page)).Not.ToContainTextAsync("tried again");
    }

    [Fact]
    public async Task Question_AskedWhileAnotherWaits_TakesItsPlace()
    {
        var page = await OpenAsync("/#" + "ada@greylist-forever.test");
        await Expect(Verdict(page)).ToContainTextAsync("not yet known");
        await page.GetByRole(AriaRole.Button, new() { Name = "ada@null-mx.test" }).ClickAsync();
        await Expect(Verdict(page)).ToContainTextAsync("The domain takes no mail");
        var asked = Watch.Requests.Count;
        await page.WaitForTimeoutAsync(3_000);
        Assert.Equal(asked, Watch.Requests.Count);
    }

    [Fact]
    public async Task Address_Asked_IsInThePagesOwnAddressButInNoRequests()
    {
        var page = await OpenAsync("/");
        await page.GetByRole(AriaRole.Button, new() { Name = "nobody.at.all.1815@gmail.com" }).ClickAsync();
        await Expect(Verdict(page)).ToContainTextAsync("There is no such mailbox");
        await page.GetByRole(AriaRole.Button, new() { Name = "full.inbox@gmail.com" }).ClickAsync();
        await Expect(Verdict(page)).ToContainTextAsync("The mailbox is full");

        _ = await page.GoBackAsync();
        await Expect(Verdict(page)).ToContainTextAsync("There is no such mailbox");
        _ = await page.ReloadAsync();
        await Expect(Verdict(page)).ToContainTextAsync("There is no such mailbox");
        Assert.EndsWith("/#nobody.at.all.1815%40gmail.com", page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(Watch.Requests, request => request.Split('#')[0].Contains("1815", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Suggestion_Clicked_IsAsked()
    {
        var page = await OpenAsync("/#" + "ada.lovelace@gmial.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "ada.lovelace@gmail.com", Exact = true }).ClickAsync();
        await Expect(Verdict(page)).ToContainTextAsync("The mailbox takes mail");
        await Expect(Verdict(page).GetByRole(AriaRole.Heading)).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Answer_AskedAnew_IsNotTakenFromBefore()
    {
        var page = await OpenAsync("/#" + "not-there-at-all@outlook.com");
        await Expect(Verdict(page)).ToContainTextAsync("There is no such mailbox");
        _ = await page.ReloadAsync();
        await Expect(Verdict(page)).ToContainTextAsync("from an earlier question");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask anew" }).ClickAsync();
        await Expect(Verdict(page)).ToContainTextAsync("asked just now");

        await page.GetByText("Earlier answers for this address").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Earlier answers" }).GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        await Expect(page.GetByText("The answer was always the same.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Reply_AskedWhy_IsExplained()
    {
        var page = await OpenAsync("/#" + "nobody.at.all.1815@gmail.com");
        await page.GetByText("As the rules read it").ClickAsync();
        await Expect(page.GetByText("Words found")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Why?" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 2, Name = "There is no such mailbox" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Answer_AsAProgramSeesIt_CanBeCopied()
    {
        var page = await OpenAsync("/#" + "o'hara@null-mx.test");
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.GetByText("As a program sees it").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy the command" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeVisibleAsync();
        Assert.Equal(
            $$"""curl -H "Authorization: Bearer $KEY" --json '{"email":"o'\''hara@null-mx.test"}' {{new Uri(page.Url).GetLeftPart(UriPartial.Authority)}}/v1/verifications""",
            await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy the answer" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToHaveCountAsync(2);
        Assert.Equal("null_mx", await page.EvaluateAsync<string>("navigator.clipboard.readText().then(text => JSON.parse(text).reason)"));
    }

    [Fact]
    public async Task Service_ThatDoesNotAnswer_IsTold()
    {
        var page = await OpenAsync("/");
        await page.RouteAsync("**/v1/verifications", route => route.AbortAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "ada@null-mx.test" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The service does not answer");
        Assert.All(Watch.Take(), finding => Assert.Contains("/v1/verifications failed", finding, StringComparison.Ordinal));

        await page.UnrouteAsync("**/v1/verifications");
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).ClickAsync();
        await Expect(Verdict(page)).ToContainTextAsync("The domain takes no mail");
    }

    [Fact]
    public async Task Page_OnAPhone_NeverScrollsSideways()
    {
        var page = await OpenAsync("/#" + "anything.goes@catch-all.test", Visitor.OnPhone with { Width = 360 });
        await Expect(Verdict(page)).ToContainTextAsync("The domain takes everything");
        await page.GetByText("As a program sees it").ClickAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }

    private static ILocator Verdict(IPage page) => page.Locator(".verdict");
}
