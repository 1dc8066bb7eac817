// What was found about an address before, and why it changed.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { ask } from '/js/api.js';
import { chip, moment, words } from '/js/format.js';
import { lazy } from '/js/parts/lazy.js';
import { reasonWords } from '/js/parts/words.js';

const shown = 20;

/** @param {string} email */
export const history = email => lazy(
  'Earlier answers for this address',
  async () => (await ask('/v1/verifications/search?evidence=false', { method: 'POST', json: { email, limit: shown } })).data,
  ({ verifications, changes, next }) => html`
    ${changes.length ? html`<ul>${changes.map(change => html`
      <li>${moment(change.at)}: from ${chip(change.from)} to ${chip(change.to)}, because of ${words(change.why)}</li>`)}</ul>`
      : html`<p>${verifications.length > 1 ? 'The answer was always the same.' : 'This is the first time that it was asked about.'}</p>`}
    <div class="scroll" tabindex="0" role="region" aria-label="Earlier answers"><table>
      <thead><tr><th scope="col">Asked</th><th scope="col">Status</th><th scope="col">Why</th><th scope="col" class="number">Score</th><th scope="col" class="number">Attempts</th></tr></thead>
      <tbody>${verifications.map(one => html`<tr>
        <td class="nowrap">${moment(one.found_at ?? one.pending?.since)}</td><td>${one.status ? chip(one.status) : 'not yet known'}</td>
        <td>${one.reason ? reasonWords(one.reason) : one.explanation}</td><td class="number">${one.score ?? '–'}</td><td class="number">${one.attempts}</td></tr>`)}</tbody>
    </table></div>
    ${next ? html`<p class="quiet small">The newest ${shown} are shown.</p>` : nothing}`);
