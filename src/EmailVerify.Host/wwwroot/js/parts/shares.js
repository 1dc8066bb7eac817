// How far a batch is and what its rows are, as one bar.
import { html } from '/lib/lit-html/lit-html.js';
import { count, share, statuses } from '/js/format.js';
import { width } from '/js/parts/width.js';

/** @param {{total: number, done: number}} counts */
export const shares = counts => html`
  <div class="shares" role="img" aria-label=${textOf(counts)} title=${textOf(counts)}>${statuses.map(status => html`
    <span class=${status} ${width(counts.total ? counts[status] / counts.total : 0)}></span>`)}</div>`;

const textOf = counts => `${count(counts.done)} of ${count(counts.total)} done (${share(counts.done, counts.total)}): ${statuses.map(status => `${count(counts[status])} ${status}`).join(', ')}`;
