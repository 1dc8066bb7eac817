// What can be done with a batch, by how it stands.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { ask } from '/js/api.js';
import { count } from '/js/format.js';
import { announce } from '/js/parts/announce.js';
import { titleOf, hasEnded } from '/js/parts/batchWords.js';
import { confirm } from '/js/parts/confirm.js';

/**
 * @param {object} batch
 * @param {{onChanged: (batch: object) => void, onFailed: (failure: Error) => void}} page
 */
export const batchActions = (batch, page) => {
  const next = nextStep(batch);
  return html`
    <div class="row actions" role="group" aria-label="What to do with this batch">
      ${next ? html`<button class=${next.look} type="button" @click=${() => steer(batch, next.command, page)}>${next.text}</button>` : nothing}
      ${hasEnded(batch) ? nothing : html`<button type="button" @click=${() => cancel(batch, page)}>Cancel</button>`}
      ${batch.erased_at ? nothing : html`<button class="danger" type="button" @click=${() => remove(batch, page)}>Delete</button>`}
    </div>`;
};

// One button, whatever it does: who pressed it by the keyboard is still there when it does something else.
function nextStep({ status, pause, counts, erased_at: erasedAt }) {
  if (status === 'queued' || status === 'running') return { text: 'Pause', look: '', command: 'pause' };
  if (status === 'paused') return pause?.by === 'system' ? null : { text: pause?.reason === 'start=false' ? 'Start' : 'Resume', look: 'primary', command: 'resume' };
  return !erasedAt && (counts.unknown > 0 || counts.done < counts.total) ? { text: retryText(counts), look: '', command: 'retry' } : null;
}

const retryText = counts => counts.done < counts.total ? 'Go on with the rest' : counts.unknown === 1 ? 'Ask about the unknown once more' : `Ask about the ${count(counts.unknown)} unknowns once more`;

const pastTense = { pause: 'Paused', resume: 'It goes on', cancel: 'Cancelled', retry: 'The unknowns are asked about once more' };

async function steer(batch, command, { onChanged, onFailed }) {
  try {
    const { data } = await ask(`/v1/batches/${batch.id}/${command}`, { method: 'POST' });
    announce(pastTense[command]);
    onChanged(data);
    if (document.activeElement === document.body) document.querySelector('.actions button')?.focus();
  } catch (failure) {
    onFailed(failure);
  }
}

async function cancel(batch, page) {
  const isSure = await confirm({
    title: 'Cancel this batch?',
    text: `${count(batch.counts.total - batch.counts.done)} rows have not been answered and will not be asked about. What is done stays.`,
    yes: 'Cancel the batch',
  });
  if (isSure) await steer(batch, 'cancel', page);
}

async function remove(batch, { onFailed }) {
  const isSure = await confirm({
    title: `Delete “${titleOf(batch)}”?`,
    text: `Its ${count(batch.counts.total)} rows and their results are removed for good${hasEnded(batch) ? '' : ', and the work ends'}. Download them first if you need them.`,
    yes: 'Delete for good',
  });
  if (!isSure) return;
  try {
    await ask(`/v1/batches/${batch.id}`, { method: 'DELETE' });
    location.href = '/batches';
  } catch (failure) {
    onFailed(failure);
  }
}
