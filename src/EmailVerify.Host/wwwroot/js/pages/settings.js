// The page of the settings in force: what each is, where it comes from, what it means, and how to set it.
import { html, nothing, render } from '/lib/lit-html/lit-html.js';
import { repeat } from '/lib/lit-html/directives/repeat.js';
import { open } from '/js/shell.js';
import { ask } from '/js/api.js';
import { count, problem } from '/js/format.js';
import { announce } from '/js/parts/announce.js';
import { copyButton } from '/js/parts/copy.js';
import { tabs } from '/js/parts/tabs.js';

// A screen reader says the number found when typing has rested, in ms.
const rest = 600;

const main = document.querySelector('main');
let who;
let settings = null;
let failure = null;
let sought = new URLSearchParams(location.search).get('q') ?? '';
let onlyConfigured = false;
let timer;

// Environment variables know no colon: two underscores stand for it.
const variable = key => key.replaceAll(':', '__');

const found = () => settings.filter(setting =>
  (!onlyConfigured || setting.source !== 'default')
  && sought.toLowerCase().split(/\s+/).every(word => `${setting.key} ${variable(setting.key)} ${setting.meaning} ${setting.value ?? ''}`.toLowerCase().includes(word)));

async function load() {
  try {
    settings = (await ask('/v1/settings')).data.settings;
  } catch (refused) {
    failure = refused;
  }

  draw();
}

const shownWords = number => number === 1 ? '1 setting is shown.' : `${count(number)} settings are shown.`;

function seek(change) {
  change();
  draw();
  clearTimeout(timer);
  timer = setTimeout(() => announce(shownWords(found().length)), rest);
}

const filters = () => html`
  <form role="search" class="card" @submit=${event => event.preventDefault()}>
    <label for="sought">Find a setting</label>
    <input id="sought" type="search" placeholder="egress, port, retries …" autocomplete="off" spellcheck="false" .value=${sought} @input=${event => seek(() => { sought = event.target.value; })}>
    <label class="check below"><input type="checkbox" .checked=${onlyConfigured} @change=${event => seek(() => { onlyConfigured = event.target.checked; })}> Only those that somebody set</label>
  </form>`;

const value = setting => setting.is_secret
  ? html`<span class="quiet">${setting.source === 'default' ? 'none' : 'set, and never shown'}</span>`
  : setting.value === null || setting.value === '' ? html`<span class="quiet">none</span>` : html`<code>${setting.value}</code>`;

const row = setting => html`
  <li>
    <div class="row apart heading">
      <h2 class="name mono">${parts(setting.key)}</h2>
      ${setting.source === 'default' ? html`<span class="chip bare">default</span>` : html`<span class="chip ok">set${['configured', 'set'].includes(setting.source) ? nothing : ` by ${setting.source}`}</span>`}
    </div>
    <p>${setting.meaning}</p>
    <dl class="facts small">
      <dt>In force</dt><dd>${value(setting)}</dd>
      <dt>To set it</dt><dd class="row"><code>${variable(setting.key)}</code> ${copyButton(variable(setting.key), 'Copy', variable(setting.key))}${setting.key.includes(':N') ? html`<span class="quiet">N counts from 0</span>` : nothing}</dd>
    </dl>
  </li>`;

// A long name breaks where its parts meet.
const parts = key => key.split(':').map((part, at) => html`${at ? html`:<wbr>` : nothing}${part}`);

const list = shown => html`
  <p class="small quiet">${count(shown.length)} of ${count(settings.length)} settings</p>
  ${shown.length
    ? html`<section class="card" aria-label="Settings"><ul class="lanes">${repeat(shown, setting => setting.key, row)}</ul></section>`
    : html`<div class="card quiet"><p>No setting has these words${onlyConfigured ? ' and was set by somebody' : ''}.</p></div>`}`;

function draw() {
  render(html`
    <h1>Settings</h1>
    ${tabs(who)}
    <p class="lead">What is in force. A setting is set as an environment variable, in <code>appsettings.json</code> or on the command line (<code>--EmailVerify:Smtp:Port=25</code>), and read when the service starts.</p>
    ${problem(failure)}
    ${settings ? html`${filters()}${list(found())}` : failure ? nothing : html`<p class="quiet" role="status"><span class="spin" aria-hidden="true"></span> One moment …</p>`}`, main);
}

await open(['operate'], signedIn => {
  who = signedIn;
  draw();
  void load();
});
