// News of one batch, as the service sends them: at most two a second, the newest state each time.

const pause = 5000;
const names = ['snapshot', 'progress', 'state', 'end'];

/**
 * Listens until the batch has ended. A lost connection is made again: by the browser, and by us where it has given up.
 * @param {string} id
 * @param {{onNews: (name: string, news: object) => void, onLost: (isLost: boolean) => void}} listener
 * @returns {() => void} ends listening
 */
export function listen(id, { onNews, onLost }) {
  let clock = 0;
  let source;
  connect();
  return stop;

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

  function stop() {
    clearTimeout(clock);
    source.close();
  }
}
