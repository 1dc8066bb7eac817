// How far a batch is: counts by status, a bar, when the end is expected and what holds it up.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { count, distance, duration, moment, share, statuses, words } from '/js/format.js';
import { hasEnded } from '/js/parts/batchWords.js';
import { shares } from '/js/parts/shares.js';

/** @param {object} batch */
export const progress = batch => html`
  <section class="card" aria-labelledby="progress">
    <div class="row apart"><h2 id="progress">${count(batch.counts.done)} of ${count(batch.counts.total)} rows done</h2>
      <strong>${share(batch.counts.done, batch.counts.total)}</strong></div>
    ${shares(batch.counts)}
    <dl class="tallies">${statuses.map(status => html`
      <div class="tally"><dt><span class="chip ${status}">${status}</span></dt><dd>${count(batch.counts[status])}</dd><dd class="small quiet">${share(batch.counts[status], batch.counts.done)}</dd></div>`)}</dl>
    <p>${course(batch)} ${asides(batch)}</p>
  </section>`;

function course(batch) {
  const { status, eta, started_at: startedAt, finished_at: finishedAt } = batch;
  if (hasEnded(batch)) return html`${status === 'completed' ? 'Finished' : words(status).replace(/^./, letter => letter.toUpperCase())} ${moment(finishedAt)}${startedAt ? html`, after ${duration(Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 100) / 10)}` : nothing}.`;
  if (status === 'paused') return nothing;
  if (!eta) return html`When it will be done is not known yet.`;
  return html`Expected to be done <strong>${distance(eta.at)}</strong>${eta.limited_by ? html`; what takes longest is <strong>${eta.limited_by}</strong>, which may not be asked faster` : nothing}.`;
}

// Rows that are put off: by their servers, or by us, who ask no faster than is polite.
function asides(batch) {
  const { retrying, duplicates, without_address: empty } = batch.counts;
  const all = [
    retrying && !hasEnded(batch) ? `${count(retrying)} ${retrying === 1 ? 'is' : 'are'} asked later, or once more` : null,
    duplicates ? `${count(duplicates)} ${duplicates === 1 ? 'repeats' : 'repeat'} an address of another row` : null,
    empty ? `${count(empty)} ${empty === 1 ? 'has' : 'have'} no address` : null,
  ].filter(Boolean);
  return all.length ? html`<span class="quiet">${all.join('; ')}.</span>` : nothing;
}
