// Where a file is dropped, chosen, or addresses are pasted.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { pasted } from '/js/parts/sourceFile.js';

/**
 * @param {(file: File) => void} take
 * @param {File | null} sample a list to try, or null
 */
export const dropZone = (take, sample) => html`
  <label class="drop" @dragover=${over} @dragleave=${out} @drop=${event => drop(event, take)}>
    <input id="file" type="file" accept=".csv,.tsv,.txt,.json,.ndjson,.jsonl,text/csv,text/plain" aria-describedby="file-kinds" @change=${event => chosen(event, take)}>
    <svg class="sheet" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M14 3H6a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V8z"/><path d="M14 3v5h5"/><path d="M12 18v-6"/><path d="m9.5 14 2.5-2.5 2.5 2.5"/></svg>
    <strong>Drop a file here, or choose one</strong>
    <span id="file-kinds" class="quiet">CSV as your spreadsheet saves it, one address a line, or JSON. You see how it is read before anything starts.</span>
  </label>
  ${sample ? html`<p class="sample">No list at hand? <button class="plain" type="button" @click=${() => take(sample)}>Try an example list</button></p>` : nothing}
  <details class="paste"><summary>Paste addresses instead</summary>
    <form @submit=${event => paste(event, take)}>
      <div class="field"><label for="pasted">Addresses</label>
        <textarea id="pasted" name="pasted" rows="6" required spellcheck="false" placeholder="ada.lovelace@gmail.com&#10;nobody.at.all.1815@gmail.com" aria-describedby="pasted-hint"></textarea>
        <p class="hint" id="pasted-hint">One a line, or cells copied from a spreadsheet.</p></div>
      <button>Look at them</button>
    </form>
  </details>`;

function over(event) {
  event.preventDefault();
  event.currentTarget.classList.add('over');
}

function out(event) {
  event.currentTarget.classList.remove('over');
}

function drop(event, take) {
  event.preventDefault();
  out(event);
  const [file] = event.dataTransfer.files;
  if (file) take(file);
}

function chosen(event, take) {
  const [file] = event.target.files;
  if (file) take(file);
}

function paste(event, take) {
  event.preventDefault();
  const text = event.target.pasted.value.trim();
  if (text) take(pasted(`${text}\n`));
}
