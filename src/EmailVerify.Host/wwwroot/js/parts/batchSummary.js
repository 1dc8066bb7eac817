// What the results of a batch are by reason and by domain. All rows are read for it, so it is asked for by who wants to see it.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { ask } from '/js/api.js';
import { count, share, statuses } from '/js/format.js';
import { lazy } from '/js/parts/lazy.js';
import { width } from '/js/parts/width.js';
import { reasonWords } from '/js/parts/words.js';

const mostGroups = 20;

/** @param {string} id the batch */
export const batchSummary = id => html`
  <section class="card" aria-label="Summary">${lazy(
    'Sums by reason, provider and domain',
    async () => (await ask(`/v1/batches/${id}/summary`)).data,
    ({ reasons, providers, domains, counts }) => reasons === null ? html`<p>The rows were deleted.</p>` : html`
      <h3>By reason</h3>
      <dl class="bars">${Object.entries(reasons).filter(([, number]) => number).sort(([, one], [, other]) => other - one).map(([reason, number]) => html`
        <dt>${reasonWords(reason)}</dt><dd><span class="meter" aria-hidden="true"><span ${width(number / counts.done)}></span></span> <span class="number">${count(number)} <span class="quiet">(${share(number, counts.done)})</span></span></dd>`)}</dl>
      ${groups('By provider', 'provider', providers)}
      ${groups('By domain', 'domain', domains)}`)}</section>`;

const groups = (title, name, all) => html`
  <h3>${title}</h3>
  <div class="scroll" tabindex="0" role="group" aria-label=${title}><table>
    <thead><tr><th scope="col">${name}</th><th scope="col" class="number">rows</th>${statuses.map(status => html`<th scope="col" class="number">${status}</th>`)}</tr></thead>
    <tbody>${all.slice(0, mostGroups).map(one => html`<tr><th scope="row">${one[name] ?? '–'}</th><td class="number">${count(one.done)}</td>${statuses.map(status => html`
      <td class="number">${count(one[status])}</td>`)}</tr>`)}</tbody>
  </table></div>
  ${all.length > mostGroups ? html`<p class="small quiet">The largest ${mostGroups} of ${count(all.length)}.</p>` : nothing}`;
