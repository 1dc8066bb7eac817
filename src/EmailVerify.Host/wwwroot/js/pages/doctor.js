// The page of the doctor: whether this machine can verify, and what to do about what it cannot.
import { html, nothing, render } from '/lib/lit-html/lit-html.js';
import { open } from '/js/shell.js';
import { ask } from '/js/api.js';
import { distance, moment, problem } from '/js/format.js';
import { announce } from '/js/parts/announce.js';
import { checkCards, tally } from '/js/parts/checks.js';
import { tabs } from '/js/parts/tabs.js';

const verdicts = {
  able: { look: 'fine', title: 'This machine can verify.', text: 'Nothing that was looked at stands in the way.' },
  degraded: { look: 'warning', title: 'This machine can verify, with less success than it could.', text: 'What is named first below costs verdicts.' },
  unable: { look: 'wrong', title: 'This machine cannot verify now.', text: 'Until what is named first below is mended, verdicts that need a mail server are “unknown”.' },
};

const main = document.querySelector('main');
let who;
let report = null;
let isAsked = false;
let isBusy = false;
let failure = null;

async function load() {
  try {
    report = (await ask('/v1/doctor')).data;
  } catch (refused) {
    // No report yet is no failure: the doctor has not been here.
    if (refused.status !== 404) failure = refused;
  }

  isAsked = true;
  draw();
}

async function run() {
  isBusy = true;
  failure = null;
  draw();
  announce('The doctor is at work. This takes up to half a minute.');
  try {
    report = (await ask('/v1/doctor', { method: 'POST' })).data;
    announce(verdict().title);
  } catch (refused) {
    failure = refused;
  }

  isBusy = false;
  draw();
}

function verdict() {
  const found = verdicts[report.verdict] ?? { look: 'warning', title: report.verdict, text: '' };
  return report.verdict === 'able' && report.checks.some(check => check.state === 'warning')
    ? { ...found, text: 'What is named first below is worth a look all the same.' }
    : found;
}

const runButton = () => html`
  <button type="button" class="primary" ?disabled=${isBusy || !isAsked} @click=${run}>${isBusy ? html`<span class="spin" aria-hidden="true"></span> Looking …` : 'Look again now'}</button>`;

const shown = () => html`
  <div class="notice ${verdict().look}">
    <p><strong>${verdict().title}</strong> ${verdict().text}</p>
    <p class="small">${tally(report.checks).map(([text, number]) => `${number} ${text}`).join(', ')}. Looked at ${moment(report.at)} (${distance(report.at)}).</p>
  </div>
  ${checkCards(report.checks)}`;

const nothingYet = () => html`
  <div class="card quiet"><p>The doctor has not looked yet. It looks at the DNS, at port 25, at the name and the sender of each egress, at block lists, and at this machine; it sends no mail.</p></div>`;

function draw() {
  render(html`
    <h1>Doctor</h1>
    ${tabs(who)}
    <div class="row apart heading">
      <p class="quiet">Can this machine verify, and what stands in the way? It is looked at in the background as well; in a terminal: <code>emailverify doctor</code></p>
      ${runButton()}
    </div>
    ${problem(failure)}
    <div aria-busy=${isBusy}>
      ${report ? shown() : isAsked && !failure ? nothingYet() : isAsked ? nothing : html`<p class="quiet" role="status"><span class="spin" aria-hidden="true"></span> One moment …</p>`}
    </div>`, main);
}

await open(['operate'], signedIn => {
  who = signedIn;
  draw();
  void load();
});
