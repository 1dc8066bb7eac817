// The form with which a key is made.
import { html, nothing } from '/lib/lit-html/lit-html.js';

const day = 86_400_000;

/** What a key may do, in the order in which it is shown. */
export const scopes = [
  { word: 'verify', text: 'Verify addresses, one by one and as files.' },
  { word: 'read', text: 'See verdicts, batches and domains, and have replies explained.' },
  { word: 'webhooks', text: 'Keep the addresses that are told of news.' },
  { word: 'feedback', text: 'Tell what became of mail that was sent.' },
  { word: 'operate', text: 'See and steer the machine: lanes, egresses, doctor, settings, metrics.' },
  { word: 'admin', text: 'Make and revoke keys. Whoever has this can do everything.' },
];

const usual = ['verify', 'read'];
const ends = [['', 'Never'], ['7', 'In 7 days'], ['30', 'In 30 days'], ['90', 'In 90 days'], ['365', 'In a year']];

/**
 * @param {(request: object) => void} create called with the body of the request
 * @param {{isBusy: boolean, faults: Record<string, string>}} state faults by the name of the member
 */
export const keyForm = (create, { isBusy, faults }) => html`
  <form class="card" aria-labelledby="make" aria-busy=${isBusy} novalidate @submit=${event => submit(event, create)}>
    <h2 id="make">Make a key</h2>
    <div class="field">
      <label for="name">What is it for?</label>
      <input id="name" name="name" type="text" maxlength="100" placeholder="The sign-up form" autocomplete="off" aria-invalid=${Boolean(faults.name)} aria-describedby=${faults.name ? 'name-error' : nothing}>
      ${fault('name', faults)}
    </div>
    <fieldset aria-describedby=${faults.scopes ? 'scopes-error' : nothing}>
      <legend>What may it do?</legend>
      ${scopes.map(({ word, text }) => html`
        <label class="check"><input type="checkbox" name="scopes" value=${word} ?checked=${usual.includes(word)}> <span><strong>${word}</strong> <span class="quiet">${text}</span></span></label>`)}
      ${fault('scopes', faults)}
    </fieldset>
    <fieldset>
      <legend>Does it ask the world?</legend>
      <label class="check"><input type="radio" name="environment" value="live" checked> <span><strong>live</strong> <span class="quiet">Yes: mail servers are asked.</span></span></label>
      <label class="check"><input type="radio" name="environment" value="test"> <span><strong>test</strong> <span class="quiet">No: verdicts are made up by the part before the @, for trying out a program.</span></span></label>
    </fieldset>
    <div class="field">
      <label for="expires">When does it end?</label>
      <select id="expires" name="expires">${ends.map(([days, text]) => html`<option value=${days}>${text}</option>`)}</select>
      ${fault('expires_at', faults)}
    </div>
    <button class="primary" type="submit" ?disabled=${isBusy}>${isBusy ? html`<span class="spin" aria-hidden="true"></span> Making it …` : 'Make the key'}</button>
  </form>`;

const fault = (member, faults) => faults[member] ? html`<p class="error" id="${member}-error">${faults[member]}</p>` : nothing;

function submit(event, create) {
  event.preventDefault();
  const given = new FormData(event.target);
  const days = Number(given.get('expires'));
  create({
    name: given.get('name').trim(),
    scopes: given.getAll('scopes'),
    environment: given.get('environment'),
    ...(days ? { expires_at: new Date(Date.now() + days * day).toISOString() } : {}),
  });
}
