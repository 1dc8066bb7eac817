using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>Where a page has come to.</summary>
internal static class Arrival
{
    private const float MostPatience = 30_000;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until a page is at a place and loaded. Its address is looked at again and again: one that has changed before anybody waits for the change is seen too.</summary>
    /// <param name="page">The page.</param>
    /// <param name="place">Path and query of the address; <c>*</c> stands for anything.</param>
    /// <param name="patience">How long it may take, in milliseconds; what all expectations may, if nothing is named.</param>
    public static async Task ArrivesAsync(this IPage page, string place, float? patience = null)
    {
        // Playwright takes no options of .NET's own.
        var address = new Regex($"^https?://[^/]+{Regex.Escape(place).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.None, TimeSpan.FromSeconds(1));
        await Assertions.Expect(page).ToHaveURLAsync(address, new() { Timeout = patience });
        await LoadsAsync(page, TimeSpan.FromMilliseconds(patience ?? MostPatience));
    }

    // The page itself is asked: Playwright's waiting for a load has missed one that ended just as it began to wait.
    private static async Task LoadsAsync(IPage page, TimeSpan patience)
    {
        for (var began = Stopwatch.GetTimestamp(); !await IsLoadedAsync(page); await Task.Delay(BetweenLooks, TimeProvider.System, TestContext.Current.CancellationToken))
        {
            if (Stopwatch.GetElapsedTime(began) > patience)
                throw new TimeoutException($"{page.Url} is not loaded after {patience.TotalSeconds} s.");
        }
    }

    private static async Task<bool> IsLoadedAsync(IPage page)
    {
        try
        {
            return await page.EvaluateAsync<string>("document.readyState") is "complete";
        }
        catch (PlaywrightException)
        {
            // It went on to another document just now.
            return false;
        }
    }
}
