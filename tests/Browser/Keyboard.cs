using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>A page used with the keyboard alone (WCAG 2.2: 2.1.1, 2.1.2, 2.4.3, 2.4.7, 2.4.11).</summary>
internal static class Keyboard
{
    // Notes each element that the focus comes to: what it is, whether it is seen, and whether it shows that it has the focus.
    private const string Note = """
        () => {
          const nameOf = element => `${element.localName}${element.id ? '#' + element.id : ''} “${(element.ariaLabel || element.textContent || element.name || '').trim().replace(/\s+/g, ' ').slice(0, 40)}”`;
          const isSeen = element => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
          const isOffered = element => isSeen(element) && !element.disabled && element.tabIndex >= 0 && !element.closest('[inert]');
          // While a dialog is open nothing else can be used.
          const offered = [...(document.querySelector('dialog:modal') ?? document).querySelectorAll('a[href], button, input, select, textarea, summary, iframe, [tabindex], [contenteditable]')].filter(isOffered)
            // Of a group of radio buttons only one is stopped at; the arrows lead to the others.
            .filter(element => element.type !== 'radio' || element.checked || !document.querySelector(`input[type=radio][name="${element.name}"]:checked`));
          const log = window.focusLog = { offered: offered.map(nameOf), stops: [], faults: offered.filter(element => element.tabIndex > 0).map(element => `${nameOf(element)} comes out of turn`) };
          const stopped = new Set();
          log.missed = () => offered.filter(element => element.isConnected && isOffered(element) && !stopped.has(element)).map(nameOf);
          const shows = element => {
            const style = getComputedStyle(element);
            return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none';
          };
          document.activeElement?.blur();
          addEventListener('focusin', ({ target }) => {
            stopped.add(target);
            log.stops.push(nameOf(target));
            const ring = target.matches('.drop input') ? target.closest('.drop') : target;
            if (!shows(ring)) log.faults.push(`${nameOf(target)} does not show that it has the focus`);
            const box = ring.getClientRects()[0];
            const [x, y] = [(Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2, (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2];
            const top = document.elementFromPoint(x, y);
            if (!top) log.faults.push(`${nameOf(target)} has the focus out of sight`);
            else if (!ring.contains(top) && !top.contains(ring)) log.faults.push(`${nameOf(target)} has the focus under ${top.cloneNode().outerHTML}`);
          });
        }
        """;

    /// <summary>Goes through a page with the tabulator, and finds what it does not come to, where it is not seen, and where it does not come out again.</summary>
    public static async Task<string[]> KeyboardFaultsAsync(this IPage page)
    {
        _ = await page.EvaluateAsync(Note);
        var offered = await page.EvaluateAsync<int>("focusLog.offered.length");

        // Whatever scrolls is a stop too, and leaving the page one more.
        for (var press = 0; press < (2 * offered) + 10; press++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (press >= offered && await page.EvaluateAsync<bool>("focusLog.missed().length === 0"))
                break;
        }

        return await page.EvaluateAsync<string[]>("[...focusLog.missed().map(one => `keyboard: ${one} is never come to`), ...focusLog.faults.map(fault => `keyboard: ${fault}`)]");
    }
}
