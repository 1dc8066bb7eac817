// How many verdicts there were on each day: bars in the colours of the statuses, and the same as a table.
import { html, nothing, svg } from '/lib/lit-html/lit-html.js';
import { ask } from '/js/api.js';
import { count, problem, statuses } from '/js/format.js';

const spans = [30, 90, 365];
const height = 100;
const step = 10;
const gap = 2;
const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const dayOf = text => date.format(new Date(`${text}T00:00:00Z`));
const textOf = one => statuses.map(status => `${count(one[status])} ${status}`).join(', ');

/** The verdicts of the last days. */
export class Trends {
  found = null;
  failure = null;
  #days = spans[0];

  /** @param {() => void} draw draws the page again */
  constructor(draw) {
    this.draw = draw;
  }

  /** Asks for them. */
  async load() {
    const days = this.#days;
    try {
      const { data } = await ask(`/v1/trends?${this.#query()}`);
      if (days !== this.#days) return;
      [this.found, this.failure] = [data, null];
    } catch (wrong) {
      this.failure = wrong;
    }
    this.draw();
  }

  // Days are those of UTC, today with them.
  #query() {
    const from = new Date(Date.now() - (this.#days - 1) * 86_400_000).toISOString().slice(0, 10);
    return new URLSearchParams({ from });
  }

  /** The section as it stands. */
  template() {
    return html`
      <section class="card" aria-labelledby="trends">
        <div class="row apart heading">
          <h2 id="trends">Verdicts by day</h2>
          <div class="row">
            <label class="hear" for="span">How many days</label>
            <select id="span" class="short" @change=${event => { this.#days = Number(event.target.value); void this.load(); }}>
              ${spans.map(days => html`<option value=${days} ?selected=${days === this.#days}>the last ${days} days</option>`)}</select>
            <a class="button small" href="/v1/trends?${this.#query()}&amp;format=csv" download="trends.csv">CSV</a>
          </div>
        </div>
        ${problem(this.failure)}
        ${this.found ? this.#shown() : this.failure ? nothing : html`<p class="quiet"><span class="spin" aria-hidden="true"></span> One moment …</p>`}
      </section>`;
  }

  #shown() {
    const { days, totals } = this.found;
    if (totals.total === 0) return html`<p class="quiet">There was no verdict in these days.</p>`;
    const most = Math.max(...days.map(one => one.total));
    return html`
      <p><strong>${count(totals.total)}</strong> verdicts: ${textOf(totals)}. Most were ${count(most)} on a day.</p>
      <svg class="days" viewBox="0 0 ${days.length * step} ${height}" preserveAspectRatio="none" role="img" aria-label="Verdicts of each day; the table below says the same">
        ${days.map((one, at) => bar(one, at, most))}</svg>
      <p class="row apart small quiet"><span>${dayOf(this.found.from)}</span><span>${dayOf(this.found.to)}</span></p>
      <details><summary>As a table</summary>
        <div class="scroll tall" tabindex="0" role="group" aria-labelledby="trends"><table>
          <thead><tr><th scope="col">Day (UTC)</th><th scope="col" class="number">All</th>${statuses.map(status => html`<th scope="col" class="number">${status}</th>`)}</tr></thead>
          <tbody>${days.toReversed().map(one => html`<tr><th scope="row" class="nowrap">${dayOf(one.day)}</th><td class="number">${count(one.total)}</td>
            ${statuses.map(status => html`<td class="number">${count(one[status])}</td>`)}</tr>`)}</tbody>
        </table></div></details>`;
  }
}

// From the ground up; where there is anything, there is something to see.
function bar(one, at, most) {
  let top = height;
  return svg`<g><title>${dayOf(one.day)}: ${textOf(one)}</title>
    <rect class="days-room" x=${at * step} y="0" width=${step} height=${height}></rect>
    ${statuses.filter(status => one[status]).map(status => {
      const tall = Math.max(1, one[status] / most * height);
      top -= tall;
      return svg`<rect class=${status} x=${at * step + gap / 2} y=${top} width=${step - gap} height=${tall} fill="currentColor"></rect>`;
    })}</g>`;
}
