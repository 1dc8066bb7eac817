// The page on which one address is verified.
import { html, render } from '/lib/lit-html/lit-html.js';
import { open } from '/js/shell.js';

const main = document.querySelector('main');
await open(['verify'], () => render(html`<h1>Verify an address</h1>`, main));
