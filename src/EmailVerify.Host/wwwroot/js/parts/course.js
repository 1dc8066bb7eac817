// The course of a batch: how many rows of each status were done when. Of a bounded size, however long it takes.
import { statuses } from '/js/format.js';

const mostPoints = 600;

// Of so many batches this browser keeps what it saw, each some 20 kB at most. Counts only: nothing of anybody's address.
const mostKept = 5;
const place = 'courses';

/** Points of time with counts, which can be asked for as columns. */
export class Course {
  /** Seconds since 1970. @type {number[]} */ times = [];
  /** By status. @type {Record<string, number[]>} */ counts = Object.fromEntries(statuses.map(status => [status, []]));

  /** What this browser has seen of a batch, when its page was open. @param {string} id */
  static of(id) {
    const course = new Course();
    const { times, counts } = stored().find(one => one.id === id) ?? {};
    if (times) Object.assign(course, { times, counts });
    return course;
  }

  /** Keeps it for the next visit. @param {string} id */
  keep(id) {
    const others = stored().filter(one => one.id !== id).slice(0, mostKept - 1);
    try { localStorage.setItem(place, JSON.stringify([{ id, times: this.times, counts: this.counts }, ...others])); } catch { /* as long as the page */ }
  }

  /** How many points there are. */
  get length() { return this.times.length; }

  /**
   * Adds how it stands.
   * @param {number} time in ms since 1970
   * @param {Record<string, number>} counts
   */
  add(time, counts) {
    // A clock that was set back must not bend the curve back.
    this.times.push(Math.max(time / 1000, this.times.at(-1) ?? 0));
    for (const status of statuses) this.counts[status].push(counts[status]);

    // Every second point goes, but the first and the last: the curve stays the same, only coarser.
    if (this.length > mostPoints) {
      this.times = thin(this.times);
      for (const status of statuses) this.counts[status] = thin(this.counts[status]);
    }
  }

  /** The columns of a chart of areas on top of each other: times, then the sums from each status to the last. */
  stacked() {
    const sums = [];
    let below = this.times.map(() => 0);
    for (const status of [...statuses].reverse()) {
      below = below.map((sum, at) => sum + this.counts[status][at]);
      sums.unshift(below);
    }
    return [this.times, ...sums];
  }
}

// Storage may be forbidden, and may hold what another version wrote.
function stored() {
  try {
    const courses = JSON.parse(localStorage.getItem(place) ?? '[]');
    return courses.filter(({ times, counts }) => statuses.every(status => counts[status].length === times.length));
  } catch { return []; }
}

const thin = points => points.filter((_, at) => at % 2 === 0 || at === points.length - 1);
