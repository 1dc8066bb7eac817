// The batches that there are, newest first.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { repeat } from '/lib/lit-html/directives/repeat.js';
import { ask } from '/js/api.js';
import { count, moment, problem, share } from '/js/format.js';
import { announce } from '/js/parts/announce.js';
import { batchChip, hasEnded, titleOf } from '/js/parts/batchWords.js';
import { shares } from '/js/parts/shares.js';

const pageSize = 20;
const mostAtOnce = 1000;
const pause = 5000;

/** The list, which asks for news while something runs and somebody looks. */
export class BatchList {
  batches = null;
  next = null;
  failure = null;
  #clock = 0;

  /** @param {() => void} draw draws the page again */
  constructor(draw) {
    this.draw = draw;
    document.addEventListener('visibilitychange', () => this.#plan(0));
  }

  /** Asks how the batches stand that are shown. */
  async load() {
    const shown = this.batches?.length ?? 0;
    const limit = Math.min(mostAtOnce, Math.max(pageSize, shown));
    try {
      const { data } = await ask(`/v1/batches?limit=${limit}`);
      // Somebody had more shown meanwhile: the next look asks for all of them.
      if ((this.batches?.length ?? 0) > shown) return this.#plan(pause);
      [this.batches, this.next, this.failure] = [data.batches, data.next, null];
    } catch (wrong) {
      this.failure = wrong;
    }
    this.draw();
    this.#plan(pause);
  }

  async #more() {
    const first = this.batches.length;
    try {
      const { data } = await ask(`/v1/batches?limit=${pageSize}&after=${encodeURIComponent(this.next)}`);
      this.batches = [...this.batches, ...data.batches];
      this.next = data.next;
      announce(`${data.batches.length} more batches`);
    } catch (wrong) {
      this.failure = wrong;
    }
    this.draw();
    document.getElementById(this.batches[first]?.id)?.focus();
  }

  async #steer(id, command) {
    try {
      const { data } = await ask(`/v1/batches/${id}/${command}`, { method: 'POST' });
      this.batches = this.batches.map(one => one.id === data.id ? data : one);
      announce(`${titleOf(data)}: ${data.status}`);
    } catch (wrong) {
      this.failure = wrong;
    }
    this.draw();
    this.#plan(pause);
  }

  #plan(milliseconds) {
    clearTimeout(this.#clock);
    const isMoving = this.batches?.some(batch => !hasEnded(batch)) ?? false;
    if (isMoving && !document.hidden) this.#clock = setTimeout(() => this.load(), milliseconds);
  }

  /** The list as it stands. */
  template() {
    return html`
      <section aria-labelledby="batches">
        <h2 id="batches">Your batches</h2>
        ${problem(this.failure)}
        ${this.batches === null ? this.failure ? nothing : html`<p class="quiet"><span class="spin" aria-hidden="true"></span> One moment …</p>`
          : this.batches.length === 0 ? html`<p class="card quiet">There is none yet. The first file that you drop will be here, with its results to look at and download.</p>`
          : this.#table()}
        ${this.next ? html`<p><button type="button" @click=${() => this.#more()}>Show more</button></p>` : nothing}
      </section>`;
  }

  #table() {
    return html`
      <div class="scroll" tabindex="0" role="group" aria-labelledby="batches"><table>
        <thead><tr><th scope="col">Name</th><th scope="col">Status</th><th scope="col">Progress</th><th scope="col" class="number">Rows</th><th scope="col">Created</th><th scope="col"><span class="hear">Actions</span></th></tr></thead>
        <tbody>${repeat(this.batches, batch => batch.id, batch => this.#row(batch))}</tbody>
      </table></div>`;
  }

  #row(batch) {
    const { id, status, counts } = batch;
    const title = titleOf(batch);
    return html`<tr>
      <th scope="row"><a id=${id} href="/batches/${id}">${title}</a></th>
      <td>${batchChip(status)}</td>
      <td class="bar">${shares(counts)}<span class="small quiet">${share(counts.done, counts.total)}</span></td>
      <td class="number">${count(counts.total)}</td>
      <td class="nowrap">${moment(batch.created_at)}</td>
      <td class="nowrap">${this.#action(batch, title)}</td>
    </tr>`;
  }

  // The same button does both, so that the focus stays on it.
  #action({ id, status, pause, erased_at: erasedAt }, title) {
    if (erasedAt) return html`<span class="quiet">rows deleted</span>`;
    if (hasEnded({ status })) return html`<a class="button small" href="/v1/batches/${id}/results?format=csv&amp;bom=true" download aria-label="Download ${title} as CSV">CSV</a>`;
    if (pause?.by === 'system') return nothing;
    const [text, command] = status === 'paused' ? ['Resume', 'resume'] : ['Pause', 'pause'];
    return html`<button class="small" type="button" aria-label="${text} ${title}" @click=${() => this.#steer(id, command)}>${text}</button>`;
  }
}
