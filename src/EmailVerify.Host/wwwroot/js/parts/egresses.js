// The addresses that we ask from: who each says it is, how it stands, and what providers make of it.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { count, distance, moment } from '/js/format.js';
import { checkChip } from '/js/parts/checks.js';
import { whyWords } from '/js/parts/lanes.js';

const listWords = { ok: 'on none', failed: 'listed', skipped: 'not told' };

/** @param {object[]} egresses as the API tells them */
export const egressesCard = egresses => html`
  <section class="card" aria-labelledby="egresses">
    <h2 id="egresses">Egresses</h2>
    ${egresses.length === 0
      ? html`<p class="quiet">None is set, so nothing leaves this machine and every verdict that needs a mail server is unknown. <a href="/operate/doctor">The doctor</a> says what to set.</p>`
      : egresses.map(egress)}
  </section>`;

const egress = ({ name, address, proxy, helo_name: helo, mail_from: from, state, until, why, blocked_by: by, last_block: last, block_lists: lists, providers }) => html`
  <section aria-labelledby="egress-${name}" class="egress">
    <div class="row heading"><h3 id="egress-${name}">${name}</h3>
      ${state === 'resting'
        ? html`<span class="chip failed">resting</span> <span class="small">${until ? html`until ${moment(until)} (${distance(until)})` : nothing}${why ? html`: ${whyWords(why)}` : nothing}${by?.length ? ` by ${by.join(' and ')}` : nothing}</span>`
        : state === 'absent'
          ? html`<span class="chip warn">away</span> <span class="small">no process of the cluster has it now; its domains wait for it${until ? html` until ${moment(until)} (${distance(until)})` : nothing}</span>`
          : html`<span class="chip ok">healthy</span>`}</div>
    <dl class="facts small">
      <dt>Address</dt><dd class="mono">${address ?? (proxy ? 'the proxy’s' : 'any of this machine’s')}</dd>
      ${proxy ? html`<dt>Through</dt><dd class="mono">${proxy}</dd>` : nothing}
      <dt>Greets as</dt><dd class="mono">${helo ?? '–'}</dd>
      <dt>Sender</dt><dd class="mono">${from ?? '–'}</dd>
      ${lists ? html`<dt>Block lists</dt><dd>${checkChip(lists.state, listWords[lists.state])} ${lists.seen} <span class="quiet">${distance(lists.at)}</span></dd>` : nothing}
      ${last ? html`<dt>Last blocked</dt><dd>by ${last.provider}, ${distance(last.at)}</dd>` : nothing}
    </dl>
    ${providers?.length ? answers(name, providers) : nothing}
  </section>`;

const answers = (name, providers) => html`
  <div class="scroll" tabindex="0" role="region" aria-label="Answers to ${name} by provider">
    <table>
      <caption class="hear">Answers to ${name} by provider</caption>
      <thead><tr><th scope="col">Provider</th><th scope="col" class="number">Accepted</th><th scope="col" class="number">Refused</th><th scope="col" class="number">Blocked us</th></tr></thead>
      <tbody>${providers.map(({ provider, accepted, refused, blocked }) => html`
        <tr><th scope="row">${provider === 'other' ? 'small hosts' : provider}</th><td class="number">${count(accepted)}</td><td class="number">${count(refused)}</td><td class="number ${blocked ? 'failed' : ''}">${count(blocked)}</td></tr>`)}</tbody>
    </table>
  </div>`;
