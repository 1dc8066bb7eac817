// What is wrong with a text that is no address.
import { ask } from '/js/api.js';

/**
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<string | null>} a sentence; null when there is nothing to say
 */
export async function textFault(text, signal) {
  const { data } = await ask('/v1/addresses/parse', { method: 'POST', json: { inputs: [text] }, signal });
  return data.addresses[0].detail;
}
