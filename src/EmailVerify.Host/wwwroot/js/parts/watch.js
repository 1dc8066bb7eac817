// Looks at something again and again, as long as somebody sees the page.

/**
 * Calls `look` now, and again some seconds after it has ended; not while the page is hidden or the watch is paused.
 * @param {() => Promise<void>} look never rejects
 * @param {number} seconds
 * @returns {{readonly isPaused: boolean, toggle: () => void}}
 */
export function watch(look, seconds) {
  let timer;
  let isPaused = false;
  let isLooking = false;

  async function run() {
    clearTimeout(timer);
    if (isLooking || isPaused || document.hidden) return;
    isLooking = true;
    await look();
    isLooking = false;
    timer = setTimeout(run, seconds * 1000);
  }

  document.addEventListener('visibilitychange', () => void run());
  void run();
  return {
    get isPaused() { return isPaused; },
    toggle() {
      isPaused = !isPaused;
      void run();
    },
  };
}
