// What can be done with a batch, by how it stands.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { ask } from '/js/api.js';
import { count } from '/js/format.js';
import { announce } from '/js/parts/announce.js';
import { titleOf, hasEnded } from '/js/parts/batchWords.js';
import { confirm } from '/js/parts/confirm.js';

/**
 * @param {object} batch
 * @param {{onChanged: (batch: object) => void, onFailed: (failure: Error) => void, isBusy: boolean}} page
 */
export const batchActions = (batch, page) => {
  const { status, pause, counts, erased_at: erasedAt } = batch;
  const isUnderWay = status === 'queued' || status === 'running';
  const isHeld = status === 'paused' && pause?.by !== 'system';
  const button = (text, look, command) => html`<button class=${look} type="button" ?disabled=${page.isBusy} @click=${command}>${text}</button>`;
  return html`
    <div class="row actions" role="group" aria-label="What to do with this batch">
      ${isUnderWay ? button('Pause', '', () => steer(batch, 'pause', page)) : nothing}
      ${isHeld ? button(pause.reason === 'start=false' ? 'Start' : 'Resume', 'primary', () => steer(batch, 'resume', page)) : nothing}
      ${hasEnded(batch) && !erasedAt && (counts.unknown > 0 || counts.done < counts.total) ? button(retryText(batch), '', () => steer(batch, 'retry', page)) : nothing}
      ${hasEnded(batch) ? nothing : button('Cancel', '', () => cancel(batch, page))}
      ${erasedAt ? nothing : button('Delete', 'danger', () => remove(batch, page))}
    </div>`;
};

const retryText = ({ counts }) => counts.done < counts.total ? 'Go on with the rest' : counts.unknown === 1 ? 'Ask about the unknown once more' : `Ask about the ${count(counts.unknown)} unknowns once more`;

const pastTense = { pause: 'Paused', resume: 'It goes on', cancel: 'Cancelled', retry: 'The unknowns are asked about once more' };

async function steer(batch, command, { onChanged, onFailed }) {
  try {
    const { data } = await ask(`/v1/batches/${batch.id}/${command}`, { method: 'POST' });
    announce(pastTense[command]);
    onChanged(data);
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
