// What every page has around it: skip link, header with the ways to go, who is signed in, colour scheme, footer.
import { html, nothing, render } from '/lib/lit-html/lit-html.js';
import { ask, me, signInPath } from '/js/api.js';
import { problem } from '/js/format.js';

const schemes = ['auto', 'light', 'dark'];
const places = [
  { href: '/', text: 'Verify' },
  { href: '/batches', text: 'Batches' },
  { href: '/history', text: 'History' },
  { href: '/domains', text: 'Domains' },
  { href: '/replies', text: 'Replies' },
  { href: '/operate', text: 'Operate', scope: 'operate' },
  { href: '/docs', text: 'API' },
  { href: '/help', text: 'Help' },
];

let who;
let failure = null;
let isOpen = false;
let scheme = stored();

// Storage may be forbidden: then the choice lasts as long as the page.
function stored() {
  try { return localStorage.getItem('scheme') ?? 'auto'; } catch { return 'auto'; }
}

function apply() {
  if (scheme === 'auto') delete document.documentElement.dataset.scheme;
  else document.documentElement.dataset.scheme = scheme;
}

function nextScheme() {
  scheme = schemes[(schemes.indexOf(scheme) + 1) % schemes.length];
  try { localStorage.setItem('scheme', scheme); } catch { /* as long as the page */ }
  apply();
  document.dispatchEvent(new CustomEvent('schemechange'));
  draw();
}

async function signOut() {
  try {
    await ask('/sign-out', { method: 'POST' });
    location.href = '/sign-in';
  } catch (wrong) {
    failure = wrong;
    draw();
  }
}

const isHere = href => href === '/' ? location.pathname === '/' : location.pathname === href || location.pathname.startsWith(href + '/');
const mark = html`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M21 8.5V17a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2h9"/><path d="m3 7 9 6 2.5-1.7"/><path d="m16 7 2.2 2.2L22 5"/></svg>`;

const header = () => html`
  <div class="top-inner">
    <a class="brand" href="/">${mark}<span>EmailVerify</span></a>
    <button class="small menu-button" type="button" aria-expanded=${isOpen} aria-controls="places" @click=${() => { isOpen = !isOpen; draw(); }}>Menu</button>
    <nav id="places" class=${isOpen ? 'open' : ''} aria-label="Pages">
      <ul class="nav">${places.filter(place => !place.scope || who?.scopes.includes(place.scope)).map(place => html`
        <li><a href=${place.href} aria-current=${isHere(place.href) ? 'page' : nothing}>${place.text}</a></li>`)}</ul>
    </nav>
    <div class="who">
      <button class="small plain" type="button" title="Colour scheme" @click=${nextScheme}>Colours: ${scheme}</button>
      ${who === undefined || (!who && isHere('/sign-in')) ? nothing : who
        ? html`<button class="small" type="button" @click=${signOut}>Sign out</button>`
        : html`<a class="button small" href=${signInPath()}>Sign in</a>`}
    </div>
  </div>`;

const footer = () => html`
  <div class="foot-inner">
    <span>EmailVerify ${who?.version ?? ''}</span>
    ${who?.key?.name ? html`<span>Signed in with the key “${who.key.name}”</span>` : nothing}
    <a href="/help">Help</a><a href="/docs">API reference</a>
  </div>`;

const [top, foot, banner] = ['header', 'footer', 'section'].map(name => document.createElement(name));
top.className = 'top';
foot.className = 'foot';
banner.className = 'banner';
banner.setAttribute('aria-label', 'About this installation');
banner.hidden = true;

function draw() {
  render(header(), top);
  render(footer(), foot);
  banner.hidden = !who?.sandbox && !who?.test && !failure;
  render(failure ? html`You are still signed in: ${failure.message}` : who?.sandbox
    ? html`Sandbox: nothing leaves this machine, and every verdict is made up. <a href="/help/start">What is this?</a>`
    : html`Test key: nothing leaves the process, and every verdict is made up. <a href="/help/api">What is this?</a>`, banner);
}

const main = document.querySelector('main');
main.tabIndex = -1;
const skip = document.createElement('a');
Object.assign(skip, { className: 'skip', href: '#main', textContent: 'Skip to content' });
document.body.prepend(skip, top, banner);
document.body.append(foot);
apply();
draw();

// A session ends while a page is open: after some hours, or because its key was revoked.
document.addEventListener('signedout', () => {
  if (who && !isHere('/sign-in')) location.replace(signInPath());
});
me().then(found => { who = found; draw(); }, () => { who = null; draw(); });

/**
 * Shows a page to who may see it: calls `show(me)` for who is signed in with all scopes, else says what is missing.
 * @param {string[]} scopes what the page's requests need
 * @param {(who: object) => void} show
 */
export async function open(scopes, show) {
  let found;
  try {
    found = await me();
  } catch (failure) {
    render(problem(failure), main);
    return;
  }

  if (!found) {
    location.replace(signInPath());
    return;
  }

  const missing = scopes.filter(scope => !found.scopes.includes(scope));
  if (missing.length) {
    render(html`<h1>${document.title.split(' · ')[0]}</h1>
      <div class="notice warning"><p>This page needs a key that may <strong>${missing.join(', ')}</strong>. The one that you signed in with may: ${found.scopes.join(', ')}.</p>
      <p><a href=${signInPath()}>Sign in with another key</a></p></div>`, main);
    return;
  }

  show(found);
}
