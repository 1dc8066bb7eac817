// The ways between the pages of an operator.
import { html, nothing } from '/lib/lit-html/lit-html.js';

const tabsOf = [
  { href: '/operate', text: 'Now', scope: 'operate' },
  { href: '/operate/doctor', text: 'Doctor', scope: 'operate' },
  { href: '/operate/keys', text: 'Keys', scope: 'admin' },
  { href: '/operate/settings', text: 'Settings', scope: 'operate' },
  { href: '/dashboard', text: 'Orleans Dashboard', scope: 'operate' },
  { href: '/metrics', text: 'Metrics', scope: 'operate' },
];

/** @param {{scopes: string[]}} who who is signed in: sees the pages that the key may use */
export const tabs = who => html`
  <nav aria-label="For operators">
    <ul class="tabs">${tabsOf.filter(tab => who.scopes.includes(tab.scope)).map(tab => html`
      <li><a href=${tab.href} aria-current=${tab.href === location.pathname ? 'page' : nothing}>${tab.text}</a></li>`)}</ul>
  </nav>`;
