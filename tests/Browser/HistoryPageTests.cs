using System.Net.Http.Json;
using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>The page of everything that was verified.</summary>
[Trait("Pace", "slow")]
public sealed class HistoryPageTests(Installation installation) : PageTest(installation)
{
    [Fact]
    public async Task Search_ByDomain_ShowsWhatWasVerifiedThereAndCanBeLinkedTo()
    {
        await VerifyAsync("ada.history@postfix.test", "anything.history@catch-all.test");
        var page = await OpenAsync("/history");
        await page.GetByLabel("Domain", new() { Exact = true }).FillAsync("catch-all.test");
        await page.Keyboard.PressAsync("Enter");

        var found = page.GetByRole(AriaRole.Group, new() { Name = "What was verified" });
        await Assertions.Expect(found).ToContainTextAsync("anything.history@catch-all.test");
        await Assertions.Expect(found).Not.ToContainTextAsync("postfix.test");
        await page.ArrivesAsync("/history?domain=catch-all.test");
    }

    [Fact]
    public async Task Link_WithFilters_IsSearchedAtOnce()
    {
        await VerifyAsync("anything.history@catch-all.test");
        var page = await OpenAsync("/history?domain=catch-all.test&status=risky&from=2020-01-01");

        await Assertions.Expect(page.GetByLabel("Status")).ToHaveValueAsync("risky");
        await Assertions.Expect(page.GetByRole(AriaRole.Group, new() { Name = "What was verified" })).ToContainTextAsync("anything.history@catch-all.test");
        _ = await page.GetByLabel("Status").SelectOptionAsync("undeliverable");
        await Assertions.Expect(page.GetByText("Nothing that was verified is like that.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Search_ByWhatIsNoBatch_SaysSo()
    {
        Watch.Allow(422, "/v1/verifications/search");
        var page = await OpenAsync("/history?batch=7");

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("batch is the id of a batch");
    }

    [Fact]
    public async Task Pages_OfALongList_GoOnAndBack()
    {
        var page = await EnterAsync();
        await page.RouteAsync("**/v1/verifications/search?*", route => route.ContinueAsync(new() { PostData = System.Text.Encoding.UTF8.GetBytes(route.Request.PostData!.Replace("\"limit\":50", "\"limit\":1", StringComparison.Ordinal)) }));

        // A domain that no other test verifies at: what is newer would be the first of the first page.
        await VerifyAsync("ok1@d977.load.test", "ok2@d977.load.test");
        _ = await page.GotoAsync("/history?domain=d977.load.test");

        var first = await page.Locator("tbody th").First.TextContentAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Page 2", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("tbody th").First).Not.ToHaveTextAsync(first!);
        await page.GetByRole(AriaRole.Button, new() { Name = "Previous" }).ClickAsync();
        await Assertions.Expect(page.Locator("tbody th").First).ToHaveTextAsync(first!);
    }

    [Fact]
    public async Task Trends_OfTheLastDays_AreBarsAndATable()
    {
        await VerifyAsync("three.history@postfix.test");
        var page = await OpenAsync("/history");
        var trends = page.GetByRole(AriaRole.Region, new() { Name = "Verdicts by day" });
        await Assertions.Expect(trends.Locator("svg g")).ToHaveCountAsync(30);
        await trends.GetByText("As a table").ClickAsync();
        await Assertions.Expect(trends.GetByRole(AriaRole.Row)).ToHaveCountAsync(31);

        _ = await page.GetByLabel("How many days").SelectOptionAsync("90");
        await Assertions.Expect(trends.Locator("svg g")).ToHaveCountAsync(90);
    }

    private async Task VerifyAsync(params string[] emails)
    {
        var client = await Installation.ClientAsync();
        foreach (var email in emails)
        {
            using var response = await client.PostAsJsonAsync(new Uri("/v1/verifications", UriKind.Relative), new { email, timeout = 20 }, TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)response.StatusCode);
        }
    }
}
