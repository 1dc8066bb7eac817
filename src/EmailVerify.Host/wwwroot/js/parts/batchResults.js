// The results of a batch: filtered, a page at a time, to be downloaded as they are filtered.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { repeat } from '/lib/lit-html/directives/repeat.js';
import { ask } from '/js/api.js';
import { chip, count, moment, problem, statuses, words } from '/js/format.js';
import { announce } from '/js/parts/announce.js';
import { choice } from '/js/parts/choice.js';
import { paging } from '/js/parts/paging.js';
import { knownReasons, reasonWords } from '/js/parts/words.js';

const pageSize = 50;

// JSON comes in pages of so many at most; what is more is for the other formats.
const mostInJson = 1000;
const flags = ['accept_all', 'disposable', 'free', 'role', 'subaddress', 'no_reply', 'smtputf8', 'mailbox_full', 'mailbox_disabled'];

// Each page is asked for by the row before it, so that the way back is known.
const first = '';

/** The results as they are shown. */
export class BatchResults {
  rows = null;
  failure = null;
  isLoading = false;
  #next = null;
  #before = [first];
  #filters = { status: '', reason: '', flags: '', min_score: '' };
  #opened = new Set();
  #asking = new AbortController();

  /**
   * @param {string} id the batch
   * @param {() => void} draw draws the page again
   */
  constructor(id, draw) {
    [this.id, this.draw] = [id, draw];
  }

  /** Whether rows that come could still find a place on the page. */
  get hasRoom() { return (this.rows?.length ?? 0) < pageSize; }

