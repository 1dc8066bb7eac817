// The page on which one address is verified. The address stands behind the # of the page's own address, which browsers do not send: it is in no log.
import { html, nothing, render } from '/lib/lit-html/lit-html.js';
import { repeat } from '/lib/lit-html/directives/repeat.js';
import { count, problem, words } from '/js/format.js';
import { announce } from '/js/parts/announce.js';
import { examplesFor } from '/js/parts/examples.js';
import { history } from '/js/parts/history.js';
import { raw } from '/js/parts/raw.js';
import { story } from '/js/parts/story.js';
import { textFault } from '/js/parts/textFault.js';
import { verdictCard } from '/js/parts/verdict.js';
import { verify } from '/js/parts/verification.js';
import { causeWords } from '/js/parts/words.js';
import { open } from '/js/shell.js';

const main = document.querySelector('main');
const tick = 1000;

let examples = [];
let asked = '';
let found = null;
let failure = null;
let asking = null;
let clock = 0;

const page = () => html`
  <h1>Would mail to this address arrive?</h1>
  <p class="lead">Type an address. Its own mail servers are asked whether they take mail for it – without ever sending any – and you see what they said.</p>
  <form class="ask" role="search" aria-label="Verify an address" @submit=${submit}>
    <input id="email" type="text" inputmode="email" name="email" aria-label="Email address" placeholder="name@example.com" maxlength="1024"
      autocomplete="off" autocapitalize="off" spellcheck="false" autofocus>
    <button class="primary">Verify</button>
  </form>
  ${examples.length ? html`
    <h2 class="hear">Examples</h2>
    <ul class="examples">${examples.map(([email, what]) => html`
      <li><button type="button" title=${email} @click=${() => go(email)}><span class="mono">${email}</span> <span class="quiet">${what}</span></button></li>`)}</ul>` : nothing}
  <div class="result" aria-busy=${asking !== null && found === null}>${result()}</div>`;

function result() {
  if (failure) return problem(failure);
  if (found) return repeat([found.id], id => id, () => answer(found));
  return asking ? html`<div class="card quiet"><p><span class="spin" aria-hidden="true"></span> Asking about <strong>${asked}</strong> …</p></div>` : welcome();
}

const answer = verification => html`
  ${verification.status === null ? pending(verification) : verdictCard(verification, email => go(email, { moves: true }))}
  ${story(verification)}
  <section class="card" aria-label="More about this answer">
    ${verification.status === null ? nothing : html`<p><button class="small" type="button" @click=${() => start({ anew: true, moves: true })}>Ask anew</button>
      <span class="quiet small">Asks the servers again instead of showing what is known.</span></p>`}
    ${history(verification.email)}
    ${raw(verification)}
  </section>`;

const pending = ({ explanation, email, lost, pending: { cause } }) => html`
  <section class="card verdict unknown" aria-labelledby="verdict">
    <div>
      <p><span class="chip unknown">not yet known</span> ${cause ? html`<code>${cause}</code>` : nothing}</p>
      <h2 id="verdict" tabindex="-1"><span class="spin" aria-hidden="true"></span> ${cause ? causeWords(cause) : 'Asking the mail server'}</h2>
      <p class="asked">${email}</p>
      <p>${explanation} You may wait here: the answer appears by itself.</p>
      ${lost ? html`<p class="notice warning" role="status">${lost.title}. It is tried again.</p>` : nothing}
    </div>
  </section>`;

const welcome = () => html`
  <div class="grid welcome">
    <section class="card"><h2>What you get</h2>
      <dl class="facts">
        <dt><span class="chip deliverable">deliverable</span></dt><dd>The mailbox exists: safe to send.</dd>
        <dt><span class="chip risky">risky</span></dt><dd>Mail may arrive, or be of no use: a full mailbox, a domain that takes everything, a throw-away address.</dd>
        <dt><span class="chip unknown">unknown</span></dt><dd>Nobody told us. Never a guess.</dd>
        <dt><span class="chip undeliverable">undeliverable</span></dt><dd>Mail would bounce: do not send.</dd>
      </dl></section>
    <section class="card"><h2>Why you can trust it</h2>
      <p>Every answer comes with its evidence: whom we asked, what the server said word for word, which rule read it, and how sure that makes us.</p>
      <p>A refusal of <em>us</em> is never told as “this mailbox does not exist”.</p></section>
    <section class="card"><h2>A whole list?</h2>
      <p>Drop a file with any number of addresses and download it with the answers beside them.</p>
      <p><a class="button" href="/batches">Verify a file</a></p></section>
  </div>`;

function submit(event) {
  event.preventDefault();
  const email = event.target.email.value.trim();
  if (email) go(email);
  else event.target.email.focus();
}

// The same address once more is asked once more; another becomes the page's own address first, so that "back" leads back.
function go(email, how) {
  const hash = `#${encodeURIComponent(email)}`;
  if (location.hash !== hash) window.history.pushState(null, '', hash);
  show(email, how);
}

function show(email, how) {
  main.querySelector('#email').value = email;
  asked = email;
  start(how);
}

/** @param {{anew?: boolean, moves?: boolean}} [how] `moves` brings the focus to the answer, where what was clicked is gone */
async function start({ anew = false, moves = false } = {}) {
  asking?.abort();
  const own = asking = new AbortController();
  [found, failure] = [null, null];
  announce(`Asking about ${asked}`);
  draw();
  try {
    for await (const state of verify(asked, { anew, signal: own.signal })) {
      if (state.domain === null) state.fault = await textFault(state.email, own.signal);
      if (own !== asking) return;
      found = state;
      draw();
      tell(state);
      if (moves) main.querySelector('#verdict').focus();
      moves = false;
    }
  } catch (wrong) {
    if (own !== asking) return;
    failure = wrong;
  }
  asking = null;
  draw();
}

const tell = ({ email, status, reason, score, explanation }) => announce(status === null
  ? `Not yet known. ${explanation}`
  : `${email}: ${words(status)}, ${count(score)} percent. ${explanation}`);

function draw() {
  render(page(), main);
  clearTimeout(clock);
  if (found?.status === null) clock = setTimeout(draw, tick);
}

function showAddressed() {
  let email = '';
  try { email = decodeURIComponent(location.hash.slice(1)); } catch { /* not an address that this page has made */ }
  if (email) {
    show(email);
    return;
  }

  asking?.abort();
  [asking, found, failure] = [null, null, null];
  draw();
}

await open(['verify', 'read'], me => {
  examples = examplesFor(me);
  draw();
  showAddressed();
  addEventListener('popstate', showAddressed);
});
