// The page on which a file becomes a batch, and all batches are.
import { html, render } from '/lib/lit-html/lit-html.js';
import { BatchList } from '/js/parts/batchList.js';
import { Intake } from '/js/parts/intake.js';
import { sampleFor } from '/js/parts/sampleFile.js';
import { open } from '/js/shell.js';

const main = document.querySelector('main');

await open(['verify', 'read'], me => {
  const intake = new Intake(draw, sampleFor(me));
  const list = new BatchList(draw);

  function draw() {
    render(html`
      <h1>Verify a list</h1>
      <p class="lead">Drop a file, see how it is read, and get it back with an answer in every row. You may close the page meanwhile: the work goes on.</p>
      <div class="intake">${intake.template()}</div>
      ${list.template()}`, main);
  }

  draw();
  list.load();
});
