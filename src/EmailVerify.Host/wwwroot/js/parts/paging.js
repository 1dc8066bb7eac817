// The way through a list that is asked for a page at a time, by the cursor that the page before gave.
import { html, nothing } from '/lib/lit-html/lit-html.js';

/**
 * @param {string} what what the pages are of
 * @param {string[]} before the cursors of the pages up to the one that is shown
 * @param {string|null} next that of the next one, if there is one
 * @param {(before: string[]) => void} turn shows another
 */
export const paging = (what, before, next, turn) => before.length === 1 && next === null ? nothing : html`
  <nav class="row apart" aria-label="Pages of ${what}">
    <button type="button" ?disabled=${before.length === 1} @click=${() => turn(before.slice(0, -1))}>Previous</button>
    <span class="quiet">Page ${before.length}</span>
    <button type="button" ?disabled=${next === null} @click=${() => turn([...before, next])}>Next</button>
  </nav>`;
