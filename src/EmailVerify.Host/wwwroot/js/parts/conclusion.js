// The last step of the story: what it all proves, and how sure that is.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { moment, percent, words } from '/js/format.js';

/** @param {object} found the verification, with its verdict */
export function conclusion(found) {
  const { status, reason, score, explanation, rules, fresh_until: freshUntil, found_at: foundAt, source } = found;
  return html`<li><h3>What follows</h3>
    <p><span class="chip ${status}">${words(status)}</span> <code>${reason}</code> ${explanation}</p>
    <p><strong>${score} %</strong>: ${restsOn(found)}</p>
    <p class="quiet small">${source === 'test' ? nothing : html`Judged by rules ${rules}. `}${freshUntil === foundAt ? 'It is not kept for the next question: that asks anew.' : html`Fresh until ${moment(freshUntil)}.`}</p></li>`;
}

// What the chance is made of, in words: it is computed by the service, not here.
function restsOn({ status, source, evidence, flags, provider }) {
  const last = evidence.at(-1);
  const chance = last?.catch_all_chance;
  if (source === 'test') return 'made up, for a test key.';
  if (status === 'unknown') return 'nobody told us, so this is what is usual among addresses that end so.';
  if (source === 'syntax') return 'the text alone is proof enough.';
  if (source === 'dns') return 'the DNS alone is proof enough.';
  if (source === 'feedback') return 'it rests on what became of mail that was really sent.';
  if (status === 'undeliverable') return 'the server’s own word is about as sure as can be; servers err now and then, so it is never quite certain.';
  if (flags.mailbox_full) return 'full mailboxes are emptied at times, so mail may get through later.';
  if (flags.accept_all) return `where everything is taken, about this share of the mailboxes that people ask about takes mail${chance == null ? '' : ` (chance that everything is taken: ${percent(chance)})`}.`;
  if (last?.decoys.length) return 'the server took this mailbox and refused made-up ones. What is left out of a hundred are mailboxes that are shut behind the server’s back.';
  return `${provider ?? 'this server'} is known not to take what does not exist, or was found so with made-up mailboxes a short while ago${chance == null ? '' : ` (chance that it takes everything: ${percent(chance)})`}.`;
}
