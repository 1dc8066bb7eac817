// News of one batch, as the service sends them: at most two a second, the newest state each time.
import { ask } from '/js/api.js';
import { hasEnded } from '/js/parts/batchWords.js';

const pause = 5000;

// A browser keeps six connections to a place (HTTP/1.1): pages that nobody looks at give theirs back, and ask now and then for what their tab shows.
const unseenPause = 15_000;
const names = ['snapshot', 'progress', 'state', 'end'];

/**
 * Listens until the batch has ended. A lost connection is made again: by the browser, and by us where it has given up.
 * @param {string} id
 * @param {{onNews: (name: string, news: object) => void, onLost: (isLost: boolean) => void}} listener
 * @returns {() => void} ends listening
 */
export function listen(id, { onNews, onLost }) {
  let clock = 0;
  let turn = 0;
  let source;
  document.addEventListener('visibilitychange', begin);
  begin();
  return stop;

  function begin() {
    rest();
    if (document.hidden) clock = setTimeout(look, unseenPause);
    else connect();
  }

  // Somebody may look meanwhile, and look away again: then another turn has begun, and this one is over.
  async function look() {
    const own = turn;
    const found = await ask(`/v1/batches/${id}`).then(answer => answer.data, () => null);
    if (own !== turn) return;
    if (found && hasEnded(found)) stop();
    else clock = setTimeout(look, unseenPause);
    if (found) onNews(hasEnded(found) ? 'end' : 'snapshot', found);
  }

  function connect() {
    source = new EventSource(`/v1/batches/${id}/events`);
    source.addEventListener('open', () => onLost(false));
    for (const name of names) {
      source.addEventListener(name, event => {
        // After the end nothing comes: without this the browser would ask once more to be told so.
        if (name === 'end') stop();
        onNews(name, JSON.parse(event.data));
      });
    }

    source.addEventListener('error', () => {
      onLost(true);
      if (source.readyState === EventSource.CLOSED) clock = setTimeout(connect, pause);
    });
  }

  function rest() {
    turn++;
    clearTimeout(clock);
    source?.close();
  }

  function stop() {
    document.removeEventListener('visibilitychange', begin);
    rest();
  }
}
