import { ancestorsOf, namesOf, nameWeight } from './element-names.ts';
import type { TextMeasures } from './text-measure.ts';
import { descendants, type Element, textOf } from './html.ts';

/** How strictly an article is looked for. */
export interface Strictness {
  /** Drop elements whose class or id names page furniture. */
  readonly stripUnlikely: boolean;
  /** Let class and id weigh in the score. */
  readonly weighNames: boolean;
}

/** Below this many characters a stricter attempt is thought to have dropped the article itself. */
export const shortArticle = 500;

const furniture = new Set([
  'footer',
  'aside',
  'nav',
  'embed',
  'input',
  'textarea',
  'select',
  'button',
  'figcaption',
]);
const shareNames = /(?:\b|_)(?:share|sharedaddy)(?:\b|_)/i;
/** Lines about the article or its pictures, which are no part of its text. */
const aboutNames =
  /caption|byline|dateline|credit|gallery|slideshow|slide|timestamp|pubdate|publish|author|newsletter|related|recirc|signup|subscribe|advert|disclaimer|breadcrumb|tags\b/i;
const pointer =
  /^(?:read more|see more|see also|more from|related|don.t miss|you may also like|more on this|recommended|advertisement|continue reading|sign up|click here)\b/i;

/** Drops what is inside the article but not part of it: asides, share bars, boxes of links. `roots` have one parent. */
export function dropForeign(
  roots: readonly Element[],
  dropped: Set<Element>,
  measured: TextMeasures,
  strictness: Strictness,
): void {
  const elements = roots.flatMap(root => [root, ...descendants(root)]);
  const inDataTables = findInDataTables(elements);
  const isRoot = new Set(roots);
  const contents = new Map<Element, Contents>();
  // Backwards, so that everything inside an element has been looked at before the element itself.
  for (const element of elements.toReversed()) {
    const content = contentsOf(element, contents, dropped, measured);
    contents.set(element, content);
    if (dropped.has(element) || isRoot.has(element)) continue;
    const { tag } = element;
    const length = measured.length(element);
    const drop =
      furniture.has(tag) ||
      (length < shortArticle && shareNames.test(namesOf(element))) ||
      (length < 400 && aboutNames.test(namesOf(element))) ||
      (length < 200 &&
        (tag === 'p' || tag === 'div' || tag === 'span') &&
        pointer.test(textOf(element).trim())) ||
      ((tag === 'h1' || tag === 'h2') && strictness.weighNames && nameWeight(element) < 0) ||
      (boxes.has(tag) &&
        !inDataTables.has(element) &&
        looksForeign(element, content, measured, strictness.weighNames ? nameWeight(element) : 0));
    if (drop) dropped.add(element);
  }
}

const boxes = new Set(['form', 'fieldset', 'table', 'ul', 'ol', 'div']);

/**
 * What is inside an element, without the elements that were dropped: numbers of elements, and lengths of their text.
 */
interface Contents {
  p: number;
  img: number;
  li: number;
  input: number;
  headings: number;
  listed: number;
  textual: number;
  dataTable: boolean;
}

/** Counts the children and what is inside them; `known` has the contents of each child. */
function contentsOf(
  element: Element,
  known: ReadonlyMap<Element, Contents>,
  dropped: ReadonlySet<Element>,
  measured: TextMeasures,
): Contents {
  const sum = { p: 0, img: 0, li: 0, input: 0, headings: 0, listed: 0, textual: 0, dataTable: false };
  for (const child of element.children) {
    if (typeof child === 'string') continue;
    const inner = known.get(child);
    if (inner) {
      sum.p += inner.p;
      sum.img += inner.img;
      sum.li += inner.li;
      sum.input += inner.input;
      sum.headings += inner.headings;
      sum.listed += inner.listed;
      sum.textual += inner.textual;
      sum.dataTable ||= inner.dataTable;
    }
    if (dropped.has(child)) continue;
    const { tag } = child;
    const length = measured.length(child);
    if (tag === 'p') sum.p += 1;
    else if (tag === 'img') sum.img += 1;
    else if (tag === 'li') sum.li += 1;
    else if (tag === 'input') sum.input += 1;
    else if (/^h[1-6]$/.test(tag)) sum.headings += length;
    else if (tag === 'ul' || tag === 'ol') sum.listed += length;
    else if (tag === 'table') sum.dataTable ||= isDataTable(child);
    if (textTags.has(tag)) sum.textual += length;
  }
  return sum;
}

/** `weight`: what the names of the element say of it, see `nameWeight`. */
function looksForeign(element: Element, inside: Contents, measured: TextMeasures, weight: number): boolean {
  if (weight < 0) return true;
  const length = measured.length(element);
  if (measured.commas(element) >= 10 || inside.dataTable) return false;
  const { p, img, input, headings, listed, textual } = inside;
  // Many lists of a page are content.
  const items = inside.li - 100;
  const density = measured.linkDensity(element);
  const isList = element.tag === 'ul' || element.tag === 'ol' || (length > 0 && listed / length > 0.9);
  const headingShare = length === 0 ? 0 : headings / length;
  return (
    (img > 1 && p / img < 0.5 && !ancestorsOf(element).some(({ tag }) => tag === 'figure')) ||
    (!isList && items > p) ||
    input > Math.floor(p / 3) ||
    (!isList && headingShare < 0.9 && length < 25 && (img === 0 || img > 2) && density > 0) ||
    (!isList && weight < 25 && density > 0.2) ||
    (weight >= 25 && density > 0.5) ||
    (img === 0 && length > 0 && textual === 0 && !hasInlineText(element))
  );
}

/**
 * The data tables among the elements, and everything inside them. The elements come in document order, with everything
 * inside them.
 */
function findInDataTables(elements: readonly Element[]): Set<Element> {
  const found = new Set<Element>();
  const outside = elements[0] ? ancestorsOf(elements[0]).filter(isDataTable) : [];
  for (const element of elements)
    if (outside.length > 0 || (element.parent && found.has(element.parent)) || isDataTable(element))
      found.add(element);
  return found;
}

const textTags = new Set([
  'span',
  'li',
  'td',
  'blockquote',
  'dl',
  'div',
  'img',
  'ol',
  'p',
  'pre',
  'table',
  'ul',
]);
const hasInlineText = (element: Element): boolean => {
  return element.children.some(child => typeof child === 'string' && child.trim() !== '');
};

/**
 * A table that holds data, not the layout of the page. A table with another one inside is layout, unless it has
 * headings before it.
 */
export function isDataTable(element: Element): boolean {
  if (element.tag !== 'table') return false;
  const { role, summary, datatable } = element.attributes;
  if (role === 'presentation' || datatable === '0') return false;
  if (summary) return true;
  let rows = 0;
  let cells = 0;
  // Never looks into an inner table, so that looking at every table of a page takes time in proportion to the page.
  const judge = (parent: Element): boolean | undefined => {
    for (const child of parent.children) {
      if (typeof child === 'string') continue;
      const { tag } = child;
      if (tag === 'caption' || tag === 'th' || tag === 'thead' || tag === 'tfoot') return true;
      if (tag === 'table') return false;
      if (tag === 'tr') rows += 1;
      if (tag === 'td') cells += 1;
      const inside = judge(child);
      if (inside !== undefined) return inside;
    }
    return undefined;
  };
  const judged = judge(element);
  if (judged !== undefined) return judged;
  if (rows === 0 || cells === rows || rows === 1) return false;
  return rows >= 10 || cells / rows > 4 || cells > 10;
}
