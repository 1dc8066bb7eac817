using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>A test of every page in every state.</summary>
public abstract class SceneTest(Installation installation) : PageTest(installation)
{
    public static TheoryData<string> Names => [.. Scenes.All.Keys];

    /// <summary>Brings a page into a state.</summary>
    private protected async Task<IPage> PlayAsync(string name, Visitor visitor)
    {
        var scene = Scenes.All[name];
        foreach (var (status, path) in scene.Allowed)
            Watch.Allow(status, path);
        var page = await OpenAsync(await Installation.Batches.FillAsync(scene.Path), visitor);
        await scene.Act(page);
        return page;
    }

    /// <summary>Finds what axe says in light, and of the colours in dark; and takes a picture of each.</summary>
    private protected static async Task<string[]> SchemeFaultsAsync(IPage page, string name)
    {
        await page.PictureAsync(name + "-light");
        var light = await page.FaultsAsync();
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.PictureAsync(name + "-dark");
        var dark = await page.ContrastFaultsAsync();
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        return [.. light, .. dark.Select(fault => "dark: " + fault)];
    }
}
