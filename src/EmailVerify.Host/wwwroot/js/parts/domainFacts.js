// What is known of a domain beside its route: who runs its mail, whether it takes everything, what it asked of us.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { count, distance, moment, words } from '/js/format.js';

const acceptAll = {
  yes: ['risky', 'It takes everything', 'Mailboxes that cannot exist are accepted too, so a “yes” proves nothing here: such addresses are risky.'],
  no: ['deliverable', 'It tells mailboxes apart', 'Mailboxes that cannot exist are refused, so a “yes” means that the mailbox exists.'],
  mixed: ['risky', 'It answers both ways', 'Of mailboxes that cannot exist some are taken and some refused, so a “yes” proves little.'],
  unknown: ['unknown', 'Not known yet', 'It is found out when the next address there is asked about, with a mailbox that cannot exist.'],
};

const truths = {
  yes: 'Its servers say whether a mailbox exists.',
  full: 'Its servers say whether a mailbox exists.',
  no: 'Its servers take everything first and decide later: nobody can verify there.',
  none: 'Its servers take everything first and decide later: nobody can verify there.',
  per_tenant: 'Each customer of the provider decides whether its servers say so.',
  unknown: 'Whether its servers tell the truth is not known yet.',
};

const flags = { disposable: 'gives out throw-away mailboxes', free: 'anybody gets a mailbox there' };

/** @param {object} known the domain as the API tells it */
export function acceptAllCard({ accept_all: found }) {
  const [look, title, text] = acceptAll[found?.state] ?? acceptAll.unknown;
  return html`
    <section class="card" aria-labelledby="accept-all">
      <h2 id="accept-all">Does it take everything?</h2>
      <p><span class="chip ${look}">${title}</span></p>
      <p>${text}</p>
      ${found?.samples ? html`
        <dl class="facts">
          ${found.probability === null ? nothing : html`<dt>Chance of it</dt><dd><meter min="0" max="1" .value=${found.probability} aria-label="Chance that it takes everything"></meter> ${percent(found.probability)}</dd>`}
          <dt>Made-up mailboxes tried</dt><dd>${count(found.samples)}</dd>
          <dt>Last</dt><dd>${moment(found.observed_at)}</dd>
        </dl>` : nothing}
    </section>`;
}

/** @param {object} known @param {boolean} mayOperate whether the lanes may be looked at */
export const mailCard = (known, mayOperate) => html`
  <section class="card" aria-labelledby="mail">
    <h2 id="mail">Who runs its mail</h2>
    <dl class="facts">
      <dt>Provider</dt><dd>${known.provider
        ? html`<strong>${known.provider}</strong>${mayOperate ? html` · <a href="/operate#${known.provider}">how it is asked now</a>` : nothing}`
        : 'nobody: no server takes its mail'}</dd>
      ${known.verifiability ? html`<dt>What can be known</dt><dd>${truths[known.verifiability] ?? words(known.verifiability)}</dd>` : nothing}
      <dt>Noticed</dt><dd>${noticed(known.flags)}</dd>
      <dt>Fresh until</dt><dd>${known.fresh_until ? html`${moment(known.fresh_until)} (${distance(known.fresh_until)})` : 'never looked up'}</dd>
    </dl>
  </section>`;

function noticed(set) {
  const found = Object.keys(set ?? {}).filter(flag => set[flag]);
  return found.length ? html`<ul class="plain row">${found.map(flag => html`<li class="chip bare">${flags[flag] ?? words(flag)}</li>`)}</ul>` : 'nothing out of the ordinary';
}

const percent = chance => `${Math.round(100 * chance)} %`;
