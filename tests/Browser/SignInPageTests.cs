using EmailVerify.Host.Api.Keys;
using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>The page on which somebody signs in.</summary>
[Trait("Pace", "slow")]
public sealed class SignInPageTests(Installation installation) : PageTest(installation)
{
    [Fact]
    public async Task Key_OfTheOperator_LeadsBackToThePageThatAskedForIt()
    {
        var page = await OpenAsync("/sign-in?return=%2Freplies%3Fcode%3D550%26text%3Dno", Visitor.Stranger);
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Sign in" })).ToHaveCountAsync(0);
        await page.GetByLabel("Key", new() { Exact = true }).FillAsync($"  {ConfiguredKey.Sandbox}\n");
        await page.Keyboard.PressAsync("Enter");

        await page.ArrivesAsync("/replies?code=550&text=no");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Replies explained");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task SandboxKey_ByOneClick_SignsIn()
    {
        var page = await OpenAsync("/sign-in", Visitor.Stranger);
        await page.GetByRole(AriaRole.Button, new() { Name = "Use the sandbox’s key" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
        Assert.Equal("/", new Uri(page.Url).AbsolutePath);
    }

    [Fact]
    public async Task Key_ThatIsUnknown_IsRefusedInWordsAtTheField()
    {
        Watch.Allow(401, "/sign-in");
        var page = await OpenAsync("/sign-in", Visitor.Stranger);
        var field = page.GetByLabel("Key", new() { Exact = true });
        await field.FillAsync("ev_live_mistyped");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("No key of this installation reads like this");
        await Assertions.Expect(field).ToBeFocusedAsync();
        await Assertions.Expect(field).ToHaveValueAsync("ev_live_mistyped");
    }

    [Fact]
    public async Task Key_LeftOut_IsAskedForWithoutARequest()
    {
        var page = await OpenAsync("/sign-in", Visitor.Stranger);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Enter a key first.");
        Assert.DoesNotContain(Watch.Requests, request => request.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Code_ThatWasUsed_LeavesTheAddressBarAndSaysWhatToDo()
    {
        Watch.Allow(401, "/sign-in");
        var page = await OpenAsync("/sign-in?return=/replies#0123456789ABCDEFGHIJKLMNOP", Visitor.Stranger);

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This link does not sign in any more.");
        Assert.EndsWith("/sign-in?return=/replies", page.Url, StringComparison.Ordinal);
        await Assertions.Expect(page.GetByText("emailverify keys create")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Key_Typed_IsHiddenUntilItIsShown()
    {
        var page = await OpenAsync("/sign-in", Visitor.Stranger);
        var field = page.GetByLabel("Key", new() { Exact = true });
        await Assertions.Expect(field).ToHaveAttributeAsync("type", "password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show key" }).ClickAsync();
        await Assertions.Expect(field).ToHaveAttributeAsync("type", "text");
        await page.GetByRole(AriaRole.Button, new() { Name = "Hide key" }).ClickAsync();
        await Assertions.Expect(field).ToHaveAttributeAsync("type", "password");
    }

    [Fact]
    public async Task Return_WhateverTheLinkSays_StaysHere()
    {
        var page = await OpenAsync("/sign-in", Visitor.Stranger);
        var here = (await Installation.ClientAsync()).BaseAddress!.GetLeftPart(UriPartial.Authority);
        foreach (var (asked, expected) in new[]
        {
            (null, "/"),
            (string.Empty, "/"),
            ("/batches/bat_1?a=b#c", "/batches/bat_1?a=b#c"),
            ("//example.com", "/"),
            ("/\\example.com", "/"),
            ("\\\\example.com", "/"),
            ("/\t/example.com", "/"),
            ("/.//example.com", "//example.com"), // A path of this origin: the whole address is gone to, not this text.
            ("https://example.com/", "/"),
            ("javascript:alert(1)", "/"),
            ("replies", "/"),
            ("/sign-in?return=/sign-in", "/"),
        })
        {
            var goal = await page.EvaluateAsync<string>("async text => (await import('/js/parts/returnPath.js')).returnPath(text)", asked);
            Assert.Equal((asked, here + expected), (asked, goal));
        }
    }

    [Fact]
    public async Task Page_WhoseSessionEnds_AsksToSignInAndComesBack()
    {
        var page = await OpenAsync("/replies");
        await page.RouteAsync("**/v1/replies/explain", route => route.FulfillAsync(new() { Status = 401, ContentType = "application/problem+json", Body = """{"code":"session_ended","title":"You are signed out."}""" }));
        Watch.Allow(401, "/v1/replies/explain");
        await page.GetByRole(AriaRole.Button, new() { Name = "Greylisting" }).ClickAsync();

        await page.ArrivesAsync("/sign-in?return=%2Freplies");
    }
}
