// A search in all verifications, a page at a time. What is searched for stands in the address of the page, so that a search can be linked to.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { repeat } from '/lib/lit-html/directives/repeat.js';
import { ask } from '/js/api.js';
import { chip, moment, problem, statuses, words } from '/js/format.js';
import { announce } from '/js/parts/announce.js';
import { choice } from '/js/parts/choice.js';
import { paging } from '/js/parts/paging.js';
import { causeWords, knownReasons, reasonWords } from '/js/parts/words.js';

const pageSize = 50;
const names = ['domain', 'status', 'reason', 'from', 'to', 'batch'];

// Each page is asked for by the cursor that the one before gave, so that the way back is known.
const first = null;

/** The search and what it found. */
export class VerificationSearch {
  rows = null;
  failure = null;
  isLoading = false;
  #next = null;
  #before = [first];
  #filters;
  #asking = new AbortController();

  /** @param {() => void} draw draws the page again */
  constructor(draw) {
    this.draw = draw;
    const given = new URLSearchParams(location.search);
    this.#filters = Object.fromEntries(names.map(name => [name, given.get(name) ?? '']));
  }

  /** Asks for the page that is shown. */
  async load() {
    this.#asking.abort();
    const own = this.#asking = new AbortController();
    this.isLoading = true;
    try {
      const json = { ...this.#question(), limit: pageSize, after: this.#before.at(-1) };
      const { data } = await ask('/v1/verifications/search?evidence=false', { method: 'POST', json, signal: own.signal });
      [this.rows, this.#next, this.failure] = [data.verifications, data.next, null];
    } catch (wrong) {
      if (wrong.name === 'AbortError') return;
      [this.rows, this.#next, this.failure] = [null, null, wrong];
    }
    this.isLoading = false;
    this.draw();
  }

  // Days are those of UTC; the last is meant as a whole.
  #question() {
    const { from, to, ...others } = this.#filters;
    const question = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== ''));
    if (from) question.from = `${from}T00:00:00Z`;
    if (to) question.to = new Date(Date.parse(`${to}T00:00:00Z`) + 86_400_000).toISOString();
    return question;
  }

  async #turn(before) {
    this.#before = before;
    await this.load();
    announce(this.rows?.length ? `${this.rows.length} verifications, page ${before.length}` : 'No verifications');
  }

  async #filter(form) {
    for (const name of names) this.#filters[name] = form.elements[name].value.trim();
    const query = new URLSearchParams(Object.entries(this.#filters).filter(([, value]) => value !== ''));
    history.replaceState(null, '', query.size ? `?${query}` : location.pathname);
    await this.#turn([first]);
  }

  /** The section as it stands. */
  template() {
    return html`
      <section aria-labelledby="found">
        <h2 id="found" class="hear">What was verified</h2>
        ${this.#form()}
        ${problem(this.failure)}
        ${this.rows === null ? this.failure ? nothing : html`<p class="quiet"><span class="spin" aria-hidden="true"></span> One moment …</p>`
          : this.rows.length === 0 ? html`<p class="card quiet">${Object.keys(this.#question()).length ? 'Nothing that was verified is like that.' : 'Nothing was verified yet.'}</p>`
          : this.#table()}
        ${paging('verifications', this.#before, this.#next, before => this.#turn(before))}
      </section>`;
  }

  #form() {
    const field = (name, label, type, placeholder) => html`
      <div class="field"><label for=${name}>${label}</label><input id=${name} name=${name} type=${type} placeholder=${placeholder ?? nothing} value=${this.#filters[name]}
        maxlength="320" autocapitalize="none" autocomplete="off" spellcheck="false"></div>`;
    return html`
      <form class="fields filters" role="search" aria-label="What was verified" @change=${event => this.#filter(event.currentTarget)} @submit=${event => { event.preventDefault(); void this.#filter(event.currentTarget); }}>
        ${field('domain', 'Domain', 'text', 'example.com')}
        ${choice('status', 'Status', [...statuses, 'pending'], status => status === 'pending' ? 'not yet known' : words(status), this.#filters.status)}
        ${choice('reason', 'Why', knownReasons, reasonWords, this.#filters.reason)}
        ${field('from', 'From (UTC)', 'date')}
        ${field('to', 'To', 'date')}
        ${field('batch', 'Batch', 'text', 'bat_…')}
      </form>`;
  }

  #table() {
    return html`
      <div class="scroll" tabindex="0" role="group" aria-labelledby="found" aria-busy=${this.isLoading}><table class="tight">
        <thead><tr><th scope="col">Address</th><th scope="col">Status</th><th scope="col" class="wide-only">Why</th><th scope="col" class="number wide-only">Score</th>
          <th scope="col" class="wide-only">Domain</th><th scope="col">Found</th></tr></thead>
        <tbody>${repeat(this.rows, one => one.id, row)}</tbody>
      </table></div>`;
  }
}

function row(one) {
  const why = one.reason ? reasonWords(one.reason) : one.pending?.cause ? causeWords(one.pending.cause) : 'Being asked';
  return html`<tr>
    <th scope="row" class="address">${one.email ? html`<a href="/#${encodeURIComponent(one.email)}" title="What is known of it now">${one.email}</a>` : html`<span class="quiet">empty</span>`}</th>
    <td>${one.status ? chip(one.status) : html`<span class="chip">not yet known</span>`} <span class="small narrow-only">${why}</span></td>
    <td class="wide-only">${why}</td>
    <td class="number wide-only">${one.score ?? '–'}</td>
    <td class="wide-only">${one.links.domain ? html`<a href="/domains/${encodeURIComponent(one.domain)}">${one.domain_unicode}</a>` : '–'}</td>
    <td class="nowrap">${moment(one.found_at ?? one.pending?.since)}</td>
  </tr>`;
}
