// The page of a domain: where its mail goes, who runs it, and what its servers' answers are worth.
import { html, nothing, render } from '/lib/lit-html/lit-html.js';
import { open } from '/js/shell.js';
import { ask } from '/js/api.js';
import { moment, distance, problem } from '/js/format.js';
import { announce } from '/js/parts/announce.js';
import { acceptAllCard, mailCard } from '/js/parts/domainFacts.js';
import { domainRoute } from '/js/parts/domainRoute.js';

const main = document.querySelector('main');
const name = nameInPath();
let who;
let known = null;
let isBusy = false;
let failure = null;
let fault = '';

// A path may be any text: one that is no percent-encoded UTF-8 names no domain.
function nameInPath() {
  const last = location.pathname.split('/')[2] ?? '';
  try { return decodeURIComponent(last); } catch { return last; }
}

const path = domain => `/domains/${encodeURIComponent(domain)}`;

async function load(isAnew) {
  isBusy = true;
  failure = null;
  draw();
  try {
    known = (await ask(`/v1${path(name)}${isAnew ? '?refresh=true' : ''}`)).data;
    document.title = `${known.domain_unicode ?? known.domain} · EmailVerify`;
    announce(isAnew ? 'Looked up anew.' : 'The domain is shown.');
  } catch (refused) {
    failure = refused;
  }

  isBusy = false;
  draw();
}

function search(event) {
  event.preventDefault();
  const typed = new FormData(event.target).get('domain').trim();
  // Whoever types an address means its domain.
  const domain = typed.slice(typed.lastIndexOf('@') + 1).replace(/\.$/, '').toLowerCase();
  fault = domain === '' ? 'Enter a domain first.' : /[\s/\\?#]/.test(domain) || !domain.includes('.') ? 'That is no domain. One looks like example.com.' : '';
  if (fault) {
    draw();
    main.querySelector('#domain').focus();
  } else {
    location.assign(path(domain));
  }
}

const field = () => html`
  <form class="card" role="search" @submit=${search} novalidate>
    <label for="domain">Domain</label>
    <div class="ask">
      <input id="domain" name="domain" type="text" inputmode="url" placeholder="example.com" value=${name} maxlength="320" autocapitalize="none" autocomplete="off" spellcheck="false"
        aria-invalid=${fault !== ''} aria-describedby=${fault ? 'domain-error' : nothing}>
      <button class="primary" type="submit">Look up</button>
    </div>
    ${fault ? html`<p class="error" id="domain-error" role="alert">${fault}</p>` : nothing}
    ${name === '' ? examples() : nothing}
  </form>`;

const examples = () => html`
  <ul class="examples" aria-label="Examples">${(who.sandbox ? ['postfix.test', 'identical.test', 'gmail.com', 'null-mx.test'] : ['gmail.com', 'outlook.com', 'example.com'])
    .map(domain => html`<li><a class="button" href=${path(domain)}>${domain}</a></li>`)}</ul>`;

const pause = ({ until }) => html`
  <div class="notice warning"><p><strong>Its servers asked us to wait.</strong> Nobody there is asked before ${moment(until)} (${distance(until)}). Addresses that wait for it are asked then by themselves.</p></div>`;

const old = () => html`
  <div class="notice warning"><p><strong>The DNS did not answer just now.</strong> What follows was found ${distance(known.route.found_at)}.</p></div>`;

const found = () => html`
  <div class="row apart heading">
    <h2 id="found">${known.domain_unicode ?? known.domain}</h2>
    <a href="/history?domain=${encodeURIComponent(known.domain)}">What was verified there</a>
    <button type="button" class="small" ?disabled=${isBusy} @click=${() => load(true)}>${isBusy ? html`<span class="spin" aria-hidden="true"></span> Looking up …` : 'Look up anew'}</button>
  </div>
  ${known.domain_unicode && known.domain_unicode !== known.domain ? html`<p class="quiet">To machines it is <span class="mono">${known.domain}</span>.</p>` : nothing}
  ${known.pause ? pause(known.pause) : nothing}
  ${known.route.dns !== 'ok' && known.route.kind !== 'unresolved' ? old() : nothing}
  <div class="grid">
    <section class="card" aria-labelledby="route"><h2 id="route">Where its mail goes</h2>${domainRoute(known.route)}</section>
    <div class="stack">
      ${known.route.exchangers?.length ? acceptAllCard(known) : nothing}
      ${mailCard(known, who.scopes.includes('operate'))}
    </div>
  </div>`;

const waiting = () => html`<p class="quiet" role="status"><span class="spin" aria-hidden="true"></span> Looking up ${name} …</p>`;

function draw() {
  render(html`
    <h1>Domains</h1>
    <p class="lead">What is known of a domain: which servers take its mail, who runs them, and what their answers are worth.</p>
    ${field()}
    ${problem(failure)}
    ${known ? found() : isBusy ? waiting() : nothing}`, main);
}

await open(['read'], signedIn => {
  who = signedIn;
  draw();
  if (name !== '') void load(false);
  else main.querySelector('#domain').focus();
});
