// Asks for the verdict of one address, and waits for it as long as it takes.
import { ask } from '/js/api.js';

// In milliseconds: after a question that was not answered.
const pause = 5000;

// In seconds. The first is short, so that whoever waits soon sees what for; the others end as soon as there is a verdict.
const firstWait = 0.8;
const shortWait = 2;
const longWait = 20;

/**
 * Verifies an address: gives the verification as it stands, each time that it changes, until there is a verdict. A wait goes on though the service cannot be asked for a while; then what was known
 * last is given with what stands in the way as its `lost`.
 * @param {string} email
 * @param {{anew?: boolean, signal: AbortSignal}} how `anew` takes no earlier verdict
 */
export async function* verify(email, { anew = false, signal }) {
  const question = { email, timeout: firstWait, ...(anew ? { max_age_seconds: 0 } : {}) };
  let { data } = await ask('/v1/verifications', { method: 'POST', json: question, signal });
  yield data;
  while (data.status === null) {
    const before = stateOf(data);
    const wait = data.pending?.cause ? secondsUntil(data.pending.next_attempt_at) : shortWait;
    try {
      ({ data } = await ask(data.links.self, { headers: { Prefer: `wait=${wait}` }, signal }));
    } catch (failure) {
      if (!passes(failure)) throw failure;
      data = { ...data, lost: failure };
      if (stateOf(data) !== before) yield data;
      await new Promise(resolve => setTimeout(resolve, Math.max(pause, 1000 * (failure.retryAfter ?? 0))));
      continue;
    }
    if (data.status !== null || stateOf(data) !== before) yield data;
  }
}

const stateOf = ({ pending, attempts, lost }) => `${attempts} ${pending?.cause} ${pending?.next_attempt_at} ${lost?.code}`;

// The service is away, busy or ill: that is no answer.
const passes = ({ status }) => status === 0 || status === 429 || status >= 500;

const secondsUntil = time => Math.min(longWait, Math.max(0, Math.ceil((Date.parse(time) - Date.now()) / 1000)) + shortWait);
