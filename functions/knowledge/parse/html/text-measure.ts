import type { Element, HtmlNode, HtmlPage } from './html.ts';

/** How much text each element of a page holds, with all that is inside it. Zero for what is left out. */
export interface TextMeasures {
  /** In characters; a run of white space counts as one. */
  length(element: Element): number;
  /** Characters inside links. Those inside a link to a place on the same page count a third. */
  linked(element: Element): number;
  /** Commas in texts that are long enough to be prose. */
  commas(element: Element): number;
  /** The share of the element's text that is inside links, 0 to 1. */
  linkDensity(element: Element): number;
}

/** The commas of Latin, Arabic, Chinese and other scripts. */
const commas = new Set(Array.from(',،﹐︐⹁，、', comma => comma.charCodeAt(0)));
/** In characters. The commas of shorter texts are not counted. */
const shortestProse = 20;
/** What a link to a place on the same page counts. */
const innerLink = 0.3;

/**
 * The characters of a page, counted once. Measuring it again, without other elements, only adds up numbers. They are in
 * arrays by the place of the element, which takes a fifth of the time that maps by the element take.
 */
export class PageText {
  private readonly parents: Int32Array;
  private readonly lengths: Int32Array;
  private readonly commas: Int32Array;
  /** What a character inside of the element counts as linked; 0 for what is no link. */
  private readonly links: Float64Array;

  constructor({ body, elements }: Pick<HtmlPage, 'body' | 'elements'>) {
    const count = elements.length + 1;
    this.parents = new Int32Array(count);
    this.lengths = new Int32Array(count);
    this.commas = new Int32Array(count);
    this.links = new Float64Array(count);
    this.count(body);
    for (const element of elements) this.count(element);
  }

  /** Measures all elements but those in `dropped` and what is inside them. */
  without(dropped: Iterable<Element>): TextMeasures {
    const { parents, links } = this;
    const count = parents.length;
    const isOut = new Uint8Array(count);
    for (const { at } of dropped) isOut[at] = 1;
    for (let at = 1; at < count; at += 1) if (isOut[parents[at] ?? 0] === 1) isOut[at] = 1;
    const lengths = new Int32Array(count);
    const commas = new Int32Array(count);
    const linked = new Float64Array(count);
    // Backwards, so that all that is inside an element has been added to it when it is added to the one around it.
    for (let at = count - 1; at >= 0; at -= 1) {
      if (isOut[at] === 1) continue;
      const length = (lengths[at] ?? 0) + (this.lengths[at] ?? 0);
      const commaCount = (commas[at] ?? 0) + (this.commas[at] ?? 0);
      const link = links[at] ?? 0;
      const inLinks = link > 0 ? length * link : (linked[at] ?? 0);
      lengths[at] = length;
      commas[at] = commaCount;
      linked[at] = inLinks;
      if (at === 0) break;
      const parent = parents[at] ?? 0;
      lengths[parent] = (lengths[parent] ?? 0) + length;
      commas[parent] = (commas[parent] ?? 0) + commaCount;
      linked[parent] = (linked[parent] ?? 0) + inLinks;
    }
    return {
      length: ({ at }) => lengths[at] ?? 0,
      linked: ({ at }) => linked[at] ?? 0,
      commas: ({ at }) => commas[at] ?? 0,
      linkDensity: ({ at }) => (lengths[at] ? (linked[at] ?? 0) / lengths[at] : 0),
    };
  }

  private count({ at, tag, attributes, children, parent }: Element): void {
    this.parents[at] = parent?.at ?? 0;
    if (tag === 'a') this.links[at] = attributes['href']?.startsWith('#') ? innerLink : 1;
    let length = 0;
    let commaCount = 0;
    for (const child of children) {
      if (typeof child !== 'string') continue;
      const text = measureText(child);
      length += text.length;
      if (child.length > shortestProse) commaCount += text.commas;
    }
    this.lengths[at] = length;
    this.commas[at] = commaCount;
  }
}

/** Counts a run of white space once. It makes no squeezed copy of the text, which would take longer. */
function measureText(text: string): { readonly length: number; readonly commas: number } {
  let length = 0;
  let commaCount = 0;
  let space = true;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const isSpace = code === 32 || (code >= 9 && code <= 13) || code === 160;
    if (!isSpace || !space) length += 1;
    // Below 0x600 the set only holds `,`.
    if (code === 44 || (code > 0x600 && commas.has(code))) commaCount += 1;
    space = isSpace;
  }
  return { length: space && length > 0 ? length - 1 : length, commas: commaCount };
}

const blockTags = new Set(
  (
    'address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer form ' +
    'h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre search section summary table tbody td tfoot th thead ' +
    'tr ul'
  ).split(' '),
);

/** Whether browsers show the node as a block of its own, not within a line of text. */
export const isBlock = (node: HtmlNode): boolean => typeof node !== 'string' && blockTags.has(node.tag);
