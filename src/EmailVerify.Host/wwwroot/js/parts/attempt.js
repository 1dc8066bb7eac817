// One attempt to ask about an address, as steps of the story: whom, what was said, what that means, and what decoys told.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { duration, moment, percent } from '/js/format.js';
import { reading } from '/js/parts/reading.js';
import { replyPath, said } from '/js/parts/reply.js';
import { meaningWords, silenceWords, subjectWords } from '/js/parts/words.js';

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

const questions = {
  connect: 'We connected, and waited for its greeting.',
  ehlo: 'We gave our name (EHLO).',
  starttls: 'We asked for an encrypted line (STARTTLS).',
  mail: 'We named our sender (MAIL FROM).',
  rcpt: html`We asked whether it takes mail for the address: <code>RCPT TO:&lt;recipient&gt;</code>. No mail was sent.`,
};

const signs = {
  backup_exchanger: 'It is a backup server: what it takes for others proves nothing about their mailboxes.',
  identical_answer: 'Made-up mailboxes were taken in the very same words.',
  differing_answer: 'Made-up mailboxes were taken in other words than this one, which speaks a little for it.',
  decoys_delayed: 'Made-up mailboxes were answered noticeably later: the server tells them apart.',
  refusal_delayed: 'The refusal was held back for seconds (a tarpit).',
  partial_catch_all: 'Made-up mailboxes of one form are taken, those of another refused.',
  answers_at_random: 'Made-up mailboxes are taken and refused at random.',
  refusal_doubted: 'The refusal contradicts what the server said before, so it was asked again before it was believed.',
  accepted_after_errors: 'In an earlier session the server took everything after some refusals, so it was asked in a fresh one.',
  error_limit_met: 'In an earlier session the server objected to us after some refusals, so it was asked in a fresh one.',
  known_only_greylisting: 'The server puts off only mailboxes that it has.',
};

/**
 * The steps of one attempt.
 * @param {object} attempt one item of the evidence
 * @param {number} at which one, from 0
 * @param {object} found the verification
 */
export function attemptSteps(attempt, at, { evidence, status }) {
  const isOnly = evidence.length === 1 && status !== null;
  const name = isOnly ? '' : `The ${ordinals[at] ?? `${at + 1}th`} attempt: `;
  const heading = isOnly ? 'We asked' : `${name}we asked`;
  return [
    html`<li><h3>${heading} ${attempt.exchanger ?? 'its mail servers'}</h3>${connection(attempt)}</li>`,
    answer(attempt, status === null && at === evidence.length - 1),
    attempt.decoys.length ? decoys(attempt) : nothing,
  ].filter(step => step !== nothing);
}

function connection({ exchanger, address, egress, tls, stage, at, duration_ms: took, read_as: readAs }) {
  if (!exchanger) return html`<p>No connection could be made to any of them, from our egress <strong>${egress}</strong>, ${moment(at)}.</p>`;
  return html`
    <p>Connected to <span class="mono">${address}</span> from our egress <strong>${egress}</strong>, ${tls ? html`encrypted with <strong>${tls}</strong>` : html`<strong>in clear text</strong>`}, ${moment(at)}; it took ${duration(took / 1000)}.</p>
    ${readAs ? html`<p class="quiet small">Its greeting or name shows whose server it is: it was read like <span class="mono">${readAs}</span>.</p>` : nothing}
    <p>${questions[stage] ?? nothing}</p>`;
}

// What comes after an attempt that is still waited for, the next step of the story tells.
function answer(attempt, isWaited) {
  const { reply, meaning, about, rule, stage, exchanger, retry_at: retryAt } = attempt;
  if (!reply) return exchanger || rule !== 'no_connect' ? html`<li><h3>No reply: ${silenceWords(rule)}</h3>${again(attempt, isWaited)}</li>` : retryAt && !isWaited ? html`<li><h3>So nobody could be asked</h3>${again(attempt, isWaited)}</li>` : nothing;
  return html`<li><h3>The server said</h3>
    ${said(reply)}
    <p>It means: <strong>${meaningWords(meaning)}</strong> – ${subjectWords(about)}. The rule <code>${rule}</code> read it so.
      <a href=${replyPath(reply, stage, exchanger)}>Why?</a></p>
    ${attempt.signs?.length ? html`<ul>${attempt.signs.map(sign => html`<li>${signs[sign] ?? sign}</li>`)}</ul>` : nothing}
    ${reading(reply, stage, exchanger)}
    ${again(attempt, isWaited)}</li>`;
}

const again = ({ at, meaning, retry_at: retryAt }, isWaited) => retryAt && !isWaited
  ? html`<p>So we came back after <strong>${duration(Math.max(0, Math.round((Date.parse(retryAt) - Date.parse(at)) / 100) / 10))}</strong>${meaning === 'greylisted' ? ', as the same stranger' : nothing}.</p>`
  : nothing;

function decoys({ decoys: asked, catch_all_chance: chance }) {
  const taken = asked.filter(decoy => decoy.meaning === 'mailbox_exists').length;
  const refused = asked.filter(decoy => decoy.meaning === 'no_such_mailbox').length;
  const told = taken === asked.length ? 'It takes whatever is asked, so that it took this one proves nothing.'
    : refused === asked.length ? 'It refuses what does not exist, so that it took this one means something.'
    : taken ? 'It takes some and refuses some, so its word is worth less.'
    : 'It did not say, so they tell nothing.';
  return html`<li><h3>We asked about ${asked.length === 1 ? 'a mailbox that cannot exist' : `${asked.length} mailboxes that cannot exist`}</h3>
    <p>Made-up names show whether the server takes everything:</p>
    ${asked.map(decoy => html`${said(decoy.reply)}<p class="small quiet">${meaningWords(decoy.meaning)}</p>`)}
    <p><strong>${told}</strong> ${chance == null ? nothing : html`Chance that this domain takes everything: ${percent(chance)}.`}</p></li>`;
}
