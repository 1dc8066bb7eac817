using System.Net.Http.Json;
using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>The page that tells what is known of a domain.</summary>
[Trait("Pace", "slow")]
public sealed class DomainPageTests(Installation installation) : PageTest(installation)
{
    [Fact]
    public async Task Domain_OfAProvider_ShowsItsServersInOrderAndWhoRunsThem()
    {
        var page = await OpenAsync("/domains/gmail.com");

        var route = page.GetByRole(AriaRole.Region, new() { Name = "Where its mail goes" });
        await Assertions.Expect(route.Locator(".story > li").First).ToContainTextAsync("Asked first");
        await Assertions.Expect(route.Locator(".story > li").First).ToContainTextAsync("gmail-smtp-in.l.google.com");
        await Assertions.Expect(route.Locator(".story > li").Nth(1)).ToContainTextAsync("alt1.gmail-smtp-in.l.google.com");
        var mail = page.GetByRole(AriaRole.Region, new() { Name = "Who runs its mail" });
        await Assertions.Expect(mail).ToContainTextAsync("google");
        await Assertions.Expect(mail).ToContainTextAsync("anybody gets a mailbox there");
        await Assertions.Expect(mail.GetByRole(AriaRole.Link, new() { Name = "how it is asked now" })).ToHaveAttributeAsync("href", "/operate#google");
        await Assertions.Expect(page).ToHaveTitleAsync("gmail.com · EmailVerify");
    }

    [Fact]
    public async Task Domain_ThatTookMadeUpMailboxes_IsSaidToTakeEverything()
    {
        var client = await Installation.ClientAsync();
        using (await client.PostAsJsonAsync(new Uri("/v1/verifications", UriKind.Relative), new { email = "ada@identical.test", timeout = 20 }, TestContext.Current.CancellationToken))
        {
            var page = await OpenAsync("/domains/identical.test");

            await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Does it take everything?" })).ToContainTextAsync("It takes everything");
        }
    }

    [Theory]
    [InlineData("null-mx.test", "It takes no mail")]
    [InlineData("nxdomain.test", "No such domain")]
    [InlineData("servfail.test", "The DNS did not answer")]
    public async Task Domain_WithoutMailServers_SaysWhyAndAsksNothingMore(string domain, string title)
    {
        var page = await OpenAsync("/domains/" + domain);

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = title })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Does it take everything?" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Search_OfAnAddress_LooksUpItsDomain()
    {
        var page = await OpenAsync("/domains");
        await Assertions.Expect(page.GetByLabel("Domain", new() { Exact = true })).ToBeFocusedAsync();
        await page.GetByLabel("Domain", new() { Exact = true }).FillAsync("Ada@Postfix.test ");
        await page.Keyboard.PressAsync("Enter");

        await page.ArrivesAsync("/domains/postfix.test");
        await Assertions.Expect(page.GetByText("mx.postfix.test")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Search_OfWhatIsNoDomain_SaysSoAtTheField()
    {
        var page = await OpenAsync("/domains");
        var field = page.GetByLabel("Domain", new() { Exact = true });
        foreach (var (typed, fault) in new[] { (string.Empty, "Enter a domain first."), ("two words.test", "That is no domain."), ("localhost", "That is no domain.") })
        {
            await field.FillAsync(typed);
            await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(fault);
            await Assertions.Expect(field).ToBeFocusedAsync();
        }
    }

    [Fact]
    public async Task Address_ThatNamesNoDomain_ShowsTheProblem()
    {
        Watch.Allow(422, "/v1/domains/");
        var page = await OpenAsync("/domains/no%20domain");

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This is no domain that mail could be sent to");
    }

    [Fact]
    public async Task LookUpAnew_Pressed_AsksTheDnsOnceMore()
    {
        var page = await OpenAsync("/domains/postfix.test");
        var asked = page.WaitForRequestAsync("**/v1/domains/postfix.test?refresh=true");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up anew" }).ClickAsync();

        _ = await asked;
        await Assertions.Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Looked up anew." })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Example_Clicked_IsLookedUp()
    {
        var page = await OpenAsync("/domains");
        await page.GetByRole(AriaRole.Link, new() { Name = "null-mx.test" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "null-mx.test" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Domain_ThatAsksToWait_SaysUntilWhen()
    {
        var page = await EnterAsync();
        await page.RouteAsync("**/v1/domains/*", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = """
                {"domain":"a.test","domain_unicode":"a.test","route":{"kind":"mx","exchangers":[{"host":"mx.a.test","preference":10,"addresses":[]}],"found_at":"2026-11-29T10:00:00Z","dns":"timeout"},
                "provider":"a.test","null_mx":false,"accept_all":{"state":"mixed","probability":0.5,"samples":4,"observed_at":"2026-11-29T10:00:00Z","fresh_until":null},"verifiability":"partly",
                "pause":{"until":"2099-01-01T00:00:00Z"},"flags":{"disposable":true,"free":false},"fresh_until":"2026-11-29T11:00:00Z"}
                """,
        }));
        _ = await page.GotoAsync("/domains/a.test");

        await Assertions.Expect(page.GetByText("Its servers asked us to wait.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("The DNS did not answer just now.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("It answers both ways")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("gives out throw-away mailboxes")).ToBeVisibleAsync();
    }
}
