using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>
/// A test that looks at pages. Each opens profiles of its own, and all of them are watched: what <see cref="PageWatch"/> finds fails the test, though it says nothing about it.
/// </summary>
public abstract class PageTest(Installation installation) : IAsyncDisposable
{
    private readonly List<IBrowserContext> profiles = [];

    /// <summary>Gets the running service and browser.</summary>
    private protected Installation Installation => installation;

    /// <summary>Gets the watch over all pages of the test.</summary>
    private protected PageWatch Watch { get; } = new();

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var profile in profiles)
        {
            await PageWatch.SettleAsync(profile);
            await profile.CloseAsync();
        }

        Faults.AssertNone(Watch.Findings);
    }

    /// <summary>Opens a page in a profile of its own and waits for its heading.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="visitor">Who looks; at a desk with the operator's key, if nobody is named.</param>
    private protected async Task<IPage> OpenAsync(string path, Visitor? visitor = null)
    {
        var page = await EnterAsync(visitor);
        _ = await page.GotoAsync(path);
        await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).First.WaitForAsync();
        return page;
    }

    /// <summary>Opens an empty page in a profile of its own, for a test that wants to prepare something before.</summary>
    private protected async Task<IPage> EnterAsync(Visitor? visitor = null)
    {
        visitor ??= Visitor.AtDesk;
        var profile = await installation.EnterAsync(visitor);
        profiles.Add(profile);
        await Watch.WatchAsync(profile, (await installation.ClientAsync()).BaseAddress!);

        // By this answer a page knows that nobody is signed in.
        if (!visitor.IsSignedIn)
            Watch.Allow(401, "/v1/me");
        return await profile.NewPageAsync();
    }
}
