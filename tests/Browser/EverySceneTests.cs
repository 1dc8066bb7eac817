using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>What holds for every page in every state: at a desk and on a phone, in light and in dark, with the keyboard alone, enlarged and narrow.</summary>
[Trait("Pace", "slow")]
public sealed class EverySceneTests(Installation installation) : PageTest(installation)
{
    public static TheoryData<string> Names => [.. Scenes.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Scene_AtADesk_IsForEverybody(string name)
    {
        var page = await PlayAsync(name, Scenes.All[name].Visitor);
        Assert.Equal(Scenes.All[name].Title + Scene.TitleEnd, await page.TitleAsync());
        await page.AssertFramedAsync();
        await InBothSchemesAsync(page, name + "-desk");
        await page.AssertTextGrowsAsync();
        await page.AssertUsableByKeyboardAsync();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Scene_OnAPhone_IsForEverybody(string name)
    {
        var visitor = Scenes.All[name].Visitor with { Width = Visitor.OnPhone.Width, Height = Visitor.OnPhone.Height, IsOnPhone = true, WantsLessMotion = true };
        var page = await PlayAsync(name, visitor);
        await InBothSchemesAsync(page, name + "-phone");
        await page.AssertStillAsync();
        await page.AssertReflowsAsync();
    }

    private static async Task InBothSchemesAsync(IPage page, string name)
    {
        await page.PictureAsync(name + "-light");
        await page.AssertAccessibleAsync();
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.PictureAsync(name + "-dark");
        await page.AssertAccessibleAsync();
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }

    private async Task<IPage> PlayAsync(string name, Visitor visitor)
    {
        var scene = Scenes.All[name];
        foreach (var (status, path) in scene.Allowed)
            Watch.Allow(status, path);
        var page = await OpenAsync(await Installation.Batches.FillAsync(scene.Path), visitor);
        await scene.Act(page);
        return page;
    }
}
