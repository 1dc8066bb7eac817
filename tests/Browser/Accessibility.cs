using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>What axe finds wrong in the present state of a page, by its rules of WCAG 2.0 to 2.2, levels A and AA, and its best practices.</summary>
internal static class Accessibility
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private const string Run = """
        async options => {
          const { violations } = await axe.run(document, { resultTypes: ['violations'], preload: false, ...options });
          return violations.flatMap(({ id, impact, help, nodes }) => nodes.map(({ target, html }) => `${id} (${impact}): ${help}: ${target} ${html}`));
        }
        """;

    /// <summary>Finds what is wrong; targets of less than 24 by 24 CSS pixels too, without as much room around them (WCAG 2.2, 2.5.8), which axe looks for only if asked to.</summary>
    /// <returns>Each with its rule, weight, place and element.</returns>
    public static Task<string[]> FaultsAsync(this IPage page) => RunAsync(page, new { rules = new Dictionary<string, object>(StringComparer.Ordinal) { ["target-size"] = new { enabled = true } } });

    /// <summary>Finds what cannot be told from its ground: all that another colour scheme can change.</summary>
    public static Task<string[]> ContrastFaultsAsync(this IPage page) => RunAsync(page, new { runOnly = new[] { "color-contrast" } });

    /// <summary>Asserts that nothing is wrong.</summary>
    public static async Task AssertAccessibleAsync(this IPage page) => Faults.AssertNone(await page.FaultsAsync());

    private static async Task<string[]> RunAsync(IPage page, object options)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
            _ = await page.EvaluateAsync(Axe);
        return await page.EvaluateAsync<string[]>(Run, options);
    }
}
