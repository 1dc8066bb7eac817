// The lanes between us and the providers: how fast each goes, how it stands, and what it was told last.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { repeat } from '/lib/lit-html/directives/repeat.js';
import { count, distance, moment, rate, words } from '/js/format.js';
import { replyPath } from '/js/parts/reply.js';
import { meaningWords } from '/js/parts/words.js';

const whys = {
  blocked: 'we were blocked',
  policy_blocked: 'we were blocked',
  rate_limited: 'we asked too fast',
  greylisted: 'strangers are put off',
  temporary_failure: 'its servers had trouble',
  sender_rejected: 'our sender was refused',
  refused_ratio: 'too many recipients were refused',
};

/** Why a lane is paused or an egress rests, for a person. */
export const whyWords = why => whys[why] ?? words(why);

/** @param {object} lane */
export const isPaused = lane => lane.circuit === 'open';

const waitingIn = lane => lane.waiting.interactive + lane.waiting.batch;

/** How many addresses wait, and how many sessions are open, over all lanes. */
export const totals = providers => providers.flatMap(({ lanes }) => lanes).reduce(
  (sum, lane) => ({ waiting: sum.waiting + waitingIn(lane), sessions: sum.sessions + lane.sessions }), { waiting: 0, sessions: 0 });

/** The cards of all providers: those with a paused lane first, then those for which most wait. */
export function laneCards(providers) {
  if (providers.length === 0) return html`
    <div class="card quiet"><p>No lane is open. One appears for each provider as soon as an address there is asked about, with its rate, its sessions and what its servers say.</p>
      <p><a href="/">Verify an address</a> or <a href="/batches">drop a file</a> to see it.</p></div>`;
  const rank = ({ lanes }) => [lanes.some(isPaused) ? 1 : 0, lanes.reduce((sum, lane) => sum + waitingIn(lane), 0)];
  const ordered = providers.map(provider => ({ provider, rank: rank(provider) }))
    .sort((one, other) => other.rank[0] - one.rank[0] || other.rank[1] - one.rank[1] || one.provider.provider.localeCompare(other.provider.provider));
  return repeat(ordered, ({ provider }) => provider.provider, ({ provider }) => card(provider));
}

const card = ({ provider, lanes }) => html`
  <section class="card" id=${provider} aria-labelledby="provider-${provider}">
    <h3 id="provider-${provider}">${provider}</h3>
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
      <div><dt>Sessions</dt><dd>${count(lane.sessions)} <span class="quiet small">of ${count(lane.max_sessions)}</span><br>
        <meter class="wide" min="0" .max=${lane.max_sessions || 1} .value=${lane.sessions} aria-label="Sessions, of those allowed"></meter></dd></div>
      <div><dt>Recipients refused</dt><dd>${refused(lane)}</dd></div>
      <div><dt>Waiting</dt><dd>${count(waitingIn(lane))} ${lane.waiting.interactive ? html`<br><span class="small">${count(lane.waiting.interactive)} of them somebody waits for</span>` : nothing}</dd></div>
    </dl>
    ${lane.last_replies.length ? replies(lane) : nothing}
  </li>`;

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
      <li><div class="row"><strong>${meaningWords(reply.meaning)}</strong> <span class="quiet">${distance(reply.at)}</span> <a href=${replyPath(reply)}>explain</a></div>
        <p class="said">${[reply.code, reply.enhanced, reply.text].filter(Boolean).join(' ')}</p></li>`)}</ul>
  </details>`;

const percent = ratio => `${Math.round(1000 * ratio) / 10} %`;
