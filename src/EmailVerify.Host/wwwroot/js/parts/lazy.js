// A fold whose content is asked for when it is opened.
import { html, render } from '/lib/lit-html/lit-html.js';
import { problem } from '/js/format.js';

/**
 * @template T
 * @param {string} summary what the fold says while it is closed
 * @param {() => Promise<T>} load asked each time that it is opened
 * @param {(found: T) => unknown} show
 */
export const lazy = (summary, load, show) => html`
  <details @toggle=${event => toggle(event.currentTarget, load, show)}><summary>${summary}</summary><div aria-live="polite"></div></details>`;

async function toggle(details, load, show) {
  if (!details.open) return;
  const place = details.lastElementChild;
  render(html`<p class="quiet"><span class="spin" aria-hidden="true"></span> One moment …</p>`, place);
  try {
    render(show(await load()), place);
  } catch (failure) {
    render(problem(failure), place);
  }
}
