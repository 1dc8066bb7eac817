using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>What the watch over pages finds: were it blind, every other test here would pass.</summary>
[Trait("Pace", "slow")]
public sealed class PageWatchTests(Installation installation) : PageTest(installation)
{
    private const string Policy = "default-src 'none'; script-src 'self' 'nonce-a'; img-src *; connect-src *";

    [Theory]
    [InlineData("<img src='https://example.com/a.png'>", "request: GET https://example.com/a.png leaves ", "request: GET https://example.com/a.png failed: net::ERR_NAME_NOT_RESOLVED")]
    [InlineData("<img src='http://192.0.2.1/a.png'>", "request: GET http://192.0.2.1/a.png leaves ", "request: GET http://192.0.2.1/a.png failed: net::ERR_NAME_NOT_RESOLVED")]
    [InlineData("<p style='color: red'>", "policy: style-src-attr forbids inline", "console: error: ")]
    [InlineData("<script>1</script>", "policy: script-src-elem forbids inline", "console: error: ")]
    [InlineData("<script nonce=a>console.error('it broke')</script>", "console: error: it broke")]
    [InlineData("<script nonce=a>console.warn('it will break')</script>", "console: warning: it will break")]
    [InlineData("<script nonce=a>throw new Error('uncaught')</script>", "exception: Error: uncaught")]
    [InlineData("<script nonce=a>Promise.reject(new Error('unhandled'))</script>", "exception: Error: unhandled")]
    [InlineData("<script nonce=a>fetch('/v1/nothing').then(answer => answer.text())</script>", "answer: GET * was refused with 404")]
    [InlineData("<script nonce=a>new WebSocket('ws://127.0.0.1:9/')</script>", "request: a web socket to ws://127.0.0.1:9/", "console: error: ")]
    public async Task Page_WithAFault_IsFound(string fault, params string[] expected)
    {
        var page = await EnterAsync();
        await page.RouteAsync("**/bad", route => route.FulfillAsync(new RouteFulfillOptions
        {
            ContentType = "text/html",
            Headers = [new("Content-Security-Policy", Policy)],
            Body = "<!doctype html><html lang=en><title>Bad</title><h1>Bad</h1>" + fault,
        }));
        _ = await page.GotoAsync("/bad", new() { WaitUntil = WaitUntilState.NetworkIdle });
        await PageWatch.SettleAsync(page.Context);
        var found = Watch.Take();
        Assert.All(expected, one => Assert.Contains(found, finding => Matches(finding, one)));
        Assert.All(found, finding => Assert.Contains(expected, one => Matches(finding, one)));
    }

    [Fact]
    public async Task Answer_ThatIsAllowed_IsNoFinding()
    {
        Watch.Allow(404, "/v1/nothing");
        var page = await OpenAsync("/");
        Assert.Equal(404, await page.EvaluateAsync<int>("fetch('/v1/nothing').then(answer => answer.status)"));
        await PageWatch.SettleAsync(page.Context);
        Assert.Empty(Watch.Findings);
        Assert.Contains(Watch.Requests, request => request.EndsWith("/v1/nothing", StringComparison.Ordinal));
    }

    // A star stands for the address of the service.
    private static bool Matches(string finding, string expected) =>
        expected.Split('*') is var parts && finding.StartsWith(parts[0], StringComparison.Ordinal) && finding.Contains(parts[^1], StringComparison.Ordinal);
}
