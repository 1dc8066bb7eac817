// The keys of a customer: those in use first, the ended ones folded away.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { repeat } from '/lib/lit-html/directives/repeat.js';
import { distance, moment } from '/js/format.js';

const isExpired = key => key.expires_at !== null && Date.parse(key.expires_at) <= Date.now();
const isOver = key => key.revoked_at !== null || isExpired(key);

/**
 * @param {object[]} keys
 * @param {string | null} own the id of the key that is signed in with
 * @param {{replace: (key: object) => void, revoke: (key: object) => void}} actions
 */
export function keyList(keys, own, actions) {
  const [used, over] = [keys.filter(key => !isOver(key)), keys.filter(isOver)];
  return html`
    <section class="card" aria-labelledby="keys">
      <h2 id="keys" tabindex="-1">Keys in use</h2>
      ${used.length
        ? html`<ul class="lanes">${repeat(used, key => key.id, key => row(key, own, actions))}</ul>`
        : html`<p class="quiet">None is kept. ${own === null ? 'You are signed in with the key of the configuration, which is not in this list.' : nothing}</p>`}
      ${over.length ? html`<details><summary>Ended (${over.length})</summary><ul class="lanes">${repeat(over, key => key.id, key => row(key, own, actions))}</ul></details>` : nothing}
    </section>`;
}

const row = (key, own, { replace, revoke }) => html`
  <li>
    <div class="row apart heading">
      <h3>${key.name} ${key.environment === 'test' ? html`<span class="chip bare">test</span>` : nothing} ${key.id === own ? html`<span class="chip bare">yours</span>` : nothing}</h3>
      ${isOver(key)
        ? html`<span class="chip">${key.revoked_at ? 'revoked' : 'expired'}</span>`
        : html`<div class="row">
            <button type="button" class="small" @click=${() => replace(key)}>Replace<span class="hear"> ${key.name}</span></button>
            <button type="button" class="small danger" @click=${() => revoke(key)}>Revoke<span class="hear"> ${key.name}</span></button>
          </div>`}
    </div>
    <dl class="facts small">
      <dt>Begins with</dt><dd class="mono">${key.prefix}…</dd>
      <dt>May</dt><dd>${key.scopes.join(', ')}</dd>
      <dt>Made</dt><dd>${moment(key.created_at)}</dd>
      ${end(key)}
    </dl>
  </li>`;

function end(key) {
  if (key.revoked_at) return html`<dt>Revoked</dt><dd>${moment(key.revoked_at)}</dd>`;
  if (key.expires_at === null) return html`<dt>Ends</dt><dd>never</dd>`;
  return html`<dt>${isExpired(key) ? 'Ended' : 'Ends'}</dt><dd>${moment(key.expires_at)} (${distance(key.expires_at)})</dd>`;
}
