// The page of one batch: how it goes, live, and what came of it.
import { html, nothing, render } from '/lib/lit-html/lit-html.js';
import { ask } from '/js/api.js';
import { count, moment, problem, share, words } from '/js/format.js';
import { announce } from '/js/parts/announce.js';
import { batchActions } from '/js/parts/batchActions.js';
import { listen } from '/js/parts/batchEvents.js';
import { BatchProviders } from '/js/parts/batchProviders.js';
import { BatchResults } from '/js/parts/batchResults.js';
import { batchSummary } from '/js/parts/batchSummary.js';
import { batchTitle } from '/js/parts/batchTitle.js';
import { hasEnded, pauseWords, titleOf } from '/js/parts/batchWords.js';
import { Course } from '/js/parts/course.js';
import { CourseChart } from '/js/parts/courseChart.js';
import { progress } from '/js/parts/progress.js';
import { open } from '/js/shell.js';

// In milliseconds: pictures of progress, first rows of results, and news to listeners come no more often.
const drawPause = 500;
const resultsPause = 5000;
const tellPause = 30_000;
const keepPause = 5000;

// A curve of fewer points is none.
const leastPoints = 3;

const main = document.querySelector('main');
const id = location.pathname.split('/').at(-1);
const course = Course.of(id);
const providers = new BatchProviders(id, drawSoon);
const results = new BatchResults(id, draw);

let batch = null;
let failure = null;
let isLost = false;
let chart = null;
let clock = 0;
let drawnAt = 0;
let resultsAt = 0;
let toldAt = 0;
let keptAt = -Infinity;
let stopListening = () => { };

const page = () => html`
  <nav class="small" aria-label="Where this is"><a href="/batches">All batches</a></nav>
  ${batchTitle(batch, { onChanged: changed, onFailed: failed })}
  <p class="quiet small">Created ${moment(batch.created_at)}${batch.round > 1 ? html`; round ${batch.round}` : nothing}${batch.column ? html`; addresses from the column “${batch.column}”` : nothing}; kept until ${moment(batch.expires_at)}</p>
  ${problem(failure)}
  ${notices()}
  ${batchActions(batch, { onChanged: changed, onFailed: failed })}
  ${progress(batch)}
  <section class="card" aria-labelledby="course" ?hidden=${course.length < leastPoints}>
    <h2 id="course">Course</h2>
    <p class="hear">A chart of how many rows had each status when. Now: ${count(batch.counts.deliverable)} deliverable, ${count(batch.counts.risky)} risky, ${count(batch.counts.unknown)} unknown, ${count(batch.counts.undeliverable)} undeliverable.</p>
    <div class="chart" aria-hidden="true"></div>
  </section>
  ${batch.erased_at ? nothing : html`
    ${providers.template()}
    ${batch.counts.done ? batchSummary(id) : nothing}
    ${results.template(batch)}`}`;

function notices() {
  const { status, pause, erased_at: erasedAt, warnings = [] } = batch;
  const [why, cure] = pause ? pauseWords(pause) : [];
  return html`
    ${isLost && !hasEnded(batch) ? html`<div class="notice warning" role="status"><p>The connection to the service is lost. It is tried again; the batch goes on meanwhile.</p></div>` : nothing}
    ${erasedAt ? html`<div class="notice"><p>Its rows and results were deleted ${moment(erasedAt)}. Only the counts are left.</p></div>` : nothing}
    ${warnings.map(warning => html`<div class="notice warning"><p>${warning.detail}</p></div>`)}
    ${status === 'paused' && why ? html`<div class="notice warning"><p><strong>Paused.</strong> ${why} ${cure}</p></div>` : nothing}
    ${status === 'failed' ? html`<div class="notice wrong"><p><strong>It failed, by a fault of this service.</strong> Every row and every result so far is kept. “Go on with the rest” takes it up again; if it fails once more, the service’s log says why.</p></div>` : nothing}`;
}

function draw() {
  if (!batch) return;
  clearTimeout(clock);
  clock = 0;
  drawnAt = performance.now();
  render(page(), main);
  document.title = `${hasEnded(batch) ? titleOf(batch) : `${share(batch.counts.done, batch.counts.total)} · ${titleOf(batch)}`} · EmailVerify`;
  if (course.length < leastPoints) return;
  chart ??= new CourseChart(main.querySelector('.chart'), course);
  chart.draw();
}

// News may come faster than anybody can read.
function drawSoon() {
  clock ||= setTimeout(draw, Math.max(0, drawnAt + drawPause - performance.now()));
}

function changed(newer) {
  const before = batch;
  batch = newer;
  failure = null;
  if (hasEnded(before) && !hasEnded(newer)) watch();
  providers.want(!hasEnded(newer));
  draw();
}

function failed(wrong) {
  failure = wrong;
  draw();
}

function watch() {
  stopListening();
  stopListening = listen(id, {
    onNews: (name, news) => {
      const wasEnded = hasEnded(batch);
      batch = { ...batch, ...news, counts: { ...batch.counts, ...news.counts } };
      course.add(Date.now(), batch.counts);
      keep();
      if (hasEnded(batch)) providers.want(false);
      drawSoon();
      freshen(name);
      // A snapshot may have told that it has ended, but not when.
      if (name === 'state' || (name === 'end' && !(wasEnded && batch.finished_at))) reload(name);
      else tell();
    },
    onLost: lost => {
      if (lost === isLost) return;
      isLost = lost;
      drawSoon();
    },
  });
}

// An event says what has changed, not all that there is to know of it.
async function reload(name) {
  try {
    ({ data: batch } = await ask(`/v1/batches/${id}`));
    announce(name === 'end' ? `The batch is ${words(batch.status)}: ${count(batch.counts.done)} rows done.` : `The batch is ${words(batch.status)}.`);
  } catch (wrong) {
    failure = wrong;
  }
  providers.want(!hasEnded(batch));
  draw();
}

function freshen(name) {
  if (name !== 'end' && !(results.hasRoom && !results.isLoading && performance.now() - resultsAt > resultsPause)) return;
  resultsAt = performance.now();
  results.load();
}

// For who comes back: the batch goes on while nobody looks.
function keep() {
  if (!hasEnded(batch) && performance.now() - keptAt < keepPause) return;
  keptAt = performance.now();
  course.keep(id);
}

function tell() {
  if (hasEnded(batch) || performance.now() - toldAt < tellPause) return;
  toldAt = performance.now();
  announce(`${share(batch.counts.done, batch.counts.total)} done`);
}

await open(['verify', 'read'], async () => {
  render(html`<p class="quiet"><span class="spin" aria-hidden="true"></span> One moment …</p>`, main);
  try {
    ({ data: batch } = await ask(`/v1/batches/${encodeURIComponent(id)}`));
  } catch (wrong) {
    render(html`<h1>Batch</h1>${problem(wrong)}<p><a href="/batches">All batches</a></p>`, main);
    return;
  }

  // It may have ended while nobody looked.
  if (course.length && batch.finished_at) course.add(Date.parse(batch.finished_at), batch.counts);
  draw();
  if (batch.erased_at) return;
  if (!hasEnded(batch)) {
    if (batch.started_at && batch.round === 1 && course.length === 0) course.add(Math.min(Date.parse(batch.started_at), Date.now()), { deliverable: 0, risky: 0, unknown: 0, undeliverable: 0 });
    watch();
  }
  providers.want(!hasEnded(batch));
  resultsAt = performance.now();
  results.load();
});
