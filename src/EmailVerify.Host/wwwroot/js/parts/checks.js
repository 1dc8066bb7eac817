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

const names = {
  resolver: 'The DNS answers',
  resolver_nxdomain: 'The DNS is honest about what does not exist',
  nxdomain: 'The DNS is honest about what does not exist',
  resolver_tcp: 'The DNS answers over TCP',
  port_25: 'Port 25 is open outwards',
  helo_ptr: 'Name and address agree',
  helo: 'Name and address agree',
  spf: 'The sender’s domain allows this machine',
  sender_mx: 'The sender’s domain takes mail',
  mx: 'The sender’s domain takes mail',
  block_lists: 'On no block list',
  clock: 'The clock is right',
  disk: 'There is room on the disk',
  file_descriptors: 'Enough files may be open',
  database: 'The database is well',
  version: 'Version',
  egress: 'There is a sender to ask with',
};

/** What a check looks at, for a person. */
export const checkName = id => names[id] ?? words(id).replace(/^./, first => first.toUpperCase());

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

const title = ({ id, subject, title: told }) => html`${told ?? checkName(id)}${subject ? html` <span class="quiet small">${subject}</span>` : nothing}`;

const card = check => html`
  <article class="card">
    <div class="row heading"><h2>${title(check)}</h2><span class="chip ${states[check.state]?.look ?? ''}">${states[check.state]?.text ?? words(check.state)}</span></div>
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
