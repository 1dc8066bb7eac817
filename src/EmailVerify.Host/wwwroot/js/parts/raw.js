// The same for programs: the answer as it came, and a command that asks for it.
import { html } from '/lib/lit-html/lit-html.js';
import { copyButton } from '/js/parts/copy.js';

/** @param {object} found the verification */
export function raw(found) {
  const { fault: _, lost: __, ...answer } = found;
  const json = JSON.stringify(answer, null, 2);
  const command = commandFor(found.email);
  return html`
    <details><summary>As a program sees it</summary>
      <h3>The same from a terminal</h3>
      <p class="quiet small">Put your key in place of <code>$KEY</code>.</p>
      <pre tabindex="0"><code>${command}</code></pre><p>${copyButton(command, 'Copy the command')}</p>
      <h3>The answer</h3>
      <pre class="tall" tabindex="0"><code>${json}</code></pre><p>${copyButton(json, 'Copy the answer')}</p>
    </details>`;
}

// In single quotes nothing means anything to a shell but the quote itself.
const commandFor = email => `curl -H "Authorization: Bearer $KEY" --json '${JSON.stringify({ email }).replaceAll("'", "'\\''")}' ${location.origin}/v1/verifications`;
