// The name of a batch, which can be changed where it stands.
import { html, render } from '/lib/lit-html/lit-html.js';
import { ask } from '/js/api.js';
import { announce } from '/js/parts/announce.js';
import { batchChip, titleOf } from '/js/parts/batchWords.js';

const maxName = 256;

/**
 * @param {object} batch
 * @param {{onChanged: (batch: object) => void, onFailed: (failure: Error) => void}} page
 */
export const batchTitle = (batch, page) => html`
  <div class="row title"><h1>${titleOf(batch)}</h1> ${batchChip(batch.status)}
    ${batch.erased_at ? '' : html`<button class="plain small" type="button" @click=${() => rename(batch, page)}>Rename</button>`}</div>`;

async function rename(batch, { onChanged, onFailed }) {
  const name = await askForName(batch.name ?? '');
  if (name === null || name === (batch.name ?? '')) return;
  try {
    const { data } = await ask(`/v1/batches/${batch.id}`, { method: 'PATCH', json: { name: name || null } });
    announce('Renamed');
    onChanged(data);
  } catch (failure) {
    onFailed(failure);
  }
}

function askForName(name) {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-labelledby', 'rename');
  render(html`
    <form method="dialog">
      <h2 id="rename">Rename the batch</h2>
      <div class="field"><label for="new-name">Name</label><input id="new-name" type="text" maxlength=${maxName} .defaultValue=${name} autofocus></div>
      <div class="row"><button class="primary" value="yes">Rename</button><button value="no" formnovalidate>Leave it</button></div>
    </form>`, dialog);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => {
    dialog.remove();
    resolve(dialog.returnValue === 'yes' ? dialog.querySelector('input').value.trim() : null);
  }));
}
