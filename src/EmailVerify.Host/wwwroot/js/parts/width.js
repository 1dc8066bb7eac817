// How wide a part is, in parts of the whole. Set by script: the page's policy allows no style in its markup.
import { Directive, PartType, directive } from '/lib/lit-html/directive.js';

class Width extends Directive {
  constructor(part) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('width stands in a tag by itself.');
  }

  update({ element }, [share]) {
    element.style.width = `${100 * share}%`;
  }

  render() { }
}

/** Gives its element a width: `<span ${width(0.4)}>`. */
export const width = directive(Width);
