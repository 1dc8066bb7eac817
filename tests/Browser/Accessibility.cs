using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>What axe finds wrong in the present state of a page, by its rules of WCAG 2.0 to 2.2, levels A and AA, and its best practices.</summary>
internal static class Accessibility
{
    // Off unless asked for: targets of 24 by 24 CSS pixels, or as much room around them (WCAG 2.2, 2.5.8).
    private static readonly AxeRunOptions Options = new()
    {
        Rules = new Dictionary<string, RuleOptions>(StringComparer.Ordinal) { ["target-size"] = new() { Enabled = true } },
        ResultTypes = [ResultType.Violations],
    };

    /// <summary>Finds what is wrong.</summary>
    /// <returns>Each with its rule, weight, place and element.</returns>
    public static async Task<string[]> FaultsAsync(this IPage page)
    {
        var result = await page.RunAxe(Options);
        return [.. result.Violations.SelectMany(fault => fault.Nodes.Select(node => $"{fault.Id} ({fault.Impact}): {fault.Help}: {node.Target} {node.Html}"))];
    }

    /// <summary>Asserts that nothing is wrong.</summary>
    public static async Task AssertAccessibleAsync(this IPage page) => Faults.AssertNone(await page.FaultsAsync());
}
