// A server's reply as it was said, with what was cut out of it marked.
import { html } from '/lib/lit-html/lit-html.js';

const cutOut = {
  '<recipient>': 'the address that was asked about',
  '<sender>': 'our sender',
  '<egress>': 'our name or address',
  '<address>': 'another address',
};

/** @param {{code: number, enhanced: string | null, text: string}} reply */
export const said = ({ code, enhanced, text }) => html`<p class="said"><strong>${code}</strong> ${enhanced ?? ''} ${marked(text)}</p>`;

// Split at the names in brackets that stand where something was; the odd parts are those names.
const marked = text => text.split(/(<(?:recipient|sender|egress|address)>)/).map((part, at) =>
  at % 2 ? html`<mark title="Cut out: ${cutOut[part]}">${part}</mark>` : part);

/**
 * Where a reply is explained: the page of replies, filled in. Behind the #, which is in no log.
 * @param {{code: number, enhanced: string | null, text: string}} reply
 * @param {string} [stage]
 * @param {string | null} [exchanger]
 */
export function replyPath({ code, enhanced, text }, stage, exchanger) {
  const query = new URLSearchParams({ code: String(code), text });
  if (enhanced) query.set('enhanced', enhanced);
  if (stage) query.set('stage', stage);
  if (exchanger) query.set('mx', exchanger);
  return `/replies#${query}`;
}
