using System.Net;
using System.Net.Http.Headers;
using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>The page of keys.</summary>
[Trait("Pace", "slow")]
public sealed class KeysPageTests(Installation installation) : PageTest(installation)
{
    [Fact]
    public async Task Key_Made_IsShownOnceAndOpensWhatItMay()
    {
        var page = await OpenAsync("/operate/keys");
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.GetByLabel("What is it for?").FillAsync("A form");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "verify" }).UncheckAsync();
        _ = await page.GetByLabel("When does it end?").SelectOptionAsync("30");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "The key “A form” is made" })).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy the key" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Copied" })).ToHaveCountAsync(1);
        var key = await page.EvaluateAsync<string>("navigator.clipboard.readText()");
        Assert.StartsWith("ev_live_", key, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await AskAsync("/v1/batches", key));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync("/v1/providers", key));

        await page.GetByRole(AriaRole.Button, new() { Name = "I have it" }).ClickAsync();
        Assert.DoesNotContain(key, await page.ContentAsync(), StringComparison.Ordinal);
        var row = Row(page, "A form");
        await Assertions.Expect(row).ToContainTextAsync(key[..12]);
        await Assertions.Expect(row).ToContainTextAsync("in 30 d");
    }

    [Fact]
    public async Task Revoke_OnceConfirmed_EndsTheKey()
    {
        var page = await OpenAsync("/operate/keys");
        await page.GetByLabel("What is it for?").FillAsync("A mistake");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();
        var key = await page.Locator("pre code").TextContentAsync();
        var revoke = page.GetByRole(AriaRole.Button, new() { Name = "Revoke A mistake" });

        // Escape leaves it.
        await revoke.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Revoke “A mistake”?" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        Assert.Equal(HttpStatusCode.OK, await AskAsync("/v1/batches", key!));

        await revoke.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke it" }).ClickAsync();
        await Assertions.Expect(revoke).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Keys in use" })).ToBeFocusedAsync();
        await page.GetByText("Ended (").ClickAsync();
        await Assertions.Expect(Row(page, "A mistake")).ToContainTextAsync("revoked");
    }

    [Fact]
    public async Task Replace_OnceConfirmed_ShowsAnotherKeyWhileTheOldOneWorks()
    {
        var page = await OpenAsync("/operate/keys");
        await page.GetByLabel("What is it for?").FillAsync("A program");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();
        var old = await page.Locator("pre code").TextContentAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "I have it" }).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Replace A program" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Replace “A program”?" })).ToContainTextAsync("24 hours more");
        await page.GetByRole(AriaRole.Button, new() { Name = "Replace it" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "The key “A program” is made" })).ToBeFocusedAsync();
        var key = await page.Locator("pre code").TextContentAsync();
        Assert.NotEqual(old, key, StringComparer.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await AskAsync("/v1/batches", key!));
        Assert.Equal(HttpStatusCode.OK, await AskAsync("/v1/batches", old!));
        await Assertions.Expect(Row(page, "A program")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Key_WithoutAPurposeOrAScope_IsAskedForBoth()
    {
        var page = await OpenAsync("/operate/keys");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "verify" }).UncheckAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "read" }).UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();

        await Assertions.Expect(page.GetByLabel("What is it for?")).ToBeFocusedAsync();
        await Assertions.Expect(page.GetByText("Say what the key is for")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Choose at least one thing that it may do.")).ToBeVisibleAsync();
        Assert.DoesNotContain(Watch.Requests, request => request.StartsWith("POST", StringComparison.Ordinal));
    }

    private static ILocator Row(IPage page, string name) =>
        page.GetByRole(AriaRole.Listitem).Filter(new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 3 }) });

    private async Task<HttpStatusCode> AskAsync(string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        using var response = await (await Installation.ClientAsync()).SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
