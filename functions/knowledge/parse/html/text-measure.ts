import type { Element, HtmlNode } from './html.ts';

/** How much text an element holds. */
export interface TextMeasure {
  /** In characters; a run of white space counts as one. */
  readonly length: number;
  /** Characters inside links. Those inside a link to a place on the same page count a third. */
  readonly linked: number;
  /** Commas in texts that are long enough to be prose. */
  readonly commas: number;
}

/** The measures of all elements below one root. */
export interface TextMeasures {
  /** The measure of an element. It is zero for an element that was left out. */
  of(element: Element): TextMeasure;
  /** The share of the element's text that is inside links, 0 to 1. */
  linkDensity(element: Element): number;
}

const nothing: TextMeasure = { length: 0, linked: 0, commas: 0 };
/** The commas of Latin, Arabic, Chinese and other scripts. */
const commas = new Set(Array.from(',،﹐︐⹁，、', comma => comma.charCodeAt(0)));
/** In characters. The commas of shorter texts are not counted. */
const shortestProse = 20;

/** Measures the text of all elements below `root` in one pass, without the elements in `dropped`. */
export function measureText(root: Element, dropped: ReadonlySet<Element>): TextMeasures {
  const known = new Map<Element, TextMeasure>();
  const walk = (element: Element): TextMeasure => {
    let length = 0;
    let linked = 0;
    let commaCount = 0;
    for (const child of element.children) {
      if (typeof child === 'string') {
        const text = measureOf(child);
        length += text.length;
        if (child.length > shortestProse) commaCount += text.commas;
      } else if (!dropped.has(child)) {
        const inner = walk(child);
        length += inner.length;
        linked += inner.linked;
        commaCount += inner.commas;
      }
    }
    if (element.tag === 'a') linked = element.attributes['href']?.startsWith('#') ? length * 0.3 : length;
    const measure = { length, linked, commas: commaCount };
    known.set(element, measure);
    return measure;
  };
  walk(root);
  const of = (element: Element) => known.get(element) ?? nothing;
  return {
    of,
    linkDensity(element) {
      const { length, linked } = of(element);
      return length === 0 ? 0 : linked / length;
    },
  };
}

/** Counts a run of white space once. It makes no squeezed copy of the text, which would take longer. */
function measureOf(text: string): TextMeasure {
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
  return { length: space && length > 0 ? length - 1 : length, linked: 0, commas: commaCount };
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
