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
    public async Task Help_FromItsFirstPage_LeadsToAReason()
    {
        var page = await OpenAsync("/help", Visitor.Stranger);
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Why does it say that?" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Reasons");
        await Assertions.Expect(page.Locator("#accept_all")).ToContainTextAsync("accepts every mailbox");
    }
}
