using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>Pictures of the pages for people to look at: written to the folder that <c>SCREENSHOTS</c> names, if it does.</summary>
internal static class Screenshots
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("SCREENSHOTS");

    /// <summary>Takes a picture of a whole page.</summary>
    public static async Task PictureAsync(this IPage page, string name)
    {
        if (Folder is not null)
            _ = await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, name + ".png"), FullPage = true, Caret = ScreenshotCaret.Initial });
    }
}
