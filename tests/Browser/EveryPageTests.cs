using EmailVerify.Host.Pages;
using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>What holds for every page, whatever it shows.</summary>
[Trait("Pace", "slow")]
public sealed class EveryPageTests(Installation installation) : PageTest(installation)
{
    public static TheoryData<string> Paths => [.. Scenes.All.Values.Select(scene => scene.Sent).Distinct(StringComparer.Ordinal)];

    [Fact]
    public void Pages_All_AreInAScene() =>
        Assert.Empty(PagePaths.Fixed.Keys.Except(Scenes.All.Values.Select(scene => scene.Sent), StringComparer.Ordinal));

    [Fact]
    public void Pages_Titles_AreTheirOwn()
    {
        var pages = Scenes.All.Values.Select(scene => (scene.Sent, scene.Title)).Distinct().ToList();
        Assert.Equal(pages.Count, pages.DistinctBy(page => page.Title, StringComparer.Ordinal).Count());
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Page_Policy_LetsNothingElseIn(string path)
    {
        var client = await Installation.ClientAsync();
        using var response = await client.GetAsync(new Uri(await Installation.Batches.FillAsync(path), UriKind.Relative), TestContext.Current.CancellationToken);
        _ = response.EnsureSuccessStatusCode();
        var directives = Assert.Single(response.Headers.GetValues("Content-Security-Policy")).Split(';', StringSplitOptions.TrimEntries);
        Assert.Contains("default-src 'none'", directives, StringComparer.Ordinal);
        Assert.Contains("script-src 'self'", directives, StringComparer.Ordinal);
        Assert.Contains("style-src 'self'", directives, StringComparer.Ordinal);
        Assert.Contains("connect-src 'self'", directives, StringComparer.Ordinal);
        Assert.Contains("frame-ancestors 'none'", directives, StringComparer.Ordinal);
        Assert.DoesNotContain(directives, directive => directive.Contains("unsafe", StringComparison.Ordinal) || directive.Contains("http", StringComparison.Ordinal));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Page_OfAStranger_SaysWhatIsForAllOrLeadsToTheSignIn(string path)
    {
        var sent = await Installation.Batches.FillAsync(path);
        var page = await OpenAsync(sent, Visitor.Stranger);
        if (Scenes.All.Values.Any(scene => scene.IsOpen && string.Equals(scene.Sent, path, StringComparison.Ordinal)))
        {
            Assert.Equal(sent, new Uri(page.Url).AbsolutePath);
        }
        else
        {
            await page.GetByLabel("Key", new() { Exact = true }).WaitForAsync();
            Assert.Equal($"/sign-in?return={Uri.EscapeDataString(sent)}", new Uri(page.Url).PathAndQuery);
        }

        // Nothing is asked for that would be refused.
        await PageWatch.SettleAsync(page.Context);
        Assert.Equal(["/v1/me"], Watch.Requests.Select(request => new Uri(request.Split(' ')[1]).AbsolutePath).Where(asked => asked.StartsWith("/v1/", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("/docs", "Verify one address")]
    [InlineData("/dashboard", "Grains")]
    public async Task PageOfAPackage_OfAnOperator_NeedsNobodyElse(string path, string shown)
    {
        var page = await EnterAsync();
        _ = await page.GotoAsync(path);
        await page.GetByText(shown).First.WaitForAsync();
        await page.PictureAsync(path[1..] + "-desk-light");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.PictureAsync(path[1..] + "-desk-dark");

        await PageWatch.SettleAsync(page.Context);
        Faults.AssertNone(Faults.ButScalars(Watch.Take()));
    }
}
