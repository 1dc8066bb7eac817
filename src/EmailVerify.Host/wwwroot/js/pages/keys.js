// The page of keys: who may call the API, and what for.
import { html, nothing, render } from '/lib/lit-html/lit-html.js';
import { open } from '/js/shell.js';
import { ask } from '/js/api.js';
import { moment, problem } from '/js/format.js';
import { announce } from '/js/parts/announce.js';
import { confirm } from '/js/parts/confirm.js';
import { copyButton } from '/js/parts/copy.js';
import { keyForm } from '/js/parts/keyForm.js';
import { keyList } from '/js/parts/keyList.js';
import { tabs } from '/js/parts/tabs.js';

// How long an old key goes on beside the one that replaces it: a day.
const overlap = 86_400;

const main = document.querySelector('main');
let who;
let keys = null;
let made = null;
let isBusy = false;
let failure = null;
let faults = {};

const path = () => `/v1/customers/${encodeURIComponent(who.customer)}/keys`;

async function load() {
  try {
    keys = (await ask(path())).data.keys;
  } catch (refused) {
    failure = refused;
  }

  draw();
}

async function create(request) {
  failure = null;
  faults = {
    ...(request.name === '' ? { name: 'Say what the key is for, so that you know it again when it has to go.' } : {}),
    ...(request.scopes.length === 0 ? { scopes: 'Choose at least one thing that it may do.' } : {}),
  };
  if (Object.keys(faults).length) {
    draw();
    focusFault();
    return;
  }

  isBusy = true;
  draw();
  try {
    made = (await ask(path(), { method: 'POST', json: request })).data;
    made.name ??= request.name;
    main.querySelector('form').reset();
    await load();
  } catch (refused) {
    take(refused);
  }

  isBusy = false;
  draw();
  if (failure || Object.keys(faults).length) focusFault();
  else main.querySelector('#made').focus();
}

// What is wrong with a member stands at its field; the rest above.
function take(refused) {
  faults = Object.fromEntries(refused.errors.map(error => [error.pointer?.split('/')[1], error.detail]).filter(([member]) => ['name', 'scopes', 'expires_at'].includes(member)));
  if (Object.keys(faults).length === 0) failure = refused;
}

function focusFault() {
  const field = faults.name ? '#name' : faults.scopes ? 'input[name="scopes"]' : faults.expires_at ? '#expires' : null;
  if (field) main.querySelector(field).focus();
}

async function replace(key) {
  const isSure = await confirm({
    title: `Replace “${key.name}”?`,
    text: 'A new key is made that may do the same. The old one works for 24 hours more, or until its own end where that is sooner: give the new one to whoever uses it in that time.',
    yes: 'Replace it',
  });
  if (!isSure) return;
  failure = null;
  try {
    made = (await ask(`${path()}/${encodeURIComponent(key.id)}/rotate`, { method: 'POST', json: { overlap_seconds: overlap } })).data;
  } catch (refused) {
    failure = refused;
  }

  await load();
  main.querySelector(failure ? '#keys' : '#made')?.focus();
}

async function revoke(key) {
  const isOwn = key.id === who.key?.id;
  const isSure = await confirm({
    title: `Revoke “${key.name}”?`,
    text: `Whoever uses it is refused from now on. This cannot be undone.${isOwn ? ' You are signed in with this key, so you will be signed out.' : ''}`,
    yes: 'Revoke it',
  });
  if (!isSure) return;
  failure = null;
  try {
    await ask(`${path()}/${encodeURIComponent(key.id)}`, { method: 'DELETE' });
    announce(`The key ${key.name} is revoked.`);
  } catch (refused) {
    failure = refused;
  }

  await load();
  main.querySelector('#keys')?.focus();
}

function forget() {
  made = null;
  draw();
  main.querySelector('#name').focus();
}

const shownOnce = () => html`
  <section class="notice fine" aria-labelledby="made">
    <h2 id="made" tabindex="-1">The key “${made.name}” is made</h2>
    <p><strong>Copy it now: it is shown this once.</strong> Only a hash of it is kept, so nobody can show it again.${made.replaces ? html` The old one works until ${moment(made.replaces.expires_at)}.` : nothing}</p>
    <pre class="wrap" tabindex="0"><code>${made.key}</code></pre>
    <div class="row">${copyButton(made.key, 'Copy the key')}<button type="button" class="small" @click=${forget}>I have it</button></div>
  </section>`;

function draw() {
  render(html`
    <h1>Keys</h1>
    ${tabs(who)}
    <p class="lead">Whoever calls the API, or signs in to these pages, has a key. Give each program and each person one of its own: so one can be ended without the others.</p>
    ${problem(failure)}
    ${made ? shownOnce() : nothing}
    <div class="grid">
      ${keys ? keyList(keys, who.key?.id ?? null, { replace, revoke }) : failure ? nothing : html`<p class="quiet" role="status"><span class="spin" aria-hidden="true"></span> One moment …</p>`}
      ${keyForm(create, { isBusy, faults })}
    </div>`, main);
}

await open(['admin'], signedIn => {
  who = signedIn;
  draw();
  void load();
});
