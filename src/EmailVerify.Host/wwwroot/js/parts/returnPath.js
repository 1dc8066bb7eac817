// Where to go after signing in.

/**
 * The page to return to: only one of ours, since whoever sent the link chose it.
 * @param {string | null} text what the query asked for
 * @returns {string} an address of this origin, whole, so that no `//` in it can lead elsewhere
 */
export function returnPath(text) {
  const home = `${location.origin}/`;
  if (!text?.startsWith('/') || /^\/[/\\]/.test(text) || !URL.canParse(text, location.origin)) return home;
  const url = new URL(text, location.origin);
  return url.origin === location.origin && url.pathname !== '/sign-in' ? url.href : home;
}
