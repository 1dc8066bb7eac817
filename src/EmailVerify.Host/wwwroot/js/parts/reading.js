// How a reply was read, asked for when somebody wants to see it.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { ask } from '/js/api.js';
import { words } from '/js/format.js';
import { lazy } from '/js/parts/lazy.js';
import { meaningWords } from '/js/parts/words.js';

/**
 * A fold that shows the text as the rules saw it.
 * @param {{code: number, enhanced: string | null, text: string}} reply
 * @param {string} stage
 * @param {string | null} exchanger
 */
export const reading = (reply, stage, exchanger) => lazy(
  'As the rules read it',
  async () => (await ask('/v1/replies/explain', { method: 'POST', json: { ...reply, stage, mx: exchanger } })).data,
  told => html`
    <dl class="facts small">
      <dt>Read as</dt><dd>${told.read_as ? html`<span class="mono">${told.read_as}</span>` : 'nothing: the code alone decides'}</dd>
      ${told.cut_out.length ? html`<dt>Left out</dt><dd>${told.cut_out.map(name => html`<span class="chip bare">${words(name.kind)}: <span class="mono">${name.text}</span></span> `)}</dd>` : nothing}
      ${told.words.length ? html`<dt>Words found</dt><dd>${told.words.join(', ')}</dd>` : nothing}
      ${told.provider ? html`<dt>Whose rules went first</dt><dd>${told.provider}</dd>` : nothing}
      ${told.runner_up ? html`<dt>Else</dt><dd><code>${told.runner_up.rule}</code> would have said: ${meaningWords(told.runner_up.meaning)}</dd>` : nothing}
      <dt>Rules</dt><dd>${told.rule_set}</dd>
    </dl>`);
