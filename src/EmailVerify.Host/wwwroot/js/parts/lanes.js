// The lanes between us and the providers: how fast each goes, how it stands, and what it was told last.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { repeat } from '/lib/lit-html/directives/repeat.js';
import { count, distance, moment, percent, rate, words } from '/js/format.js';
import { replyPath, said } from '/js/parts/reply.js';
import { meaningWords, silenceWords } from '/js/parts/words.js';

const whys = {
  blocked: 'we were blocked',
  rate_limited: 'we asked too fast',
  settling: 'sessions from before the start may still be open',
};

/** Why a lane is paused or an egress rests, for a person. */
export const whyWords = why => whys[why] ?? words(why);

/** @param {object} lane */
export const isPaused = lane => lane.circuit === 'open';

const waitingIn = lane => lane.waiting.interactive + lane.waiting.batch;

/** How many addresses wait, and how many sessions are open, over all lanes. */
export const totals = providers => providers.flatMap(({ lanes }) => lanes).reduce(
  (sum, lane) => ({ waiting: sum.waiting + waitingIn(lane), sessions: sum.sessions + lane.sessions }), { waiting: 0, sessions: 0 });

/**
 * The cards of all providers: those in trouble first, else by name, so that nothing moves while it is looked at.
 * @param {{providers: object[], left_out?: number}} seen
 */
export function laneCards({ providers, left_out: leftOut }) {
  if (providers.length === 0) return html`
    <div class="card quiet"><p>No lane is open. One appears for each provider as soon as an address there is asked about, with its rate, its sessions and what its servers say.</p>
      <p><a href="/">Verify an address</a> or <a href="/batches">drop a file</a> to see it.</p></div>`;
  const rank = ({ lanes, named }) => (lanes.some(isPaused) ? 0 : 2) + (named === false ? 1 : 0);
  const ordered = providers.toSorted((one, other) => rank(one) - rank(other) || one.provider.localeCompare(other.provider));
  return html`
    ${repeat(ordered, ({ provider }) => provider, card)}
    ${leftOut ? html`<p class="small quiet">${count(leftOut)} more small hosts are asked without anything to tell of them.</p>` : nothing}`;
}

const card = ({ provider, named, lanes }) => html`
  <section class="card" id=${provider} aria-labelledby="provider-${provider}">
    <h3 id="provider-${provider}">${provider}${named === false ? html` <span class="small quiet">a small host</span>` : nothing}</h3>
    <ul class="lanes">${repeat(lanes, lane => lane.egress, lane => row(provider, lane))}</ul>
  </section>`;

const row = (provider, lane) => html`
  <li>
    <div class="row heading">
      <span>from <strong>${lane.egress}</strong></span>
      ${state(lane)}
    </div>
    <dl class="figures">
      <div><dt>Rate now</dt><dd>${rate(lane.rate_per_second)} <span class="quiet small">of ${rate(lane.max_rate_per_second)}</span><br>
        <meter class="wide" min="0" .max=${lane.max_rate_per_second ?? 1} .value=${lane.rate_per_second ?? 0} aria-label="Rate now, of the highest"></meter></dd></div>
      <div><dt>Sessions</dt><dd>${sessions(lane)}</dd></div>
      <div><dt>Recipients refused</dt><dd>${refused(lane)}</dd></div>
      <div><dt>Waiting</dt><dd>${count(waitingIn(lane))} ${lane.waiting.interactive ? html`<br><span class="small">${count(lane.waiting.interactive)} of them somebody waits for</span>` : nothing}</dd></div>
    </dl>
    ${lane.last_replies.length ? replies(lane) : nothing}
  </li>`;

const sessions = ({ sessions: open, max_sessions: most }) => most === null ? count(open) : html`
  ${count(open)} <span class="quiet small">of ${count(most)}</span><br>
  <meter class="wide" min="0" .max=${most || 1} .value=${open} aria-label="Sessions, of those allowed"></meter>`;

function state(lane) {
  switch (lane.circuit) {
    case 'open': return html`<span class="chip failed">paused</span> <span class="small">${lane.until ? html`until ${moment(lane.until)} (${distance(lane.until)})` : nothing}${lane.why ? html`: ${whyWords(lane.why)}` : nothing}</span>`;
    case 'half_open': return html`<span class="chip warn">trying again</span> <span class="small">with one session${lane.why ? html`, after ${whyWords(lane.why)}` : nothing}</span>`;
    default: return lane.sessions || waitingIn(lane) ? html`<span class="chip ok">at work</span>` : html`<span class="chip">idle</span>`;
  }
}

// Providers punish who asks for many that do not exist: beyond the cap the lane slows down.
function refused({ refused_ratio: ratio, refused_ratio_cap: cap }) {
  if (ratio == null) return html`<span class="quiet">none counted yet</span>`;
  return html`${percent(ratio)} ${cap == null ? nothing : html`<span class="quiet small">of at most ${percent(cap)}</span><br>
    <meter class="wide" min="0" .max=${cap} .high=${cap * .99} .low=${cap * .75} .optimum=${0} .value=${Math.min(ratio, cap)} aria-label="Recipients refused, of the share allowed"></meter>`}`;
}

const replies = lane => html`
  <details>
    <summary>Last replies (${lane.last_replies.length})</summary>
    <ul class="plain stack small">${lane.last_replies.map(reply => html`
      <li><div class="row"><strong>${reply.code === null ? silenceWords(reply.meaning) : meaningWords(reply.meaning)}</strong> <span class="quiet">${distance(reply.at)}${reply.exchanger ? ` from ${reply.exchanger}` : nothing}</span>
          ${reply.code === null ? nothing : html`<a class="button small plain" href=${replyPath(reply, undefined, reply.exchanger)}>explain</a>`}</div>
        ${reply.code === null ? nothing : said(reply)}</li>`)}</ul>
  </details>`;
