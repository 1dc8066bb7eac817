// One reply explained: what it means, what to do, and how it was read.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { chip, duration, words } from '/js/format.js';
import { meaningWords, subjectWords } from '/js/parts/words.js';

const cures = {
  mailbox_exists: 'Nothing to do. It proves the mailbox only where the server refuses mailboxes that cannot exist.',
  no_such_mailbox: 'Take the address off your lists, or ask its owner for a new one.',
  mailbox_disabled: 'Stop mailing it for now. Some accounts are switched on again, most are not.',
  mailbox_full: 'Wait some days: a mailbox that stays full for weeks is no longer read.',
  relay_or_domain_rejected: 'Look at the part behind the @: it may be misspelt, or its mail has moved elsewhere.',
  address_syntax_rejected: 'Look at how the address is written. It may still be right: some servers are stricter than the standards.',
  sender_rejected: 'Keep the address. Look at the sender: its domain needs an MX record, and SPF that allows the machine that sends.',
  policy_blocked: 'Keep the address. Look at the machine that sends: the name behind its IP address, block lists, its reputation.',
  rate_limited: 'Keep the address, send slower, and try again later.',
  greylisted: 'Keep the address and send again from the same machine: the second or third time is usually taken.',
  temporary_failure: 'Keep the address, and try again later.',
  message_content_rejected: 'Keep the address. The message was refused for what is in it, or for its size.',
  other: 'Keep the address: nothing can be concluded from this. Whoever runs the server knows what it wants to say.',
};

const kinds = {
  address: 'an address', ip: 'an IP address', link: 'a link', host: 'a host', block_list: 'a block list', code: 'a code, said once already', noise: 'a queue id',
};

/**
 * The card of one reply.
 * @param {import('./replyText.js').Reply & {enhanced?: string | null}} reply what was asked
 * @param {object} told what the API said of it
 * @param {number} at which one, from 0
 * @param {number} total of how many
 */
export const replyCard = (reply, told, at, total) => html`
  <article class="card" aria-labelledby="reply-${at}">
    ${total > 1 ? html`<p class="small quiet">Reply ${at + 1} of ${total}${reply.mx ? html`, from ${reply.mx}` : nothing}</p>` : nothing}
    <h2 id="reply-${at}" tabindex="-1">${capital(meaningWords(told.meaning))}</h2>
    <p class="quiet">It speaks ${subjectWords(told.about)}: <code>${told.meaning}</code></p>
    <p class="said"><strong>${reply.code}</strong> ${reply.enhanced ? `${reply.enhanced} ` : nothing}${marked(reply.text, told.cut_out)}</p>
    <p>${told.explanation}</p>
    <dl class="facts">
      <dt>What to do</dt><dd>${cures[told.meaning] ?? 'Keep the address.'}</dd>
      <dt>As a verdict</dt><dd>${chip(told.status)} <code>${told.reason}</code>${told.retry ? ' if it is still said at the last try' : nothing}</dd>
      <dt>Asked again</dt><dd>${again(told.retry)}</dd>
      <dt>Rule</dt><dd><code>${told.rule}</code>${told.provider ? html`; the rules of <strong>${told.provider}</strong> went first` : nothing}</dd>
    </dl>
    <details>
      <summary>How it was read</summary>
      ${reading(told)}
    </details>
  </article>`;

const again = retry => retry === null ? 'No: a repetition would get the same.'
  : retry.after_seconds === null ? 'Yes, by the schedule of retries; it names no time.'
  : html`Yes, after the ${duration(retry.after_seconds)} that it names.`;

const reading = told => html`
  <dl class="facts small">
    <dt>Left out</dt><dd>${told.cut_out.length
      ? html`Names say nothing about what a reply means, whatever words are in them:
        <ul class="plain">${told.cut_out.map(name => html`<li><span class="mono">${name.text}</span> <span class="quiet">${kinds[name.kind] ?? words(name.kind)}</span></li>`)}</ul>`
      : 'Nothing.'}</dd>
    <dt>Read as</dt><dd class="mono">${told.read_as || '(no words)'}</dd>
    <dt>Words that count</dt><dd>${told.words.length ? told.words.join(', ') : 'None: the code alone decided.'}</dd>
    <dt>Next rule</dt><dd>${told.runner_up ? html`<code>${told.runner_up.rule}</code> holds too, and would have said: ${meaningWords(told.runner_up.meaning)}.` : 'No other one holds.'}</dd>
    <dt>Rules of</dt><dd>${told.rule_set}</dd>
  </dl>`;

// The names in the order of the text, each struck out where it stands.
function marked(text, names) {
  const parts = [];
  let from = 0;
  for (const name of names) {
    const start = name.text === null ? -1 : text.indexOf(name.text, from);
    if (start < 0) continue;
    parts.push(text.slice(from, start), html`<s title="Left out: ${kinds[name.kind] ?? words(name.kind)}">${name.text}</s>`);
    from = start + name.text.length;
  }

  return [...parts, text.slice(from)];
}

const capital = text => text[0].toUpperCase() + text.slice(1);
