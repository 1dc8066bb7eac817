// How a file becomes a batch: given, looked at, set right, sent.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { ask } from '/js/api.js';
import { problem, share } from '/js/format.js';
import { announce } from '/js/parts/announce.js';
import { dropZone } from '/js/parts/dropZone.js';
import { preview } from '/js/parts/preview.js';
import { headOf, isLonger, typeOf, whyNoList } from '/js/parts/sourceFile.js';
import { newKey, upload } from '/js/parts/upload.js';

/**
 * @typedef {{delimiter: string | null, header: boolean | null, column: number | null}} Reading how a file is to be read; null leaves it to the service
 */

/** One place where files are taken. */
export class Intake {
  /** @type {File | null} */ file = null;
  /** @type {object | null} */ head = null;
  /** @type {Reading} */ reading = { delimiter: null, header: null, column: null };
  failure = null;
  /** How much is sent, 0 to 1; null while nothing is. */ sent = null;
  #keys = new Map();
  #looking = new AbortController();
  #sending = new AbortController();

  /**
   * @param {() => void} draw draws the page again
   * @param {File | null} sample a list to try, or null
   */
  constructor(draw, sample) {
    [this.draw, this.sample] = [draw, sample];
  }

  /** Takes a file, and looks at its head. @param {File} file */
  async take(file) {
    this.file = file;
    this.head = null;
    this.reading = { delimiter: null, header: null, column: null };
    await this.#look();
    document.getElementById('intake')?.focus();
  }

  /** Reads the head another way. @param {Partial<Reading>} change */
  readAs(change) {
    // Another delimiter or header makes other columns.
    this.reading = { ...this.reading, ...('column' in change ? {} : { column: null }), ...change };
    return this.#look();
  }

  /** Puts the file away. */
  async leave() {
    this.#looking.abort();
    this.#sending.abort();
    [this.file, this.head, this.failure, this.sent] = [null, null, null, null];
    this.draw();
    document.getElementById('file')?.focus();
  }

  /** Sends the file. @param {{name: string, drops: boolean, starts: boolean}} wishes */
  async send({ name, drops, starts }) {
    const query = this.#query();
    query.set('name', name || this.file.name);
    if (drops) query.set('drop_duplicates', 'true');
    if (!starts) query.set('start', 'false');

    // The same request has the same key, so that a second one after a lost answer makes no second batch.
    const request = query.toString();
    if (!this.#keys.has(request)) this.#keys.set(request, newKey());
    this.#sending = new AbortController();
    [this.failure, this.sent] = [null, 0];
    this.draw();
    document.getElementById('intake').focus();
    announce('Sending the file');
    try {
      const batch = await upload(this.file, { type: this.#type(), query, key: this.#keys.get(request), signal: this.#sending.signal, onProgress: part => { this.sent = part; this.draw(); } });
      location.href = `/batches/${batch.id}`;
    } catch (wrong) {
      if (wrong.name === 'AbortError') return;
      // What was answered is over; what was not may have been done.
      if (wrong.status) this.#keys.delete(request);
      [this.failure, this.sent] = [wrong, null];
      this.draw();
    }
  }

  #type() {
    const type = typeOf(this.file);
    const charset = this.head?.charset;
    return type === 'text/csv' && charset && !/^utf/i.test(charset) ? `${type}; charset=${charset}` : type;
  }

  #query() {
    const { delimiter, header, column } = this.reading;
    const query = new URLSearchParams();
    if (delimiter) query.set('delimiter', delimiter === '\t' ? 'tab' : delimiter);
    if (header !== null) query.set('header', String(header));
    if (column !== null) query.set('column', this.#columnOf(column));
    return query;
  }

  // By its number: names may repeat. But a name comes before a number, and a column may be called “2”.
  #columnOf(number) {
    const columns = this.head?.columns ?? [];
    const isName = columns.some(one => one.name?.trim() === String(number));
    return this.head && (this.head.format !== 'csv' || isName) ? columns[number - 1].name : String(number);
  }

  async #look() {
    this.#looking.abort();
    const own = this.#looking = new AbortController();
    this.#keys = new Map();
    this.failure = null;
    this.draw();
    try {
      const why = await whyNoList(this.file);
      if (why) throw Object.assign(new Error(why), { title: 'That is no list of addresses' });
      const query = this.#query();
      if (isLonger(this.file)) query.set('truncated', 'true');
      const { data } = await ask(`/v1/batches/preview?${query}`, { method: 'POST', headers: { 'Content-Type': typeOf(this.file) }, body: headOf(this.file), signal: own.signal });
      if (own !== this.#looking) return;
      this.head = data;
      announce(data.column ? `The addresses are in the column ${data.column}` : 'Choose the column of the addresses');
    } catch (wrong) {
      if (wrong.name === 'AbortError' || own !== this.#looking) return;
      this.failure = wrong;
    }
    this.draw();
  }

  /** The place as it stands. */
  template() {
    if (!this.file) return dropZone(file => this.take(file), this.sample);
    return html`
      <section class="card" aria-labelledby="intake">
        <div class="row apart"><h2 id="intake" tabindex="-1">${this.file.name}</h2>
          <button class="plain" type="button" @click=${() => this.leave()}>${this.sent === null ? 'Another file' : 'Stop'}</button></div>
        ${problem(this.failure)}
        ${this.sent !== null ? html`
          <p role="status">${this.sent < 1 ? `Sending: ${share(this.sent, 1)}` : 'All of it is there; its rows are being stored …'}</p>
          <progress class="long" max="1" .value=${this.sent} aria-label="Sent"></progress>`
          : this.head ? preview(this) : this.failure ? nothing
          : html`<p class="quiet"><span class="spin" aria-hidden="true"></span> Looking at the first rows …</p>`}
      </section>`;
  }
}
