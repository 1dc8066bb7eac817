using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>The description of the API at <c>/docs</c>, and the pages of problems. What is watched says that they ask nobody else and keep their policies.</summary>
[Trait("Pace", "slow")]
public sealed class DocsPageTests(Installation installation) : PageTest(installation)
{
    [Fact]
    public async Task Docs_Opened_ShowOperationsAndAskNobodyElse()
    {
        var page = await EnterAsync(Visitor.Stranger);
        _ = await page.GotoAsync("/docs");
        await page.GetByText("Verify one address").First.WaitForAsync();
        Assert.Contains(Watch.Requests, request => request.EndsWith("/openapi/v1.json", StringComparison.Ordinal));
        await PageWatch.SettleAsync(page.Context);
        Faults.AssertNone(Faults.ButScalars(Watch.Take()));
    }

    [Fact]
    public async Task Problem_Opened_HasTheFrameOfEveryPage()
    {
        var page = await OpenAsync("/problems/invalid_key");
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" }).WaitForAsync();
        await page.GetByText("The key is not known.").WaitForAsync();
    }
}
