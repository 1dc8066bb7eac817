// A field of a form in which one of some words is chosen, or any.
import { html } from '/lib/lit-html/lit-html.js';

/**
 * @param {string} name the field's name
 * @param {string} label what it is called
 * @param {string[]} values the words
 * @param {(value: string) => string} text how a word is shown
 * @param {string} chosen the word that is chosen; empty is any
 */
export const choice = (name, label, values, text, chosen) => html`
  <div class="field"><label for=${name}>${label}</label><select id=${name} name=${name}>
    <option value="">any</option>${values.map(value => html`<option value=${value} ?selected=${value === chosen}>${text(value)}</option>`)}</select></div>`;
