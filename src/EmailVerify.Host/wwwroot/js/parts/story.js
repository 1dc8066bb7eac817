// The evidence of a verdict told as a story: one step after the other, from the text of the address to what it all proves.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { distance, duration, moment } from '/js/format.js';
import { attemptSteps } from '/js/parts/attempt.js';
import { conclusion } from '/js/parts/conclusion.js';

/**
 * The story so far.
 * @param {object} found the verification, with or without a verdict
 */
export const story = found => html`
  <section class="card" aria-labelledby="story">
    <h2 id="story">How we know</h2>
    <ol class="story">
      ${reading(found)}
      ${route(found)}
      ${found.evidence.flatMap((attempt, at) => attemptSteps(attempt, at, found))}
      ${found.status === null ? waiting(found) : conclusion(found)}
    </ol>
  </section>`;

function reading({ email, fault, local_part: localPart, domain, domain_unicode: name, canonical, reason }) {
  if (domain === null) return html`<li><h3>The text was read</h3><p>It is not written as an address has to be, so there is nobody to ask.</p>${fault ? html`<p><strong>${fault}</strong></p>` : nothing}</li>`;
  return html`<li><h3>The address was read</h3>
    <p>Mailbox <strong class="mono">${localPart}</strong> at the domain <strong class="mono">${name ?? domain}</strong>${name && name !== domain ? html`, which is <span class="mono">${domain}</span> to machines` : nothing}.
      ${canonical !== email ? html`Its mail goes to the same mailbox as <span class="mono">${canonical}</span>.` : nothing}
      ${reason === 'address_literal' ? 'It names a machine by its number: such addresses are not asked about.' : nothing}</p></li>`;
}

const routeEnds = {
  null_mx: 'The DNS has a “null MX”: the owner of the domain declares that it takes no mail at all (RFC 7505).',
  invalid_domain: 'The DNS knows no server that takes mail for it: no MX record that leads to one, and no address of its own.',
  dns_error: 'The DNS gave no usable answer, so nobody could be asked.',
};

function route({ evidence, domain, reason, status, source, provider }) {
  if (domain === null) return nothing;
  const hosts = evidence.at(-1)?.route ?? [];
  if (hosts.length) return html`<li><h3>Where its mail goes</h3>
    <p>The DNS names ${hosts.length === 1 ? 'one mail server' : `${hosts.length} mail servers, to be asked in this order`}${provider ? html`; the mail is run by <strong>${provider}</strong>` : nothing}:</p>
    <ol class="hosts mono small">${hosts.map(host => html`<li>${host}</li>`)}</ol>
    ${evidence.at(-1).route_incomplete ? html`<p class="quiet small">Not every server that the domain names could be asked. What the others say is then no proof that a mailbox is missing.</p>` : nothing}</li>`;
  if (source === 'test') return html`<li><h3>Nobody was asked</h3><p>A test key asks nobody: the part before the @ decides what the answer is.</p></li>`;
  if (status !== null && routeEnds[reason]) return html`<li><h3>Where its mail goes</h3><p>${routeEnds[reason]}</p></li>`;
  return nothing;
}

function waiting({ pending, explanation }) {
  return html`<li><h3>${pending.cause ? 'We wait, and ask again' : 'The question is on its way'}</h3>
    <p>${explanation}</p>
    ${pending.cause
      ? html`<p>Next attempt <strong role="timer" aria-live="off">${Date.parse(pending.next_attempt_at) > Date.now() ? distance(pending.next_attempt_at) : 'any moment'}</strong>. <span class="quiet">If it never answers, we give up ${moment(pending.gives_up_at)} and say so.</span></p>`
      : html`<p><span class="spin" aria-hidden="true"></span> Asking for ${duration(Math.max(0, Math.round((Date.now() - Date.parse(pending.since)) / 1000)))} …</p>`}</li>`;
}
