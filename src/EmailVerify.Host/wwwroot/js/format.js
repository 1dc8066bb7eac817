// How numbers, times and words are shown, the same on every page.
import { html, nothing } from '/lib/lit-html/lit-html.js';

const integer = new Intl.NumberFormat('en-GB');
const tenths = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });
const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** The four statuses, in the order in which they are always shown. */
export const statuses = ['deliverable', 'risky', 'unknown', 'undeliverable'];

export const count = value => value == null ? '–' : integer.format(value);
export const rate = value => value == null ? '–' : `${tenths.format(value)}/s`;
/** A chance or a ratio, 0 to 1, with one digit behind the point at most. */
export const percent = ratio => `${tenths.format(100 * ratio)} %`;
export const share = (part, total) => total > 0 ? percent(part / total) : '–';

/** A word of the API for a person: `rejected_email` → `rejected email`. */
export const words = text => text == null ? '–' : text.replaceAll('_', ' ');

/** A length of time: 90 → `1 min 30 s`. */
export function duration(seconds) {
  if (seconds == null) return '–';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${tenths.format(seconds)} s`;
  // Two units, the smaller one rounded: some seconds short of a day are `1 d`.
  const [size, small, per, big] = seconds >= 86370 ? [3600, 'h', 24, 'd'] : seconds >= 3599.5 ? [60, 'min', 60, 'h'] : [1, 's', 60, 'min'];
  const whole = Math.round(seconds / size);
  const parts = [[Math.floor(whole / per), big], [whole % per, small]];
  return parts.filter(([value]) => value).map(([value, unit]) => `${value} ${unit}`).join(' ');
}

/** A moment as an element: local time to read, UTC for machines. */
export const moment = text => text == null ? html`<span>–</span>` : html`<time datetime=${text} title=${text}>${dateTime.format(new Date(text))}</time>`;

/** How far off a moment is: `in 4 min`, `2 h ago`, `now`. */
export function distance(text, now = Date.now()) {
  if (text == null) return '–';
  const seconds = (Date.parse(text) - now) / 1000;
  if (Math.abs(seconds) < 1.5) return 'now';
  const length = duration(Math.abs(seconds) < 60 ? Math.round(Math.abs(seconds)) : Math.abs(seconds));
  return seconds > 0 ? `in ${length}` : `${length} ago`;
}

/** A status as a chip. */
export const chip = status => html`<span class="chip ${status}">${words(status)}</span>`;

/** A problem as a notice, with what to do and where it is explained. */
export const problem = failure => failure == null ? nothing : html`
  <div class="notice wrong" role="alert">
    <p><strong>${(failure.title ?? 'Something went wrong').replace(/\.$/, '')}.</strong> ${failure.message}</p>
    ${failure.errors?.length ? html`<ul>${failure.errors.map(error => html`<li>${error.detail}</li>`)}</ul>` : nothing}
    ${failure.type ? html`<p class="small"><a href=${failure.type}>What this means and what to do</a></p>` : nothing}
  </div>`;
