namespace EmailVerify.Browser;

/// <summary>What holds on a phone for every page in every state: in light and in dark, without motion where none is wanted, and on the narrowest.</summary>
[Trait("Pace", "slow")]
public sealed class SceneOnAPhoneTests(Installation installation) : SceneTest(installation)
{
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Scene_OnAPhone_IsForEverybody(string name)
    {
        var page = await PlayAsync(name, Scenes.All[name].Visitor with { Width = Visitor.OnPhone.Width, Height = Visitor.OnPhone.Height, IsOnPhone = true, WantsLessMotion = true });
        Faults.AssertNone([.. await SchemeFaultsAsync(page, name + "-phone"), .. await page.MotionFaultsAsync(), .. await page.ReflowFaultsAsync()]);
    }
}
