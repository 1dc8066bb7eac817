// What is known of a domain beside its route: who runs its mail, whether it takes everything, what it asked of us.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { count, distance, moment, percent, words } from '/js/format.js';
import { providerPolicy } from '/js/parts/providerPolicy.js';

const acceptAll = {
  yes: ['risky', 'It takes everything', 'Mailboxes that cannot exist are accepted too, so a “yes” proves nothing here: such addresses are risky.'],
  no: ['deliverable', 'It tells mailboxes apart', 'Mailboxes that cannot exist are refused, so a “yes” means that the mailbox exists.'],
  mixed: ['risky', 'It answers both ways', 'Of mailboxes that cannot exist some are taken and some refused, so a “yes” proves little.'],
  unknown: ['unknown', 'Not known yet', 'It is found out when the next address there is asked about, with a mailbox that cannot exist.'],
};

const truths = {
  mailbox: 'Whether a mailbox exists: its servers tell.',
  domain: 'Only that the domain takes mail: its servers accept everything.',
  partly: 'Little: its servers answer both ways.',
  no_mail: 'All that there is to know: it takes no mail.',
  unknown: 'Not known yet.',
};

const flags = { disposable: 'gives out throw-away mailboxes', free: 'anybody gets a mailbox there' };

const trusted = ['deliverable', 'It tells mailboxes apart', 'Its provider is known to refuse mailboxes that do not exist, so nothing had to be tried.'];

/** @param {object} known the domain as the API tells it */
export function acceptAllCard({ accept_all: found, verifiability }) {
  const [look, title, text] = found?.state === 'unknown' && verifiability === 'mailbox' ? trusted : acceptAll[found?.state] ?? acceptAll.unknown;
  return html`
    <section class="card" aria-labelledby="accept-all">
      <h2 id="accept-all">Does it take everything?</h2>
      <p><span class="chip ${look}">${title}</span></p>
      <p>${text}</p>
      ${found?.samples ? html`
        <dl class="facts">
          <dt>Chance of it</dt><dd><meter min="0" max="1" .value=${found.probability} aria-label="Chance that it takes everything"></meter> ${percent(found.probability)}</dd>
          <dt>Made-up mailboxes tried</dt><dd>${count(found.samples)}</dd>
          <dt>Last</dt><dd>${moment(found.observed_at)}</dd>
          ${found.fresh_until ? html`<dt>Believed until</dt><dd>${moment(found.fresh_until)}</dd>` : nothing}
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
      ${known.route.found_at ? html`<dt>Looked up</dt><dd>${moment(known.route.found_at)} (${distance(known.route.found_at)})</dd>` : nothing}
      ${known.fresh_until ? html`<dt>Fresh until</dt><dd>${moment(known.fresh_until)}</dd>` : nothing}
    </dl>
    ${known.provider && mayOperate ? providerPolicy(known.provider) : nothing}
  </section>`;

function noticed(set) {
  const found = Object.keys(set ?? {}).filter(flag => set[flag]);
  return found.length ? html`<ul class="plain row">${found.map(flag => html`<li class="chip bare">${flags[flag] ?? words(flag)}</li>`)}</ul>` : 'nothing out of the ordinary';
}
