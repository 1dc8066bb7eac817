using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EmailVerify.Browser;

/// <summary>The page of one batch: live, steered, and with its results.</summary>
[Trait("Pace", "slow")]
public sealed class BatchPageTests(Installation installation) : PageTest(installation)
{
    // Asked at once, or told from the DNS alone: done within a second.
    private static readonly string[] Quick = ["ada.lovelace@gmail.com", "nobody.at.all.1815@gmail.com", "full.inbox@gmail.com", "ada@null-mx.test", "ada..lovelace@postfix.test"];

    // Put off until the last try, some twenty seconds later.
    private static readonly string[] Slow = ["ada@greylist-forever.test", "bea@greylist-forever.test"];

    // More than their provider may be asked in minutes.
    private static readonly string[] Many = [.. Enumerable.Range(1, 400).Select(number => $"somebody{number}@gmx.de")];

    [Fact]
    public async Task Batch_UnderWay_IsShownLiveToItsEnd()
    {
        var id = await CreateAsync([.. Quick, .. Slow]);
        var page = await OpenAsync("/batches/" + id);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "5 of 7 rows done" })).ToBeVisibleAsync();
        await Expect(page.Locator("h1 + .chip")).ToHaveTextAsync("running");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "7 of 7 rows done" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator("h1 + .chip")).ToHaveTextAsync("completed");
        await Expect(page.GetByRole(AriaRole.Status).Last).ToContainTextAsync("The batch is completed: 7 rows done.");
        await Expect(page.Locator(".chart canvas")).ToBeVisibleAsync();
        await Expect(page.Locator(".tally", new() { HasText = "undeliverable" }).Locator("dd").First).ToHaveTextAsync("3");
        await Expect(Rows(page)).ToHaveCountAsync(7);

        // What was seen of its course is there for who comes back.
        _ = await page.ReloadAsync();
        await Expect(page.Locator(".chart canvas")).ToBeVisibleAsync();
    }

    // A browser keeps six connections to a place: pages that nobody looks at must leave them to those that somebody does.
    [Fact]
    public async Task Page_ThatNobodyLooksAt_GivesItsConnectionBackUntilSomebodyDoes()
    {
        var id = await CreateAsync(Slow);
        var page = await EnterAsync();
        await page.AddInitScriptAsync("""
            window.sources = [];
            window.EventSource = class extends EventSource { constructor(url) { super(url); sources.push(this); } };
            window.look = isSeen => { Object.defineProperty(document, 'hidden', { value: !isSeen, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); };
            """);
        _ = await page.GotoAsync("/batches/" + id);
        await Expect(page.Locator("h1 + .chip")).ToHaveTextAsync("running");
        Assert.Equal("open", await OpenSourcesAsync());

        await page.EvaluateAsync("look(false)");
        Assert.Equal("closed", await OpenSourcesAsync());
        await page.EvaluateAsync("look(true)");
        Assert.Equal("closed open", await OpenSourcesAsync());
        await Expect(page.Locator("h1 + .chip")).ToHaveTextAsync("completed", new() { Timeout = 60_000 });
        Assert.Equal("closed closed", await OpenSourcesAsync());

        Task<string> OpenSourcesAsync() => page.EvaluateAsync<string>("sources.map(one => one.readyState === EventSource.CLOSED ? 'closed' : 'open').join(' ')");
    }

    [Fact]
    public async Task Batch_UnderWay_IsPausedResumedAndCancelled()
    {
        var page = await OpenAsync("/batches/" + await CreateAsync(Many));
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(page.GetByText("You paused it.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("rows have not been answered");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel the batch" }).ClickAsync();
        await Expect(page.Locator("h1 + .chip")).ToHaveTextAsync("cancelled");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Go on with the rest" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Unknowns_AskedOnceMore_AreANewRound()
    {
        var page = await OpenAsync("/batches/" + await CreateAsync(["ada@servfail.test", "ada@null-mx.test"]));
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask about the unknown once more" }).ClickAsync(new() { Timeout = 60_000 });
        await Expect(page.GetByText("round 2")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Ask about the unknown once more" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task Batch_Renamed_HasItsNewName()
    {
        var page = await OpenAsync("/batches/" + await CreateAsync(["ada@null-mx.test"]));
        await page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToBeFocusedAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Another name");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Another name");
        _ = await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Another name");
    }

    [Fact]
    public async Task Batch_Deleted_LeavesItsCounts()
    {
        var id = await CreateAsync(["ada@null-mx.test"]);
        var page = await OpenAsync("/batches/" + id);
        await Expect(page.GetByText("1 of 1 rows done")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete for good" }).ClickAsync();
        await page.ArrivesAsync("/batches");
        _ = await page.GotoAsync("/batches/" + id);
        await Expect(page.GetByText("Only the counts are left.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Results_Filtered_AreShownAndDownloadedSo()
    {
        var page = await OpenAsync("/batches/" + await CreateAsync(Quick));
        await Expect(page.GetByText("5 of 5 rows done")).ToBeVisibleAsync();
        await Expect(Rows(page)).ToHaveCountAsync(5);
        await page.GetByLabel("Status").SelectOptionAsync("undeliverable");
        await Expect(Rows(page)).ToHaveCountAsync(3);
        await page.GetByLabel("Why").SelectOptionAsync("null_mx");
        await Expect(Rows(page)).ToHaveCountAsync(1);
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "CSV", Exact = true }).ClickAsync());
        var lines = await File.ReadAllLinesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Equal(2, lines.Length);
        Assert.Contains("ada@null-mx.test", lines[1], StringComparison.Ordinal);

        await page.GetByLabel("Why").SelectOptionAsync("timeout");
        await Expect(page.GetByText("No row is like that.")).ToBeVisibleAsync();
        await page.GetByLabel("Why").SelectOptionAsync("");
        await page.GetByLabel("Status").SelectOptionAsync("");
        await page.GetByLabel("Score at least").FillAsync("90");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Rows(page)).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Row_Opened_ShowsWhatCameWithItAndLeadsToItsStory()
    {
        var client = await Installation.ClientAsync();
        using var answer = await client.PostAsync(
            new Uri("/v1/batches", UriKind.Relative), new StringContent("City,E-Mail\nTuring,ada@null-mx.test\n", null, "text/csv"), TestContext.Current.CancellationToken);
        var page = await OpenAsync("/batches/" + IdOf(await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)));
        await page.GetByRole(AriaRole.Button, new() { Name = "More of row 1" }).ClickAsync();
        await Expect(page.GetByText("Turing")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "ada@null-mx.test" }).ClickAsync();
        await Expect(page.Locator(".verdict")).ToContainTextAsync("The domain takes no mail");
    }

    [Fact]
    public async Task Results_OfMany_AreTurnedPageByPage()
    {
        var page = await OpenAsync("/batches/" + await CreateAsync([.. Enumerable.Range(1, 120).Select(number => $"ada{number}@null-mx.test")]));
        await Expect(page.GetByText("120 of 120 rows done")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Expect(Rows(page).First).ToContainTextAsync("ada51@");
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Expect(Rows(page)).ToHaveCountAsync(20);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Next" })).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Previous" }).ClickAsync();
        await Expect(Rows(page).First).ToContainTextAsync("ada51@");
    }

    [Fact]
    public async Task Sums_Opened_AreByReasonAndDomain()
    {
        var page = await OpenAsync("/batches/" + await CreateAsync(Quick));
        await Expect(page.GetByText("5 of 5 rows done")).ToBeVisibleAsync();
        await page.GetByText("Sums by reason, provider and domain").ClickAsync();
        await Expect(page.Locator(".bars dt")).ToHaveCountAsync(5);
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "By domain" }).GetByRole(AriaRole.Row, new() { Name = "gmail.com" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Batch_ThatIsNotThere_IsSaid()
    {
        Watch.Allow(404, "/v1/batches/");
        var page = await OpenAsync("/batches/bat_01M86CH6NGEJZ82ZR96BBCGNBY");
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "All batches" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Verify a list" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Connection_Lost_IsSaidAndFoundAgain()
    {
        var id = await CreateAsync(Slow);
        var page = await EnterAsync();
        var isLost = true;
        await page.RouteAsync("**/events", route => isLost ? route.AbortAsync() : route.ContinueAsync());
        _ = await page.GotoAsync("/batches/" + id);
        await Expect(page.GetByText("The connection to the service is lost.")).ToBeVisibleAsync();
        isLost = false;
        await Expect(page.GetByText("The connection to the service is lost.")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
        Assert.All(Watch.Take(), finding => Assert.Contains("/events failed", finding, StringComparison.Ordinal));
    }

    private static ILocator Rows(IPage page) => page.Locator("section[aria-labelledby=results] tbody tr");

    private static string IdOf(JsonElement batch) => batch.GetProperty("id").GetString()!;

    private async Task<string> CreateAsync(string[] emails)
    {
        var client = await Installation.ClientAsync();
        using var answer = await client.PostAsJsonAsync(new Uri("/v1/batches", UriKind.Relative), new { emails, name = "A list" }, TestContext.Current.CancellationToken);
        return IdOf(await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }
}
