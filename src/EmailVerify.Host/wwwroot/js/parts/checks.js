// What the doctor found: one card for each check, the failed ones first.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { words } from '/js/format.js';

const states = {
  failed: { look: 'failed', text: 'failed' },
  warning: { look: 'warn', text: 'warning' },
  skipped: { look: '', text: 'not looked at' },
  ok: { look: 'ok', text: 'fine' },
};
const order = Object.keys(states);

/** How a check ended as a chip, in its own words or in others. */
export const checkChip = (state, text = states[state]?.text ?? words(state)) => html`<span class="chip ${states[state]?.look ?? ''}">${text}</span>`;

const names = {
  egress: 'A sender to ask with',
  resolver: 'The DNS',
  nxdomain: 'The DNS about names that do not exist',
  dns_tcp: 'The DNS over TCP',
  port_25: 'Port 25 outwards',
  proxy: 'The proxy',
  helo: 'Name and address of the egress',
  sender: 'The sender’s domain',
  spf: 'SPF of the sender’s domain',
  block_lists: 'Block lists',
  clock: 'The clock',
  disk: 'Room on the disk',
  descriptors: 'Files and connections that may be open',
  database: 'The database',
  unicode: 'Names beyond ASCII',
  version: 'What is running',
};

const checkName = id => names[id] ?? words(id).replace(/^./, first => first.toUpperCase());

/** How many checks stand in each state, the worst first: pairs of the word and the number. */
export const tally = checks => order.map(state => [states[state].text, checks.filter(check => check.state === state).length]).filter(([, number]) => number > 0);

/** @param {object[]} checks */
export function checkCards(checks) {
  const ordered = checks.toSorted((one, other) => rank(one) - rank(other));
  const [open, fine] = [ordered.filter(check => check.state !== 'ok'), ordered.filter(check => check.state === 'ok')];
  return html`
    ${open.map(card)}
    ${fine.length ? html`<section class="card" aria-labelledby="fine"><h2 id="fine">Fine</h2><ul class="lanes">${fine.map(row)}</ul></section>` : nothing}`;
}

const rank = check => order.indexOf(check.state);

const title = ({ id, subject }) => html`${checkName(id)}${subject ? html` <span class="quiet small">${subject}</span>` : nothing}`;

const card = check => html`
  <article class="card">
    <div class="row heading"><h2>${title(check)}</h2>${checkChip(check.state)}</div>
    <dl class="facts">
      <dt>Seen</dt><dd>${check.seen}</dd>
      ${check.why ? html`<dt>Why it matters</dt><dd>${check.why}</dd>` : nothing}
      ${check.cure ? html`<dt>What to do</dt><dd><strong class="cure">${check.cure}</strong></dd>` : nothing}
    </dl>
  </article>`;

const row = check => html`
  <li>
    <div class="row heading"><h3>${title(check)}</h3><span class="chip ok">fine</span></div>
    <p class="small">${check.seen}${check.why ? html` <span class="quiet">${check.why}</span>` : nothing}</p>
  </li>`;
