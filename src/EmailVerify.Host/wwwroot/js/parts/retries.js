// What waits to be asked again, by when it is due.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { count, distance, duration } from '/js/format.js';

/** @param {object} retries as the API tells them */
export function retriesCard(retries) {
  const { verifications, batch_rows: rows, due } = retries;
  const total = verifications.waiting + rows.waiting;
  return html`
    <section class="card" aria-labelledby="retries">
      <h2 id="retries">To be asked again</h2>
      ${total === 0
        ? html`<p class="quiet">Nothing waits. What a server puts off (greylisting, asking too fast, trouble of its own) waits here until it is due, and is asked again by itself.</p>`
        : html`<p><strong>${count(verifications.waiting)}</strong> ${verifications.waiting === 1 ? 'single address' : 'single addresses'}${next(verifications)}, <strong>${count(rows.waiting)}</strong> ${rows.waiting === 1 ? 'row' : 'rows'} of batches${next(rows)}.</p>
          ${histogram(due)}`}
    </section>`;
}

const next = ({ waiting, next_at: at }) => waiting && at ? html` <span class="quiet">(${Date.parse(at) <= Date.now() ? 'the next is due' : html`the next ${distance(at)}`})</span>` : nothing;

function histogram(due) {
  const most = Math.max(1, ...due.map(part => part.count));
  // What is overdue ends now: the clock of the service, not that of the browser, says when that is.
  const now = Date.parse(due[0]?.to);
  return html`
    <table class="due">
      <caption class="hear">How many are due when</caption>
      <thead class="hear"><tr><th scope="col">Due</th><th scope="col">Waiting</th><th scope="col">Share</th></tr></thead>
      <tbody>${due.filter(part => part.to !== null || part.count > 0).map((part, at) => html`
        <tr><th scope="row">${at === 0 ? 'overdue' : label(part, now)}</th><td class="number">${count(part.count)}</td>
          <td class="fill"><meter class="wide" min="0" .max=${most} .value=${part.count} aria-hidden="true"></meter></td></tr>`)}</tbody>
    </table>`;
}

function label({ from, to }, now) {
  const [start, end] = [Date.parse(from) - now, to === null ? null : Date.parse(to) - now].map(length => length === null ? null : duration(Math.round(length / 1000)));
  if (end === null) return `after ${start}`;
  return Date.parse(from) <= now ? `within ${end}` : `in ${start} to ${end}`;
}
