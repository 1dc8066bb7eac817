// A button that copies a text.
import { html } from '/lib/lit-html/lit-html.js';
import { announce } from '/js/parts/announce.js';

const shownFor = 2000;

/**
 * A button that copies a text.
 * @param {string} text what is copied
 * @param {string} label what the button says
 * @param {string} what what a screen reader says behind it, where a page has several
 */
export const copyButton = (text, label = 'Copy', what = '') => html`
  <button class="small" type="button" @click=${event => copy(event.currentTarget, text, label)}>${label}<span class="hear"> ${what}</span></button>`;

async function copy(button, text, label) {
  try {
    await navigator.clipboard.writeText(text);
    say(button, 'Copied', label);
  } catch {
    // Browsers give no clipboard to pages that come without TLS from another machine.
    say(button, 'Select it and copy by hand', label);
  }
}

function say(button, news, label) {
  const before = button.firstChild.nextSibling ?? button.firstChild;
  before.data = news;
  announce(news);
  setTimeout(() => { before.data = label; }, shownFor);
}
