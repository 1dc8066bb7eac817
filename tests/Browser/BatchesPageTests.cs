using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EmailVerify.Browser;

/// <summary>The page on which files become batches, and where all batches are.</summary>
[Trait("Pace", "slow")]
public sealed class BatchesPageTests(Installation installation) : PageTest(installation)
{
    private const string Customers = "Käufer;E-Mail;Note\r\n1;ada.lovelace@gmail.com;\"said \"\"hi\"\"\"\r\n2;nobody.at.all.1815@gmail.com;\r\n3;ada@null-mx.test;\r\n";

    [Fact]
    public async Task File_Chosen_IsShownAsItIsReadAndBecomesABatch()
    {
        var page = await OpenAsync("/batches");
        await ChooseAsync(page, "customers.csv", Customers);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "customers.csv" })).ToBeFocusedAsync();
        await Expect(page.GetByLabel("Between the cells")).ToHaveValueAsync(";");
        await Expect(page.GetByLabel("First line")).ToHaveValueAsync("true");
        await Expect(page.GetByLabel("Column of the addresses")).ToHaveValueAsync("2");
        var rows = page.GetByRole(AriaRole.Region, new() { Name = "First rows of the file" });
        await Expect(rows.GetByRole(AriaRole.Row)).ToHaveCountAsync(4);
        await Expect(rows.Locator("td.chosen").First).ToHaveTextAsync("ada.lovelace@gmail.com");
        await Expect(rows).ToContainTextAsync("said \"hi\"");

        await StartAsync(page);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("customers.csv");
        await Expect(page.GetByText("3 of 3 rows done")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task File_ReadAnotherWay_IsShownSo()
    {
        var page = await OpenAsync("/batches");
        await ChooseAsync(page, "list.csv", "a|b@postfix.test;1\nada@postfix.test|c;2\n");
        await page.GetByLabel("Between the cells").SelectOptionAsync("|");
        var rows = page.GetByRole(AriaRole.Region, new() { Name = "First rows of the file" });
        await Expect(rows.GetByRole(AriaRole.Cell, new() { Name = "c;2", Exact = true })).ToBeVisibleAsync();
        await page.GetByLabel("First line").SelectOptionAsync("true");
        await Expect(rows.GetByRole(AriaRole.Columnheader, new() { Name = "b@postfix.test;1" })).ToBeVisibleAsync();
        await page.GetByLabel("Column of the addresses").SelectOptionAsync("1");
        await Expect(rows.Locator("td.chosen")).ToHaveTextAsync("ada@postfix.test");
    }

    [Fact]
    public async Task File_WithTwoColumnsOfAddresses_AsksWhichIsMeant()
    {
        var page = await OpenAsync("/batches");
        await ChooseAsync(page, "two.csv", "Home,Work\nada@null-mx.test,ada.lovelace@gmail.com\nbea@null-mx.test,full.inbox@gmail.com\n");
        await Expect(page.GetByText("Which column has the addresses?")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start" })).ToBeDisabledAsync();
        await page.GetByLabel("Column of the addresses").SelectOptionAsync("2");
        await StartAsync(page);
        await Expect(page.GetByText("addresses from the column “Work”")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Addresses_Pasted_BecomeABatchThatWaitsIfWished()
    {
        var page = await OpenAsync("/batches");
        await page.GetByText("Paste addresses instead").ClickAsync();
        await page.GetByLabel("Addresses", new() { Exact = true }).FillAsync("ada@null-mx.test\nbea@null-mx.test\nada@null-mx.test");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look at them" }).ClickAsync();
        await Expect(page.GetByText("All 3 rows.")).ToBeVisibleAsync();
        await page.GetByLabel("Name of the batch").FillAsync("Three of them");
        await page.GetByLabel("Leave out rows that repeat an address").CheckAsync();
        await page.GetByLabel("Start at once").UncheckAsync();
        await StartAsync(page);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Three of them");
        await Expect(page.GetByText("It waits to be started.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.GetByText("2 of 2 rows done")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task ExampleList_Tried_IsThere()
    {
        var page = await OpenAsync("/batches");
        await page.GetByRole(AriaRole.Button, new() { Name = "Try an example list" }).ClickAsync();
        await Expect(page.GetByLabel("Column of the addresses")).ToHaveValueAsync("2");
        await Expect(page.GetByText("there are more")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task File_Dropped_IsTaken()
    {
        var page = await OpenAsync("/batches");
        var dropped = await page.EvaluateHandleAsync("""
            () => { const all = new DataTransfer(); all.items.add(new File(['ada@null-mx.test\nbea@null-mx.test\n'], 'dropped.txt')); return all; }
            """);
        await page.Locator(".drop").DispatchEventAsync("drop", new { dataTransfer = dropped });
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "dropped.txt" })).ToBeVisibleAsync();
        await Expect(page.GetByText("All 2 rows.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Workbook_Chosen_IsToldHowToBeSaved()
    {
        var page = await OpenAsync("/batches");
        await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "customers.xlsx", MimeType = "application/octet-stream", Buffer = [0x50, 0x4B, 0x03, 0x04, 0x14, 0x00] });
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("save the sheet as CSV");
        await page.GetByRole(AriaRole.Button, new() { Name = "Another file" }).ClickAsync();
        await Expect(page.GetByText("Drop a file here, or choose one")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task File_WithAFaultFarDown_IsRefusedWithTheRow()
    {
        Watch.Allow(400, "/v1/batches");
        var page = await OpenAsync("/batches");
        var lines = Enumerable.Range(1, 20_000).Select(number => $"ada{number}@null-mx.test,city");
        await ChooseAsync(page, "long.csv", "E-Mail,City\n" + string.Join('\n', lines) + "\nada@null-mx.test" + new string(',', 300) + "\n");
        await Expect(page.GetByText("there are more")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Row 20001");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task File_SentTwiceBecauseTheAnswerWasLost_IsOneBatch()
    {
        var page = await OpenAsync("/batches");
        var isLost = false;
        await page.RouteAsync("**/v1/batches?*", async route =>
        {
            if (isLost)
            {
                await route.ContinueAsync();
                return;
            }

            isLost = true;
            _ = await route.FetchAsync();
            await route.AbortAsync();
        });
        const string Name = "sent-twice.csv";
        await ChooseAsync(page, Name, "ada@null-mx.test\nbea@null-mx.test\n");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The connection was lost");
        _ = Watch.Take();
        await StartAsync(page);
        var client = await Installation.ClientAsync();
        var all = await client.GetFromJsonAsync<JsonElement>($"/v1/batches?name={Name}", TestContext.Current.CancellationToken);
        Assert.Equal(1, all.GetProperty("batches").GetArrayLength());
    }

    [Fact]
    public async Task List_OfMany_IsShownBitByBitAndSteered()
    {
        var client = await Installation.ClientAsync();
        for (var number = 1; number <= 21; number++)
        {
            using var answer = await client.PostAsJsonAsync(
                new Uri("/v1/batches?start=false", UriKind.Relative), new { emails = new[] { "ada@greylist-forever.test" }, name = $"list {number}" }, TestContext.Current.CancellationToken);
            Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.StatusCode);
        }

        var page = await OpenAsync("/batches");
        var rows = page.GetByRole(AriaRole.Region, new() { Name = "Your batches" }).Last.Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(20);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show more" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "list 1", Exact = true })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Resume list 21" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause list 21" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Resume list 21" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "list 21" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("list 21");
    }

    // The first rows that a process ever takes are slow on a busy machine.
    private static async Task StartAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await page.ArrivesAsync("/batches/bat_*", 60_000);
    }

    private static Task ChooseAsync(IPage page, string name, string text) =>
        page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(text) });
}
