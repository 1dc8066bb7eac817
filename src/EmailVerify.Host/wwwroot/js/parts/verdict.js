// The verdict of one address: what it is, why, how sure that is, and what else is known of the address.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { moment, words } from '/js/format.js';
import { advice, reasonWords } from '/js/parts/words.js';

const flagTexts = {
  accept_all: 'takes everything',
  disposable: 'throw-away',
  free: 'free provider',
  role: 'a function, not a person',
  subaddress: 'has a +tag',
  no_reply: 'nobody reads it',
  smtputf8: 'international',
  mailbox_full: 'full',
  mailbox_disabled: 'switched off',
};

const sources = {
  live: 'asked just now',
  cache: 'from an earlier question that is still fresh',
  syntax: 'from the text alone: nobody was asked',
  dns: 'from the DNS alone: no mail server was asked',
  feedback: 'from what became of mail that was sent',
  test: 'made up, for a test key',
};

/**
 * The card of a verdict.
 * @param {object} found the verification
 * @param {(email: string) => void} tryInstead asks about the address that was meant
 */
export const verdictCard = (found, tryInstead) => html`
  <section class="card verdict ${found.status}" aria-labelledby="verdict">
    <div>
      <p><span class="chip ${found.status}">${words(found.status)}</span> <code>${found.reason}</code></p>
      <h2 id="verdict" tabindex="-1">${reasonWords(found.reason)}</h2>
      <p class="asked">${found.email}</p>
      <p>${found.explanation} ${found.fault ?? nothing} ${advice(found.status)}</p>
      ${found.did_you_mean ? meant(found.did_you_mean, tryInstead) : nothing}
    </div>
    <div class="score"><strong>${found.score} %</strong><span class="small quiet">chance that mail<br>is accepted</span></div>
    ${facts(found)}
  </section>`;

const meant = (suggestion, tryInstead) => html`
  <p class="notice">Did you mean <button class="plain small" type="button" @click=${() => tryInstead(suggestion)}>${suggestion}</button>?</p>`;

function facts({ flags, provider, domain, domain_unicode: name, canonical, email, source, found_at: foundAt, fresh_until: freshUntil }) {
  const set = Object.keys(flags).filter(flag => flags[flag]);
  return html`
    <dl class="facts wide">
      ${provider ? html`<dt>Who runs the mail</dt><dd>${provider}</dd>` : nothing}
      ${domain ? html`<dt>Domain</dt><dd>${name ?? domain}${name && name !== domain ? html` (${domain})` : nothing}${name ? html` · <a href="/domains/${encodeURIComponent(domain)}">what is known of it</a>` : nothing}</dd>` : nothing}
      ${canonical && canonical !== email ? html`<dt>The same mailbox as</dt><dd>${canonical}</dd>` : nothing}
      ${set.length ? html`<dt>Noticed</dt><dd><ul class="flags">${set.map(flag => html`<li class="chip bare">${flagTexts[flag] ?? words(flag)}</li>`)}</ul></dd>` : nothing}
      <dt>Found</dt><dd>${moment(foundAt)}, ${sources[source] ?? words(source)}</dd>
      ${freshUntil !== foundAt ? html`<dt>Fresh until</dt><dd>${moment(freshUntil)}; until then the same question gets the same answer at once</dd>` : nothing}
    </dl>`;
}
