using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>The help pages, which are open to who is not signed in.</summary>
[Trait("Pace", "slow")]
public sealed class HelpPagesTests(Installation installation) : PageTest(installation)
{
    public static TheoryData<string> Pages => ["/help", "/help/start", "/help/reasons", "/help/file", "/help/api", "/help/operate", "/help/maintain"];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Help_OnAPhone_NeverScrollsSideways(string path)
    {
        var page = await OpenAsync(path, Visitor.OnPhone with { IsSignedIn = false });
        await Assertions.Expect(page.GetByRole(AriaRole.Contentinfo)).ToBeVisibleAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
    }

    [Fact]
    public async Task Path_ThatNobodyKnows_IsToldWithWaysOn()
    {
        Watch.Allow(404, "/nothing/here");
        var page = await OpenAsync("/nothing/here", Visitor.Stranger);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("No such page");
        await Assertions.Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("Nothing is at /nothing/here.");
        await page.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "look for help" }).ClickAsync();
        await page.ArrivesAsync("/help");

        // Programs are told as they understand it, and so is who looks at the API.
        var client = await Installation.ClientAsync();
        using var problem = await client.GetAsync(new Uri("/nothing/here", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("application/problem+json", problem.Content.Headers.ContentType?.MediaType);

        // Neither is kept by anybody in the place of the other.
        using var head = new HttpRequestMessage(HttpMethod.Head, "/nothing/here") { Headers = { { "Accept", "text/html" } } };
        using var missing = await client.SendAsync(head, TestContext.Current.CancellationToken);
        Assert.Equal(("text/html", 404, true), (missing.Content.Headers.ContentType?.MediaType, (int)missing.StatusCode, missing.Headers.CacheControl?.NoStore));
    }

    [Fact]
    public async Task Help_FromItsFirstPage_LeadsToAReason()
    {
        var page = await OpenAsync("/help", Visitor.Stranger);
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Why does it say that?" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Reasons");
        await Assertions.Expect(page.Locator("#accept_all")).ToContainTextAsync("accepts every mailbox");
    }
}
