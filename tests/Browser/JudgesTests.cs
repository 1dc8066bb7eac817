using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>What the judges of pages find: were they blind, every page would please them.</summary>
[Trait("Pace", "slow")]
public sealed class JudgesTests(Installation installation) : PageTest(installation)
{
    [Theory]
    [InlineData("<p style='color: #ccc; background: white'>Pale</p>", "color-contrast (serious)")]
    [InlineData("<input>", "label (critical)")]
    [InlineData("<button style='width: 9px; height: 9px; padding: 0'>A</button><button style='width: 9px; height: 9px; padding: 0'>B</button>", "target-size (serious)")]
    [InlineData("<main></main>", "landmark-no-duplicate-main (moderate)")]
    public async Task Page_HardToUse_IsNotAccessible(string part, string fault)
    {
        var page = await ShowAsync(part);
        Assert.Contains(await page.FaultsAsync(), found => found.StartsWith(fault, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_PaleInTheDarkOnly_IsFoundThere()
    {
        var page = await ShowAsync("<style>@media (prefers-color-scheme: dark) { p { color: #333; background: #222 } }</style><p>Pale</p>");
        Assert.Empty(await page.ContrastFaultsAsync());
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.Single(await page.ContrastFaultsAsync());
    }

    [Fact]
    public async Task Page_Plain_PleasesEveryJudge()
    {
        var page = await ShowAsync("<p><a href='/'>Away</a></p>");
        Faults.AssertNone([
            .. await page.FaultsAsync(), .. await page.FrameFaultsAsync(), .. await page.MotionFaultsAsync(), .. await page.TextSizeFaultsAsync(), .. await page.KeyboardFaultsAsync(),
            .. await page.ReflowFaultsAsync()]);
    }

    [Theory]
    [InlineData("<a href='/' style='outline: none'>A</a>", "does not show that it has the focus")]
    [InlineData("<a href='/' tabindex='2'>A</a>", "comes out of turn")]
    [InlineData("<a href='/' style='position: absolute; left: -99px'>A</a>", "has the focus out of sight")]
    [InlineData("<a href='/' style='position: absolute; left: 9px; top: 9px'>A</a><p style='position: fixed; inset: 0; background: white'></p>", "has the focus under <p style")]
    [InlineData("<button onfocus='this.blur(); document.querySelector(\"#first\").focus()' id='trap'>T</button><a href='/'>Behind</a>", "is never come to")]
    public async Task Page_WithATrapOrAHiddenFocus_IsNotUsableByKeyboard(string part, string fault)
    {
        var page = await ShowAsync(part);
        Assert.Contains(await page.KeyboardFaultsAsync(), found => found.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_WiderThanAPhone_DoesNotReflow()
    {
        var page = await ShowAsync("<p style='width: 400px'>Wide</p>");
        Assert.Contains(await page.ReflowFaultsAsync(), found => found.Contains("reaches", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_OfFixedHeights_CutsOffTextThatGrows()
    {
        var page = await ShowAsync("<p style='height: 20px; overflow: hidden'>High</p>");
        Assert.Contains(await page.TextSizeFaultsAsync(), found => found.Contains("cuts off its text", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_ThatSlides_IsNotStill()
    {
        var page = await ShowAsync("<p style='transition: width .3s'>Slides</p>");
        Assert.NotEmpty(await page.MotionFaultsAsync());
    }

    [Theory]
    [InlineData("<h1>Second</h1>", "2 headings of the first level")]
    [InlineData("<h4>Deep</h4>", "headings jump")]
    [InlineData("<nav></nav>", "ways to go without a name")]
    public async Task Page_WithoutOrder_IsNotFramed(string part, string fault)
    {
        var page = await ShowAsync(part);
        Assert.Contains(await page.FrameFaultsAsync(), found => found.Contains(fault, StringComparison.Ordinal));
    }

    private async Task<IPage> ShowAsync(string part)
    {
        var page = await EnterAsync();
        await page.RouteAsync("**/part", route => route.FulfillAsync(new RouteFulfillOptions
        {
            ContentType = "text/html",
            Body = $"<!doctype html><html lang=en><title>Part</title><body><a id=first href='#main'>Skip</a><header>H</header><main id=main tabindex=-1><h1>Part</h1>{part}</main><footer>F</footer></body></html>",
        }));
        _ = await page.GotoAsync("/part");
        return page;
    }
}
