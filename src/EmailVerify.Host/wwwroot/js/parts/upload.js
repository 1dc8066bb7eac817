// Sends a file as a new batch and says how far it is. fetch cannot tell how much is sent; XMLHttpRequest can.
import { Problem } from '/js/api.js';

/**
 * @param {File} file
 * @param {{type: string, query: URLSearchParams, key: string, onProgress: (share: number) => void, signal: AbortSignal}} how
 *   `key` makes a repeated request harmless
 * @returns {Promise<object>} the batch
 */
export const upload = (file, { type, query, key, onProgress, signal }) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  request.open('POST', `/v1/batches?${query}`);
  request.setRequestHeader('Content-Type', type);
  request.setRequestHeader('Accept', 'application/json');
  request.setRequestHeader('Idempotency-Key', key);
  request.responseType = 'json';
  request.upload.addEventListener('progress', event => onProgress(event.loaded / event.total));
  request.addEventListener('load', () => request.status === 202 ? resolve(request.response) : reject(new Problem(request.status, request.response ?? {})));
  request.addEventListener('error', () => reject(new Problem(0, {
    title: 'The connection was lost', detail: 'Nothing of the file was kept, or all of it. Press “Start” once more: it cannot become two batches.',
  })));
  request.addEventListener('abort', () => reject(new DOMException('Stopped.', 'AbortError')));
  signal.addEventListener('abort', () => request.abort());
  request.send(file);
});

/** A key that nobody else has. randomUUID would need a page that came by TLS. */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), octet => octet.toString(16).padStart(2, '0')).join('');
