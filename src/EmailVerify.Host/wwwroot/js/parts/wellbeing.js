// Whether all is well, in one line: the first thing that an operator wants to know.
import { html, nothing } from '/lib/lit-html/lit-html.js';
import { count, distance } from '/js/format.js';
import { isPaused, totals, whyWords } from '/js/parts/lanes.js';

const doctors = {
  degraded: { look: 'warning', text: 'The doctor found something that costs verdicts.' },
  unable: { look: 'wrong', text: 'The doctor says that this machine cannot verify now.' },
};

/**
 * @param {{providers: object[] | null, egresses: object[] | null, doctor: object | null}} seen null is what could not be asked for
 */
export function wellbeing({ providers, egresses, doctor }) {
  const paused = (providers ?? []).flatMap(({ provider, lanes }) => lanes.filter(isPaused).map(lane => ({ provider, ...lane })));
  const resting = (egresses ?? []).filter(egress => egress.state === 'resting');
  const absent = (egresses ?? []).filter(egress => egress.state === 'absent');
  const ill = doctors[doctor?.verdict];
  const isCutOff = egresses !== null && resting.length + absent.length === egresses.length;
  const look = ill?.look === 'wrong' || isCutOff ? 'wrong' : paused.length || resting.length || absent.length || ill ? 'warning' : 'fine';
  return html`
    <div class="notice ${look}">
      ${look === 'fine'
        ? html`<p><strong>${doctor ? 'All is well.' : 'No lane is in trouble.'}</strong> ${busy(providers)} ${doctor ? nothing : 'The doctor is still looking.'}</p>`
        : html`<p><strong>${look === 'wrong' ? 'This needs you now.' : 'Something wants a look.'}</strong> ${busy(providers)}</p>
          <ul>
            ${ill ? html`<li>${ill.text} <a href="/operate/doctor">What it found</a></li>` : nothing}
            ${egresses?.length === 0 ? html`<li>No egress is set, so no mail server can be asked. <a href="/operate/doctor">What to set</a></li>` : nothing}
            ${resting.map(egress => html`<li>The egress <strong>${egress.name}</strong> rests${until(egress)}.</li>`)}
            ${absent.map(egress => html`<li>The process with the egress <strong>${egress.name}</strong> is away; its domains wait for it.</li>`)}
            ${paused.map(lane => html`<li><a href="#${lane.provider}">${lane.provider}</a> is not asked from ${lane.egress}${until(lane)}.</li>`)}
          </ul>`}
    </div>`;
}

const until = ({ until: end, why }) => html`${why ? html`, since ${whyWords(why)}` : nothing}${end ? html`; it goes on ${distance(end)}` : nothing}`;

function busy(providers) {
  if (!providers) return nothing;
  const { waiting, sessions } = totals(providers);
  return sessions + waiting === 0
    ? 'Nobody is asked at the moment.'
    : html`${count(sessions)} ${sessions === 1 ? 'session is' : 'sessions are'} open, ${waiting === 0 ? 'no' : count(waiting)} ${waiting < 2 ? 'address waits' : 'addresses wait'} to be asked about.`;
}
