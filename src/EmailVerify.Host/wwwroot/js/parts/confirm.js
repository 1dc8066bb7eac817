// Asks before something is done that cannot be undone.
import { html, render } from '/lib/lit-html/lit-html.js';

/**
 * @param {{title: string, text: string, yes: string}} question
 * @returns {Promise<boolean>} whether the answer was yes; Escape is no
 */
export function confirm({ title, text, yes }) {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-labelledby', 'confirm');
  render(html`
    <form method="dialog">
      <h2 id="confirm">${title}</h2>
      <p>${text}</p>
      <div class="row"><button class="danger" value="yes">${yes}</button><button value="no" autofocus>Leave it</button></div>
    </form>`, dialog);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => {
    dialog.remove();
    resolve(dialog.returnValue === 'yes');
  }));
}
