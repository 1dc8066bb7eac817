using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>How a page fills its width.</summary>
internal static class Layout
{
    // What sticks out, unless it is in something that scrolls or clips by itself.
    private const string SticksOut = """
        () => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width && document.body.scrollWidth <= width) return [];
          const holds = element => { for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) if (getComputedStyle(box).overflowX !== 'visible') return true; return false; };
          const out = [...document.body.querySelectorAll('*')].filter(element => element.getBoundingClientRect().right > width + .5 && !holds(element));
          return [`the page is ${document.documentElement.scrollWidth} wide, not ${width}`, ...out.slice(0, 5).map(element => `${element.cloneNode().outerHTML} reaches ${Math.round(element.getBoundingClientRect().right)}`)];
        }
        """;

    // Words that are cut off: not where an ellipsis says so.
    private const string CutOff = """
        () => [...document.body.querySelectorAll('*')].filter(element => {
          const style = getComputedStyle(element);
          return style.overflowY === 'hidden' && style.textOverflow !== 'ellipsis' && element.clientHeight > 1 && element.scrollHeight > element.clientHeight + 2 && element.textContent.trim() && element.checkVisibility();
        }).map(element => `${element.cloneNode().outerHTML} cuts off its text`)
        """;

    /// <summary>Finds what makes people scroll sideways at a width of 320 CSS pixels (WCAG 2.2, 1.4.10).</summary>
    public static async Task<string[]> ReflowFaultsAsync(this IPage page)
    {
        await page.SetViewportSizeAsync(320, 640);
        return await page.EvaluateAsync<string[]>(SticksOut);
    }

    /// <summary>Finds where text of twice the size does not fit (WCAG 2.2, 1.4.4). It has its size again afterwards.</summary>
    public static async Task<string[]> TextSizeFaultsAsync(this IPage page)
    {
        _ = await page.EvaluateAsync("document.documentElement.style.fontSize = '200%'");
        string[] faults = [.. await page.EvaluateAsync<string[]>(SticksOut), .. await page.EvaluateAsync<string[]>(CutOff)];
        _ = await page.EvaluateAsync("document.documentElement.style.fontSize = ''");
        return [.. faults.Select(fault => "text twice as large: " + fault)];
    }

    /// <summary>Finds what slides or fades; for whoever has asked for less motion nothing should (WCAG 2.2, 2.3.3).</summary>
    public static Task<string[]> MotionFaultsAsync(this IPage page) => page.EvaluateAsync<string[]>("""
        () => [...document.querySelectorAll('*')].filter(element => {
          const style = getComputedStyle(element);
          return style.transitionDuration.split(', ').some(time => parseFloat(time) > 0) || style.scrollBehavior === 'smooth';
        }).map(element => `${element.cloneNode().outerHTML} moves`)
        """);

    /// <summary>Finds what the frame of a page lacks: its language, one heading of the first level, one main part between header and footer, named ways to go, and a first stop that leads to the main part.</summary>
    public static Task<string[]> FrameFaultsAsync(this IPage page) => page.EvaluateAsync<string[]>("""
        () => {
          const faults = [];
          const expect = (isSo, fault) => isSo || faults.push(fault);
          const seen = selector => [...document.querySelectorAll(selector)].filter(element => element.checkVisibility());
          expect(document.documentElement.lang === 'en', 'no language');
          expect(seen('h1').length === 1, `${seen('h1').length} headings of the first level`);
          expect(seen('main').length === 1 && seen('main')[0].querySelector('h1'), 'the heading is not in the main part');
          expect(seen('body > header').length === 1, 'no header');
          expect(seen('body > footer').length === 1, 'no footer');
          expect([...document.querySelectorAll('nav')].every(nav => nav.ariaLabel || nav.hasAttribute('aria-labelledby')), 'ways to go without a name');
          const skip = document.querySelector('a[href], button, input, [tabindex="0"]');
          expect(skip?.hash && document.getElementById(skip.hash.slice(1)) === document.querySelector('main'), 'the first stop does not lead to the main part');
          const levels = seen('h1, h2, h3, h4, h5').map(heading => +heading.localName[1]);
          expect(levels.every((level, at) => at === 0 || level <= levels[at - 1] + 1), `headings jump: ${levels}`);
          return faults;
        }
        """);
}
