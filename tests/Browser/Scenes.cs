using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>Every page, in each state that looks different.</summary>
internal static class Scenes
{
    private const string ListWithoutAddresses = "Name;City\r\nAda;London\r\nGrace;New York\r\n";

    private static int strangers;

    /// <summary>Gets them by a name.</summary>
    public static readonly IReadOnlyDictionary<string, Scene> All = new Dictionary<string, Scene>(StringComparer.Ordinal)
    {
        // :: Verify an address
        ["verify"] = new("/", "Verify an address"),
        ["verify-deliverable"] = new("/#ada.lovelace@gmail.com", "Verify an address") { Act = Concludes("deliverable") },
        ["verify-undeliverable"] = new("/#nobody.at.all.1815@gmail.com", "Verify an address") { Act = Concludes("undeliverable") },
        ["verify-risky"] = new("/#anything.goes@catch-all.test", "Verify an address") { Act = Concludes("risky") },
        ["verify-pending"] = new("/", "Verify an address") { Act = PendsAsync },
        ["verify-badly-written"] = new("/#ada..lovelace@postfix.test", "Verify an address") { Act = Concludes("undeliverable") },

        // :: Verify a file
        ["batches"] = new("/batches", "Batches") { Act = page => page.GetByRole(AriaRole.Table).First.WaitForAsync() },
        ["batches-preview"] = new("/batches", "Batches") { Act = Chooses("Name;E-mail\r\nAda;ada.lovelace@gmail.com\r\nGrace;grace@catch-all.test\r\n", "Start") },
        ["batches-no-column"] = new("/batches", "Batches") { Act = Chooses(ListWithoutAddresses, "Start") },
        ["batches-no-list"] = new("/batches", "Batches") { Act = Chooses("PK\u0003\u0004 a workbook", "Another file") },
        ["batch-done"] = new("/batches/{done}", "Customers of spring") { Act = page => page.GetByRole(AriaRole.Link, new() { Name = "ada.lovelace@gmail.com", Exact = true }).WaitForAsync() },
        ["batch-sums"] = new("/batches/{done}", "Customers of spring") { Act = SumsUpAsync },
        ["batch-waiting"] = new("/batches/{waiting}", "0 % · Customers of autumn") { Act = page => page.GetByText("No row is done yet").WaitForAsync() },
        ["batch-delete"] = new("/batches/{waiting}", "0 % · Customers of autumn") { Act = Asks("Delete") },
        ["batch-rename"] = new("/batches/{waiting}", "0 % · Customers of autumn") { Act = Asks("Rename") },
        ["batch-unknown"] = new("/batches/bat_01M86CH6NGEJZ82ZR96BBCGNBY", "Batch") { Allowed = [(404, "/v1/batches/")], Act = Alerts },

        // :: Everything that was verified
        ["history"] = new("/history", "History") { Act = page => page.GetByText("As a table").Or(page.GetByText("There was no verdict in these days.")).WaitForAsync() },
        ["history-nothing"] = new("/history", "History") { Act = FindsNothingAsync },

        // :: Domains and replies
        ["domains"] = new("/domains", "Domains"),
        ["domain"] = new("/domains/gmail.com", "gmail.com") { Act = Heads("gmail.com") },
        ["domain-null-mx"] = new("/domains/null-mx.test", "null-mx.test") { Act = Heads("null-mx.test") },
        ["replies"] = new("/replies", "Replies explained"),
        ["replies-explained"] = new("/replies", "Replies explained") { Act = page => Clicks(page, "A whole bounce", page.Locator("#reply-0")) },
        ["replies-nothing"] = new("/replies", "Replies explained") { Act = page => Clicks(page, "Explain", page.GetByRole(AriaRole.Alert)) },

        // :: For operators
        ["operate"] = new("/operate", "Operate") { Act = Heads("Lanes") },
        ["doctor"] = new("/operate/doctor", "Doctor"),
        ["keys"] = new("/operate/keys", "Keys") { Act = Heads("Keys in use") },
        ["keys-faults"] = new("/operate/keys", "Keys") { Act = page => Clicks(page, "Make the key", page.Locator("#name-error")) },
        ["settings"] = new("/operate/settings", "Settings") { Act = page => page.GetByLabel("Find a setting").WaitForAsync() },

        // :: Reading
        ["help"] = new("/help", "Help") { IsOpen = true },
        ["help-start"] = new("/help/start", "New here") { IsOpen = true },
        ["help-file"] = new("/help/file", "I have a file") { IsOpen = true },
        ["help-api"] = new("/help/api", "I write a program") { IsOpen = true },
        ["help-operate"] = new("/help/operate", "I run this installation") { IsOpen = true },
        ["help-maintain"] = new("/help/maintain", "I change the code") { IsOpen = true },
        ["help-reasons"] = new("/help/reasons", "Reasons") { IsOpen = true },

        ["problem"] = new("/problems/column_ambiguous", "column_ambiguous") { IsOpen = true },

        // :: Signing in
        ["sign-in"] = new("/sign-in", "Sign in") { IsOpen = true, Visitor = Visitor.Stranger },
        ["sign-in-refused"] = new("/sign-in", "Sign in") { IsOpen = true, Visitor = Visitor.Stranger, Allowed = [(401, "/sign-in")], Act = MistypesAsync },
    };

    private static Func<IPage, Task> Concludes(string chip) => page => page.Locator(".verdict .chip", new() { HasText = chip }).First.WaitForAsync();

    private static Func<IPage, Task> Heads(string heading) => page => page.GetByRole(AriaRole.Heading, new() { Name = heading, Level = 2 }).First.WaitForAsync();

    // The server puts every address off at first. What the page asks after that is never answered: it must not be concluded under the test's eyes.
    private static async Task PendsAsync(IPage page)
    {
        await page.RouteAsync("**/v1/verifications/**", _ => Task.CompletedTask);
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Email address" }).FillAsync(FormattableString.Invariant($"stranger-{Interlocked.Increment(ref strangers)}@greylist-forever.test"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify", Exact = true }).ClickAsync();
        await Concludes("not yet known")(page);
    }

    private static Task Alerts(IPage page) => page.GetByRole(AriaRole.Alert).WaitForAsync();

    private static Func<IPage, Task> Chooses(string list, string button) => async page =>
    {
        await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "customers.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(list) });
        await page.GetByRole(AriaRole.Button, new() { Name = button }).WaitForAsync();
    };

    private static async Task Clicks(IPage page, string button, ILocator thing)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await thing.WaitForAsync();
    }

    private static Func<IPage, Task> Asks(string button) => page => Clicks(page, button, page.GetByRole(AriaRole.Dialog));

    private static async Task SumsUpAsync(IPage page)
    {
        await page.GetByText("Sums by reason").ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "By domain" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "More of row 1", Exact = true }).ClickAsync();
    }

    private static async Task FindsNothingAsync(IPage page)
    {
        await page.GetByLabel("Domain", new() { Exact = true }).FillAsync("nobody.test");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Nothing that was verified is like that.").WaitForAsync();
    }

    private static async Task MistypesAsync(IPage page)
    {
        await page.GetByLabel("Key", new() { Exact = true }).FillAsync("ev_live_mistyped");
        await Clicks(page, "Sign in", page.GetByRole(AriaRole.Alert));
    }
}
