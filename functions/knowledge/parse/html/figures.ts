import type { Element, HtmlNode } from './html.ts';

/** How much text an element holds and of what sort; lengths in characters with white space squeezed. */
export interface Figures {
  readonly length: number;
  /** Characters inside links; links within the page count a third. */
  readonly linked: number;
  readonly commas: number;
}

/** Figures of every element below a root, leaving out what is in `dropped`. */
export interface Measured {
  of(element: Element): Figures;
  /** Share of the text that is inside links, 0 to 1. */
  linkDensity(element: Element): number;
}

const nothing: Figures = { length: 0, linked: 0, commas: 0 };
/** As the languages of the world write it. */
const commas = new Set(Array.from(',،﹐︐⹁，、', comma => comma.charCodeAt(0)));
/** Those of shorter texts are no prose. */
const shortestProse = 20;

/** Measures the whole tree in one pass. */
export function measure(root: Element, dropped: ReadonlySet<Element>): Measured {
  const known = new Map<Element, Figures>();
  const walk = (element: Element): Figures => {
    let length = 0;
    let linked = 0;
    let commaCount = 0;
    for (const child of element.children) {
      if (typeof child === 'string') {
        const text = figuresOf(child);
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
    const figures = { length, linked, commas: commaCount };
    known.set(element, figures);
    return figures;
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

/** Runs of white space count once, without being squeezed. */
function figuresOf(text: string): Figures {
  let length = 0;
  let commaCount = 0;
  let space = true;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const isSpace = code === 32 || (code >= 9 && code <= 13) || code === 160;
    if (!isSpace || !space) length += 1;
    // Letters of the Latin alphabet need no look at the set.
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

export const isBlock = (node: HtmlNode): boolean => typeof node !== 'string' && blockTags.has(node.tag);
