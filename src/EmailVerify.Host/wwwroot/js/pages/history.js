// The page of everything that was verified: how many verdicts there were on each day, and a search.
import { html, render } from '/lib/lit-html/lit-html.js';
import { Trends } from '/js/parts/trends.js';
import { VerificationSearch } from '/js/parts/verificationSearch.js';
import { open } from '/js/shell.js';

const main = document.querySelector('main');

await open(['read'], () => {
  const trends = new Trends(draw);
  const search = new VerificationSearch(draw);

  function draw() {
    render(html`
      <h1>History</h1>
      <p class="lead">Everything that was verified, the newest first: by single questions and by batches. What a batch took from earlier verdicts was not asked again, and is not here.</p>
      ${search.template()}
      ${trends.template()}`, main);
  }

  draw();
  void search.load();
  void trends.load();
});
