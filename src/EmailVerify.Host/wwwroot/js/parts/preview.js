// How a file will be read: what stands between its cells, which column has the addresses, its first rows, and what can be wished.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { live } from '/lib/lit-html/directives/live.js';
import { count } from '/js/format.js';

const delimiters = [[',', 'comma ,'], [';', 'semicolon ;'], ['\t', 'tab'], ['|', 'bar |']];
const maxName = 256;

/** @param {import('/js/parts/intake.js').Intake} intake */
export function preview(intake) {
  const { head, file } = intake;
  const chosen = head.column_number ?? (head.columns.find(column => column.name === head.column)?.number ?? null);
  return html`
    <p>${chosen === null
      ? html`<strong>Which column has the addresses?</strong> Choose it below.`
      : html`The addresses are taken from the column <strong>${nameOf(head.columns[chosen - 1])}</strong>. If that is right, press “Start”.`}</p>
    <form @submit=${event => start(event, intake)}>
      <div class="fields">
        <div class="field"><label for="column">Column of the addresses</label>
          <select id="column" required .value=${live(chosen === null ? '' : String(chosen))} @change=${event => intake.readAs({ column: Number(event.target.value) })}>
            ${chosen === null ? html`<option value="">Choose …</option>` : nothing}
            ${head.columns.map(column => html`<option value=${column.number} ?selected=${column.number === chosen}>${nameOf(column)}${column.addresses ? ` – ${count(column.addresses)} of ${count(head.rows.length)} are addresses` : ''}</option>`)}
          </select></div>
        ${head.format === 'csv' ? form(intake) : nothing}
      </div>
      ${rows(head, chosen)}
      <div class="fields">
        <div class="field"><label for="label">Name of the batch</label><input id="label" name="label" type="text" maxlength=${maxName} .defaultValue=${file.name}></div>
        <div class="field"><span class="label">Wishes</span>
          <label class="check"><input type="checkbox" name="drops"> Leave out rows that repeat an address</label>
          <label class="check"><input type="checkbox" name="starts" checked> Start at once</label></div>
      </div>
      ${(head.warnings ?? []).map(warning => html`<div class="notice warning"><p>${warning.detail}</p></div>`)}
      <button class="primary" ?disabled=${chosen === null}>Start</button>
      <span class="hint">${size(file.size)}. Repeated addresses are asked about once either way.</span>
    </form>`;
}

const form = intake => html`
  <div class="field"><label for="delimiter">Between the cells</label>
    <select id="delimiter" .value=${live(intake.head.delimiter ?? ',')} @change=${event => intake.readAs({ delimiter: event.target.value })}>
      ${delimiters.map(([sign, name]) => html`<option value=${sign} ?selected=${sign === intake.head.delimiter}>${name}</option>`)}
    </select></div>
  <div class="field"><label for="header">First line</label>
    <select id="header" .value=${live(String(intake.head.header))} @change=${event => intake.readAs({ header: event.target.value === 'true' })}>
      <option value="true" ?selected=${intake.head.header}>names the columns</option>
      <option value="false" ?selected=${!intake.head.header}>is a row like the others</option>
    </select></div>`;

const rows = (head, chosen) => html`
  <div class="scroll" tabindex="0" role="region" aria-label="First rows of the file"><table class="sheet-rows">
    <caption class="hear">The first rows as they are read${chosen === null ? '' : `; the addresses are in column ${chosen}`}</caption>
    <thead><tr>${head.columns.map(column => html`<th scope="col" class=${column.number === chosen ? 'chosen' : nothing}>${nameOf(column)}${column.number === chosen ? html` <span class="chip bare">addresses</span>` : nothing}</th>`)}</tr></thead>
    <tbody>${head.rows.map(row => html`<tr>${row.map((cell, at) => html`<td class=${at + 1 === chosen ? 'chosen' : nothing}><span class="cell">${cell}</span></td>`)}</tr>`)}</tbody>
  </table></div>
  <p class="small quiet">${head.truncated ? `The first ${count(head.rows.length)} rows; there are more.` : head.rows.length === 1 ? 'The only row.' : `All ${count(head.rows.length)} rows.`} Read as ${head.format === 'csv' ? `CSV in ${head.charset.toUpperCase()}` : head.format.toUpperCase()}.</p>`;

const nameOf = ({ name, number }) => name && name !== String(number) ? name : `Column ${number}`;

const size = octets => octets < 1024 ? `${octets} octets` : octets < 1024 * 1024 ? `${Math.round(octets / 1024)} KB` : `${(octets / 1024 / 1024).toFixed(1)} MB`;

function start(event, intake) {
  event.preventDefault();
  const { label, drops, starts } = event.target.elements;
  intake.send({ name: label.value.trim(), drops: drops.checked, starts: starts.checked });
}
