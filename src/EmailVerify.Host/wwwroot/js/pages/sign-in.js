// The page on which somebody signs in: with a key, or with the code that the first start printed.
import { html, nothing, render } from '/lib/lit-html/lit-html.js';
import '/js/shell.js';
import { ask, me } from '/js/api.js';
import { problem } from '/js/format.js';
import { returnPath } from '/js/parts/returnPath.js';

// The README's. Only a sandbox takes it, and only from its own machine.
const sandboxKey = 'ev_live_SandboxOnlyNeverInProduction000ooAsf';

const main = document.querySelector('main');
const goal = returnPath(new URLSearchParams(location.search).get('return'));
const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);

let already = null;
let isShown = false;
let isBusy = false;
let missing = false;
let failure = null;

const faults = {
  missing_key: 'Enter a key first.',
  invalid_key: 'No key of this installation reads like this. Was it copied whole, from “ev_” to its last character?',
  expired_key: 'This key was made with an end, and that has passed. Use another one, or make one as told below.',
  revoked_key: 'Somebody ended this key. Use another one, or make one as told below.',
  invalid_code: 'A code to sign in is good once, for ten minutes, and only for the start that printed it. Sign in with a key instead; how to get one is told below.',
};

const keyField = () => main.querySelector('#key');

async function signIn(proof) {
  isBusy = true;
  failure = null;
  missing = false;
  draw();
  try {
    await ask('/sign-in', { method: 'POST', json: proof });
    location.replace(goal);
  } catch (refused) {
    isBusy = false;
    failure = refused;
    draw();
    keyField().focus();
  }
}

function submit(event) {
  event.preventDefault();
  const key = keyField().value.trim();
  missing = key === '';
  if (missing) {
    failure = null;
    draw();
    keyField().focus();
    return;
  }

  void signIn({ key });
}

function toggle() {
  isShown = !isShown;
  draw();
}

const fault = () => failure === null ? nothing : faults[failure.code]
  ? html`<div class="notice wrong" role="alert"><p><strong>${failure.code === 'invalid_code' ? 'This link does not sign in any more.' : 'That did not sign you in.'}</strong> ${faults[failure.code]}</p></div>`
  : problem(failure);

const welcome = () => html`
  <div class="notice">
    <p>You are signed in already${already.key?.name ? html`, with the key “${already.key.name}”` : nothing}. <a href=${goal}>Go on</a>, or sign in with another key.</p>
  </div>`;

const form = () => html`
  <form class="card" @submit=${submit} aria-busy=${isBusy} novalidate>
    <input type="text" name="username" value="key" autocomplete="username" hidden>
    <div class="field">
      <label for="key">Key</label>
      <div class="beside">
        <input id="key" name="key" type=${isShown ? 'text' : 'password'} autocomplete="current-password" autocapitalize="none" spellcheck="false" maxlength="1024"
          aria-invalid=${missing || failure !== null} aria-describedby="key-hint">
        <button type="button" aria-controls="key" @click=${toggle}>${isShown ? 'Hide' : 'Show'}<span class="hear"> key</span></button>
      </div>
      ${missing ? html`<p class="error" role="alert">Enter a key first.</p>` : nothing}
      <p class="hint" id="key-hint">It begins with <code>ev_live_</code>, or with <code>ev_test_</code> for trying out. It is sent to this service only, and this browser stays signed in for twelve hours.</p>
    </div>
    <button class="primary" type="submit" ?disabled=${isBusy}>${isBusy ? html`<span class="spin" aria-hidden="true"></span> Signing in …` : 'Sign in'}</button>
  </form>`;

const sandbox = () => html`
  <section class="card" aria-labelledby="sandbox">
    <h2 id="sandbox">Started with <code>--sandbox</code>?</h2>
    <p>Then every verdict is made up, nothing leaves this machine, and one documented key opens everything.</p>
    <button type="button" ?disabled=${isBusy} @click=${() => signIn({ key: sandboxKey })}>Use the sandbox’s key</button>
  </section>`;

const help = () => html`
  <section aria-labelledby="no-key">
    <h2 id="no-key">No key?</h2>
    <ul>
      <li>The first start of the service prints one, and a link that signs you in once, for ten minutes.</li>
      <li>Lost it? A key is never shown twice. Whoever runs this installation makes another one on its machine:
        <pre class="wrap"><code>emailverify keys create --name NAME</code></pre>
        with the same <code>--data</code> as the service, if that has one.</li>
      <li>Or somebody whose key has the scope <code>admin</code> makes one for you on the page <a href="/operate/keys">Keys</a>.</li>
    </ul>
  </section>`;

function draw() {
  render(html`
    <div class="narrow">
      <h1>Sign in</h1>
      <p class="lead">These pages do what your key may do.</p>
      ${already ? welcome() : nothing}
      ${fault()}
      ${form()}
      ${isLoopback ? sandbox() : nothing}
      ${help()}
    </div>`, main);
}

draw();
const code = location.hash.slice(1);
if (code) {
  // The code must stay neither in the history nor in what is copied from the address bar.
  history.replaceState(null, '', location.pathname + location.search);
  await signIn({ code });
} else {
  keyField().focus();
  already = await me().catch(() => null);
  if (already) draw();
}
