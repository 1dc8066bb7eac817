using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>The page of the settings in force.</summary>
[Trait("Pace", "slow")]
public sealed class SettingsPageTests(Installation installation) : PageTest(installation)
{
    [Fact]
    public async Task Search_ByAVariable_LeavesItsSetting()
    {
        var page = await OpenAsync("/operate/settings");
        await page.GetByLabel("Find a setting").FillAsync("emailverify__smtp__port");

        await Assertions.Expect(Names(page)).ToHaveTextAsync(["EmailVerify:Smtp:Port"]);
        await Assertions.Expect(page.GetByText("EmailVerify__Smtp__Port").First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "1 setting is shown." })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Search_ByWhatNobodyHas_SaysSo()
    {
        var page = await OpenAsync("/operate/settings");
        await page.GetByLabel("Find a setting").FillAsync("xyzzy");

        await Assertions.Expect(page.GetByText("No setting has these words.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Filter_OfThoseThatSomebodySet_LeavesNoDefault()
    {
        var page = await OpenAsync("/operate/settings");
        await Assertions.Expect(page.GetByText("default", new() { Exact = true }).First).ToBeVisibleAsync();
        await page.GetByLabel("Only those that somebody set").CheckAsync();

        await Assertions.Expect(page.GetByText("default", new() { Exact = true })).ToHaveCountAsync(0);
        await Assertions.Expect(Names(page).Filter(new() { HasText = "EmailVerify:AdminKey" })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Secret_ThatIsSet_IsNamedAndNeverShown()
    {
        var page = await OpenAsync("/operate/settings");
        await page.GetByLabel("Find a setting").FillAsync("AdminKey");

        await Assertions.Expect(page.GetByText("set, and never shown").First).ToBeVisibleAsync();
        Assert.DoesNotContain(Host.Api.Keys.ConfiguredKey.Sandbox, await page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_Pressed_PutsTheVariableOnTheClipboard()
    {
        var page = await OpenAsync("/operate/settings");
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy EmailVerify__Smtp__Port" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Copied" })).ToHaveCountAsync(1);
        Assert.Equal("EmailVerify__Smtp__Port", await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    private static ILocator Names(IPage page) => page.GetByRole(AriaRole.Region, new() { Name = "Settings" }).GetByRole(AriaRole.Heading, new() { Level = 2 });
}
