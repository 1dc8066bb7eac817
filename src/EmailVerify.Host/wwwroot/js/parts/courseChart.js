// The course of a batch as a chart of areas on top of each other, drawn at most twice a second.
import { statuses, count } from '/js/format.js';

const height = 240;
const pause = 500;
const dark = matchMedia('(prefers-color-scheme: dark)');

/** A chart in an element of the page. */
export class CourseChart {
  #chart = null;
  #clock = 0;
  #drawnAt = 0;
  #place;
  #course;
  #size = new ResizeObserver(() => this.#fit());

  /**
   * @param {HTMLElement} place
   * @param {import('/js/parts/course.js').Course} course
   */
  constructor(place, course) {
    [this.#place, this.#course] = [place, course];
    this.#size.observe(place);
    document.addEventListener('schemechange', () => this.#recolour());
    dark.addEventListener('change', () => this.#recolour());
  }

  /** Draws the course as it is, now or soon. */
  draw() {
    if (this.#clock) return;
    this.#clock = setTimeout(() => {
      this.#clock = 0;
      this.#drawnAt = performance.now();
      this.#chart ??= this.#make();
      this.#chart.setData(this.#course.stacked());
    }, Math.max(0, this.#drawnAt + pause - performance.now()));
  }

  #fit() {
    this.#chart?.setSize({ width: this.#place.clientWidth, height });
  }

  #recolour() {
    if (!this.#chart) return;
    this.#chart.destroy();
    this.#chart = this.#make();
  }

  #make() {
    const colour = name => this.#colourOf(name);
    const axis = { stroke: colour('quiet'), grid: { stroke: colour('grid-line'), width: 1 }, ticks: { stroke: colour('grid-line'), width: 1 } };
    return new uPlot({
      width: this.#place.clientWidth,
      height,
      cursor: { drag: { x: false, y: false } },
      scales: { y: { range: (_, __, most) => [0, Math.max(1, most)] } },
      axes: [
        { ...axis, space: 80, values: (_, splits) => splits.map(second => new Date(second * 1000).toLocaleTimeString('en-GB')) },
        { ...axis, size: 70, values: (_, splits) => splits.map(value => Number.isInteger(value) ? count(value) : '') },
      ],
      series: [
        { label: 'Time', value: (_, second) => second == null ? '–' : new Date(second * 1000).toLocaleTimeString('en-GB') },

        // Opaque, the highest first: each covers what the ones after it add up to.
        ...statuses.map(status => ({
          label: status,
          stroke: colour(status),
          fill: colour(status),
          width: 1,
          points: { show: false },
          value: (_, __, ___, at) => count(this.#course.counts[status][at ?? this.#course.length - 1]),
        })),
      ],
    }, this.#course.stacked(), this.#place);
  }

  // A canvas takes no variables: what they come to here and now is asked of an element that has the class.
  #colourOf(name) {
    const probe = document.createElement('span');
    probe.className = name;
    probe.hidden = true;
    this.#place.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }
}
