// The page that tells an operator how the machine is getting on, now.
import { html, nothing, render } from '/lib/lit-html/lit-html.js';
import { open } from '/js/shell.js';
import { ask } from '/js/api.js';
import { problem } from '/js/format.js';
import { egressesCard } from '/js/parts/egresses.js';
import { laneCards } from '/js/parts/lanes.js';
import { retriesCard } from '/js/parts/retries.js';
import { tabs } from '/js/parts/tabs.js';
import { watch } from '/js/parts/watch.js';
import { wellbeing } from '/js/parts/wellbeing.js';

// In seconds. The first look of the doctor takes up to about a minute, and it looks again by itself only now and then.
const seconds = 3;
const secondsOfDoctor = 60;
const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

const main = document.querySelector('main');
const parts = { providers: '/v1/providers', egresses: '/v1/egresses', retries: '/v1/retries' };
const seen = { providers: null, egresses: null, retries: null, doctor: null };
let who;
let watching;
let failures = [];
let doctorsFailure = null;
let seenAt = null;

async function look() {
  const names = Object.keys(parts);
  const answers = await Promise.allSettled(names.map(name => ask(parts[name])));
  failures = [];
  answers.forEach((answer, at) => {
    if (answer.status === 'fulfilled') seen[names[at]] = answer.value.data;
    else failures.push(answer.reason);
  });
  if (failures.length < names.length) seenAt = new Date();
  draw();
  scrollToGoal();
}

async function lookAtDoctor() {
  // What it said last holds: who was ill a minute ago is not well because nothing was heard since.
  try {
    ({ data: seen.doctor } = await ask('/v1/doctor'));
    doctorsFailure = null;
  } catch (wrong) {
    doctorsFailure = wrong;
  }
  draw();
}

// Whoever comes by a link to a provider wants to see it as soon as it is there.
let goal = location.hash.slice(1);
function scrollToGoal() {
  const place = goal && document.getElementById(goal);
  if (!place) return;
  goal = '';
  place.scrollIntoView();
}

function toggle() {
  watching.toggle();
  draw();
}

const clock = () => html`
  <p class="row small quiet">
    <span>${watching?.isPaused ? 'Standing still' : `Looked at every ${seconds} s`}${seenAt ? html`, last at ${time.format(seenAt)}` : nothing}</span>
    <button type="button" class="small plain" @click=${toggle}>${watching?.isPaused ? 'Go on' : 'Stand still'}</button>
  </p>`;

// The same failure of five requests is told once.
const faults = () => [...new Map([...failures, doctorsFailure].filter(Boolean).map(failure => [failure.code, failure])).values()].map(problem);

const body = () => html`
  ${failures.length || (doctorsFailure && !seen.doctor) ? nothing : wellbeing({ providers: seen.providers?.providers ?? null, egresses: seen.egresses?.egresses ?? null, doctor: seen.doctor })}
  ${faults()}
  ${clock()}
  ${seen.providers ? html`<section aria-labelledby="lanes"><h2 id="lanes">Lanes</h2>
    <p class="quiet">A lane is everything between one egress and one provider. It goes slower by itself where a provider objects.</p>
    ${laneCards(seen.providers)}</section>` : nothing}
  <div class="grid">
    ${seen.retries ? retriesCard(seen.retries) : nothing}
    ${seen.egresses ? egressesCard(seen.egresses.egresses) : nothing}
  </div>`;

function draw() {
  render(html`
    <h1>Operate</h1>
    ${tabs(who)}
    ${seenAt || failures.length ? body() : html`<p class="quiet" role="status"><span class="spin" aria-hidden="true"></span> One moment …</p>`}`, main);
}

await open(['operate'], signedIn => {
  who = signedIn;
  draw();
  watching = watch(look, seconds);
  watch(lookAtDoctor, secondsOfDoctor);
});