  /** Asks for the page that is shown. */
  async load() {
    this.#asking.abort();
    const own = this.#asking = new AbortController();
    this.isLoading = true;
    try {
      const query = this.#query();
      query.set('format', 'json');
      query.set('limit', String(pageSize));
      if (this.#before.at(-1)) query.set('after', this.#before.at(-1));
      const { data } = await ask(`/v1/batches/${this.id}/results?${query}`, { signal: own.signal });
      [this.rows, this.#next, this.failure] = [data.results, data.next, null];
    } catch (wrong) {
      if (wrong.name === 'AbortError') return;
      this.failure = wrong;
    }
    this.isLoading = false;
    this.draw();
  }

  async #turn(before) {
    this.#before = before;
    this.#opened.clear();
    await this.load();
    announce(this.rows?.length ? `Rows ${this.rows[0].row} to ${this.rows.at(-1).row}` : 'No rows');
  }

  async #filter(form) {
    for (const name of Object.keys(this.#filters)) this.#filters[name] = form.elements[name].value;
    await this.#turn([first]);
  }

  #query() {
    return new URLSearchParams(Object.entries(this.#filters).filter(([, value]) => value !== ''));
  }

  /** The section as it stands. @param {object} batch */
  template(batch) {
    if (batch.erased_at) return nothing;
    return html`
      <section aria-labelledby="results">
        <h2 id="results">Results</h2>
        ${this.#form()}
        ${this.#downloads(batch)}
        ${problem(this.failure)}
        ${this.rows === null ? this.failure ? nothing : html`<p class="quiet"><span class="spin" aria-hidden="true"></span> One moment …</p>`
          : this.rows.length === 0 ? html`<p class="card quiet">${this.#query().size ? 'No row is like that.' : `No row is done yet.${batch.status === 'paused' ? '' : ' The first ones will be here in a moment.'}`}</p>`
          : this.#table()}
        ${paging('results', this.#before, this.#next, before => this.#turn(before))}
      </section>`;
  }

  #form() {
    return html`
      <form class="fields filters" aria-label="Which results" @change=${event => this.#filter(event.currentTarget)} @submit=${event => { event.preventDefault(); this.#filter(event.currentTarget); }}>
        ${choice('status', 'Status', statuses, words, this.#filters.status)}
        ${choice('reason', 'Why', knownReasons, reasonWords, this.#filters.reason)}
        ${choice('flags', 'Noticed', flags, words, this.#filters.flags)}
        <div class="field"><label for="min_score">Score at least</label><input id="min_score" name="min_score" type="number" min="0" max="100" step="1" placeholder="0"></div>
      </form>`;
  }

  #downloads({ counts, status }) {
    const query = this.#query();
    const link = (format, name) => {
      const own = new URLSearchParams(query);
      own.set('format', format);
      if (format === 'csv') own.set('bom', 'true');
      return html`<a class="button small" href="/v1/batches/${this.id}/results?${own}" download>${name}</a>`;
    };
    return html`<p class="row"><span>Download ${query.size ? 'these' : status === 'completed' ? `all ${count(counts.done)}` : `the ${count(counts.done)} that are done`}:</span>
      ${link('csv', 'CSV')} ${link('ndjson', 'NDJSON')} ${counts.done <= mostInJson ? link('json', 'JSON') : nothing}</p>`;
  }

  #table() {
    return html`
      <div class="scroll" tabindex="0" role="group" aria-labelledby="results" aria-busy=${this.isLoading}><table class="tight">
        <thead><tr><th scope="col" class="number wide-only">Row</th><th scope="col">Address</th><th scope="col">Status</th><th scope="col" class="wide-only">Why</th><th scope="col" class="number wide-only">Score</th>
          <th scope="col" class="wide-only">Provider</th><th scope="col"><span class="hear">More</span></th></tr></thead>
        <tbody>${repeat(this.rows, one => one.row, one => this.#row(one))}</tbody>
      </table></div>`;
  }

  #row(one) {
    const isOpen = this.#opened.has(one.row);
    return html`<tr>
      <td class="number wide-only">${count(one.row)}</td>
      <th scope="row" class="address">${one.email
        ? html`<a href="/#${encodeURIComponent(one.email)}" title="What was asked and said">${one.email}</a>` : html`<span class="quiet">empty</span>`}
        ${one.did_you_mean ? html`<span class="small quiet">Meant ${one.did_you_mean}?</span>` : nothing}</th>
      <td>${chip(one.status)}${one.final ? nothing : html` <span class="small quiet">being asked again</span>`} <span class="small narrow-only">${reasonWords(one.reason)}</span></td>
      <td class="wide-only">${reasonWords(one.reason)}</td>
      <td class="number wide-only">${one.score}</td>
      <td class="wide-only">${one.provider ?? '–'}</td>
      <td><button class="plain small" type="button" aria-expanded=${isOpen} @click=${() => this.#toggle(one.row)}>${isOpen ? 'Less' : 'More'}<span class="hear"> of row ${one.row}</span></button></td>
    </tr>${isOpen ? details(one) : nothing}`;
  }

  #toggle(row) {
    if (!this.#opened.delete(row)) this.#opened.add(row);
    this.draw();
  }
}

function details(one) {
  const noticed = Object.keys(one.flags).filter(flag => one.flags[flag]).map(words);
  const cells = one.input !== null && typeof one.input === 'object' ? Object.entries(one.input) : [];
  return html`<tr class="more"><td colspan="7"><dl class="facts">
    ${cells.map(([name, value]) => html`<dt>${name}</dt><dd>${typeof value === 'string' ? value : JSON.stringify(value)}</dd>`)}
    <dt>Noticed</dt><dd>${[...noticed, ...(one.notes ?? []).map(words)].join(', ') || 'nothing out of the ordinary'}</dd>
    ${one.duplicate_of ? html`<dt>The same as</dt><dd>row ${count(one.duplicate_of)}</dd>` : nothing}
    <dt>Score</dt><dd>${one.score} %, the chance that mail is accepted</dd>
    ${one.provider ? html`<dt>Who runs the mail</dt><dd>${one.provider}</dd>` : nothing}
    ${one.exchanger ? html`<dt>Mail server</dt><dd>${one.exchanger}</dd>` : nothing}
    <dt>Found</dt><dd>${moment(one.found_at)}, in ${one.attempts === 1 ? 'one attempt' : `${count(one.attempts)} attempts`}</dd>
  </dl></td></tr>`;
}
