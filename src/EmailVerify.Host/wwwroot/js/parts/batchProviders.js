// Where the rows of a batch wait: a table by provider, asked for while the batch is under way and somebody looks.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { repeat } from '/lib/lit-html/directives/repeat.js';
import { ask } from '/js/api.js';
import { count, distance, problem, rate, words } from '/js/format.js';
import { whyWords } from '/js/parts/lanes.js';

const pause = 2000;
const mostRows = 100;
const looks = { running: 'busy', waiting: 'bare', paused: 'warn', done: 'ok' };

/** The table. */
export class BatchProviders {
  providers = null;
  failure = null;
  #clock = 0;
  #isWanted = false;

  /**
   * @param {string} id the batch
   * @param {() => void} draw draws the page again
   */
  constructor(id, draw) {
    [this.id, this.draw] = [id, draw];
    document.addEventListener('visibilitychange', () => this.#plan(0));
  }

  /** Says whether the batch is under way. */
  want(isWanted) {
    const isChange = isWanted !== this.#isWanted;
    this.#isWanted = isWanted;
    if (isChange || this.providers === null) this.#load();
  }

  async #load() {
    clearTimeout(this.#clock);
    try {
      const { data } = await ask(`/v1/batches/${this.id}/providers`);
      [this.providers, this.failure] = [data.providers, null];
    } catch (wrong) {
      this.failure = wrong;
    }
    this.draw();
    this.#plan(pause);
  }

  #plan(milliseconds) {
    clearTimeout(this.#clock);
    if (this.#isWanted && !document.hidden) this.#clock = setTimeout(() => this.#load(), milliseconds);
  }

  /** The table as it stands. */
  template() {
    return html`
      <section aria-labelledby="providers">
        <h2 id="providers">By provider</h2>
        ${problem(this.failure)}
        ${this.providers === null ? nothing : this.providers.length === 0
          ? html`<p class="card quiet">No provider has rows to ask yet.</p>`
          : this.#table()}
      </section>`;
  }

  #table() {
    return html`
      <div class="scroll" tabindex="0" role="group" aria-labelledby="providers"><table>
        <thead><tr><th scope="col">Provider</th><th scope="col">State</th><th scope="col" class="number">Waiting</th><th scope="col" class="number">Asked later</th>
          <th scope="col" class="number">Done</th><th scope="col" class="number">Rate</th><th scope="col" class="number">Sessions</th></tr></thead>
        <tbody>${repeat(this.providers.slice(0, mostRows), one => one.provider, one => html`<tr>
          <th scope="row">${one.provider === 'other' ? 'other hosts' : one.provider}</th>
          <td><span class="chip ${looks[one.state] ?? 'bare'}">${words(one.state)}</span>
            ${one.why ? html` <span class="small">${whyWords(one.why)}</span>` : nothing}${one.paused_until ? html` <span class="small quiet">on again ${distance(one.paused_until)}</span>` : nothing}</td>
          <td class="number">${count(one.waiting)}</td><td class="number">${count(one.retrying)}</td><td class="number">${count(one.done)}</td>
          <td class="number">${rate(one.rate_per_second)}</td><td class="number">${count(one.sessions)}</td></tr>`)}</tbody>
      </table></div>
      <p class="small quiet">Rows that need no mail server are in none of these: repeated ones, and those whose text or whose domain’s DNS says enough.</p>
      ${this.providers.length > mostRows ? html`<p class="small quiet">And ${count(this.providers.length - mostRows)} smaller ones.</p>` : nothing}`;
  }
}
