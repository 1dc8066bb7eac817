namespace EmailVerify.Browser;

/// <summary>What holds at a desk for every page in every state: in light and in dark, with text twice as large, and with the keyboard alone.</summary>
[Trait("Pace", "slow")]
public sealed class SceneAtADeskTests(Installation installation) : SceneTest(installation)
{
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Scene_AtADesk_IsForEverybody(string name)
    {
        var page = await PlayAsync(name, Scenes.All[name].Visitor);
        Assert.Equal(Scenes.All[name].Title + Scene.TitleEnd, await page.TitleAsync());
        Faults.AssertNone([.. await page.FrameFaultsAsync(), .. await SchemeFaultsAsync(page, name + "-desk"), .. await page.TextSizeFaultsAsync(), .. await page.KeyboardFaultsAsync()]);
    }
}
