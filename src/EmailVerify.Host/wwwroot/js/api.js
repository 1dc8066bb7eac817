// The one client of the API. Whoever is signed in is known by a cookie that scripts cannot read.

/** What the API said instead of an answer (RFC 9457). Its message is for a person. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || `The service answered with status ${status}.`);
    this.status = status;
    this.code = body.code ?? 'unexpected_answer';
    this.title = body.title ?? 'The request failed';
    this.type = body.type ?? null;
    this.errors = body.errors ?? [];
    this.retryAfter = body.retry_after_seconds ?? null;
    this.body = body;
  }

  /** Whether signing in would help. */
  get asksForKey() { return this.status === 401; }
}

/**
 * Asks the API.
 * @param {string} path path and query, such as `/v1/batches`
 * @param {{method?: string, json?: unknown, body?: BodyInit, headers?: Record<string, string>, signal?: AbortSignal}} [request]
 * @returns {Promise<{status: number, headers: Headers, data: any}>} data is null where there is no body
 * @throws {Problem} for every answer that is no success, and where there is none
 */
export async function ask(path, { method = 'GET', json, body, headers = {}, signal } = {}) {
  const sent = { Accept: 'application/json', ...headers };
  if (json !== undefined) {
    sent['Content-Type'] = 'application/json';
    body = JSON.stringify(json);
  }

  let response;
  try {
    response = await fetch(path, { method, headers: sent, body, signal, credentials: 'same-origin' });
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    throw new Problem(0, { code: 'no_answer', title: 'The service does not answer', detail: 'Is it still running? Repeat when it is back.' });
  }

  const text = response.status === 204 || response.status === 304 ? '' : await response.text();
  const data = text === '' ? null : read(text);
  if (response.status === 401) document.dispatchEvent(new CustomEvent('signedout'));
  if (!response.ok && response.status !== 304) throw new Problem(response.status, data ?? {});
  return { status: response.status, headers: response.headers, data };
}

function read(text) {
  try { return JSON.parse(text); } catch { return null; }
}

let known;

/** Who is signed in: the answer of `/v1/me`, or null for nobody. Asked once a page. */
export function me() {
  known ??= ask('/v1/me').then(answer => answer.data, failure => {
    if (failure.asksForKey) return null;
    known = undefined;
    throw failure;
  });
  return known;
}

/** Where to sign in and come back from. */
export const signInPath = () => `/sign-in?return=${encodeURIComponent(location.pathname + location.search)}`;
