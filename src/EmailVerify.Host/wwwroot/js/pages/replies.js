// The page on which replies of mail servers are explained: a bounce is pasted, its meaning comes back.
import { html, nothing, render } from '/lib/lit-html/lit-html.js';
import { live } from '/lib/lit-html/directives/live.js';
import { open } from '/js/shell.js';
import { ask } from '/js/api.js';
import { problem } from '/js/format.js';
import { announce } from '/js/parts/announce.js';
import { replyCard } from '/js/parts/replyCard.js';
import { maxReplies, repliesIn } from '/js/parts/replyText.js';

const main = document.querySelector('main');

const stages = [
  ['', 'As the text tells, else unknown'],
  ['connect', 'At the greeting'],
  ['ehlo', 'After EHLO or HELO'],
  ['starttls', 'After STARTTLS'],
  ['mail', 'After MAIL FROM, the sender'],
  ['rcpt', 'After RCPT TO, the recipient'],
  ['data', 'After DATA'],
  ['eod', 'After the message'],
];

const examples = [
  { name: 'No such mailbox', text: '550 5.1.1 <jane@example.com>: Recipient address rejected: User unknown in virtual mailbox table' },
  { name: 'Not the mailbox, but us', text: '550 5.7.1 Service unavailable; client [192.0.2.10] blocked using zen.spamhaus.org' },
  { name: 'Greylisting', text: '450 4.2.0 <jane@example.com>: Recipient address rejected: Greylisted, see http://postgrey.example/help/example.com.html, try again in 300 seconds' },
  { name: 'A full mailbox, in three lines', text: '552-5.2.2 The email account that you tried to reach is over quota and inactive.\n552-5.2.2 Please direct the recipient to\n552 5.2.2 https://support.example.com/mail/?p=OverQuotaPerm' },
  { name: 'A whole bounce', text: `This is the mail system at host mail.example.org.

<jane@example.com>: host mx1.example.com[192.0.2.25] said: 554 5.7.1
    <sales@example.org>: Sender address rejected: Access denied (in reply to
    MAIL FROM command)

Final-Recipient: rfc822; jane@example.com
Action: failed
Status: 5.7.1
Remote-MTA: dns; mx1.example.com
Diagnostic-Code: smtp; 554 5.7.1 <sales@example.org>: Sender address rejected:
    Access denied` },
];

let pasted = '';
let stage = '';
let mx = '';
let asked = [];
let told = [];
let isBusy = false;
let found = true;
let failure = null;

/** @param {import('../parts/replyText.js').Reply} reply */
const question = reply => ({ code: reply.code, text: reply.text, enhanced: reply.enhanced ?? null, stage: stage || reply.stage, mx: mx.trim() || reply.mx });

async function explain(replies) {
  found = replies.length > 0;
  failure = null;
  told = [];
  if (!found) {
    draw();
    main.querySelector('#pasted').focus();
    return;
  }

  isBusy = true;
  draw();
  try {
    const { data } = await ask('/v1/replies/explain', { method: 'POST', json: { replies: replies.map(question) } });
    [asked, told] = [replies, data.replies];
  } catch (refused) {
    failure = refused;
  }

  isBusy = false;
  draw();
  if (told.length === 0) return;
  announce(told.length === 1 ? 'The reply is explained.' : `${told.length} replies are explained.`);
  main.querySelector('#reply-0').focus();
}

function submit(event) {
  event.preventDefault();
  void explain(repliesIn(pasted));
}

function show(text) {
  pasted = text;
  stage = '';
  mx = '';
  void explain(repliesIn(text));
}

// A link names one reply, in the query or in the fragment, which no server's log ever holds: code, text, and where known enhanced, stage and mx.
function fromLink() {
  const given = new URLSearchParams(location.hash.length > 1 ? location.hash.slice(1) : location.search);
  const code = Number(given.get('code'));
  if (!Number.isInteger(code) || code < 200 || code > 599) return;
  const text = given.get('text') ?? '';
  const enhanced = given.get('enhanced');
  pasted = [code, enhanced, text].filter(Boolean).join(' ');
  stage = stages.some(([word]) => word === given.get('stage')) ? given.get('stage') : '';
  mx = given.get('mx') ?? '';
  void explain([{ code, text, enhanced, stage: null, mx: null }]);
}

const form = () => html`
  <form class="card" @submit=${submit} aria-busy=${isBusy} novalidate>
    <div class="field">
      <label for="pasted">A reply, or a bounce as it came</label>
      <textarea id="pasted" rows="6" spellcheck="false" maxlength="1000000" aria-invalid=${!found} aria-describedby="pasted-hint ${found ? '' : 'pasted-error'}"
        .value=${live(pasted)} @input=${event => { pasted = event.target.value; }}></textarea>
      ${found ? nothing : html`<p class="error" id="pasted-error" role="alert">${pasted.trim() === '' ? 'Paste a reply first.' : 'No reply of a mail server is in this text. One begins with a code from 200 to 599, such as “550 5.1.1 User unknown”.'}</p>`}
      <p class="hint" id="pasted-hint">The whole message will do: the replies in it are found, up to ${maxReplies}. The text goes to this service only, and is not kept.</p>
    </div>
    <details class="field" ?open=${stage !== '' || mx !== ''}>
      <summary>What else is known of it</summary>
      <div class="fields">
        <div class="field">
          <label for="stage">When was it said?</label>
          <select id="stage" .value=${live(stage)} @change=${event => { stage = event.target.value; }}>${stages.map(([word, text]) => html`<option value=${word}>${text}</option>`)}</select>
        </div>
        <div class="field">
          <label for="mx">By which host?</label>
          <input id="mx" type="text" placeholder="mx1.example.com" maxlength="255" autocapitalize="none" autocomplete="off" spellcheck="false" .value=${live(mx)} @input=${event => { mx = event.target.value; }}>
        </div>
      </div>
    </details>
    <button class="primary" type="submit" ?disabled=${isBusy}>${isBusy ? html`<span class="spin" aria-hidden="true"></span> Reading …` : 'Explain'}</button>
    <h2 id="examples" class="hear">Examples</h2>
    <ul class="examples" aria-labelledby="examples">${examples.map(example => html`<li><button type="button" ?disabled=${isBusy} @click=${() => show(example.text)}>${example.name}</button></li>`)}</ul>
  </form>`;

const answers = () => html`
  ${told.length > 1 ? html`<p class="quiet">${told.length} replies were found in the text.${told.length === maxReplies ? ' There may be more: only so many are looked at.' : nothing}</p>` : nothing}
  ${told.map((one, at) => replyCard(asked[at], one, at, told.length))}`;

function draw() {
  render(html`
    <div class="reading">
      <h1>Replies explained</h1>
      <p class="lead">What a mail server meant when it refused a message: whether it speaks of the mailbox, or of the one who sent.</p>
      ${form()}
      ${problem(failure)}
      ${answers()}
    </div>`, main);
}

await open(['read'], () => {
  draw();
  fromLink();
  addEventListener('hashchange', fromLink);
});
