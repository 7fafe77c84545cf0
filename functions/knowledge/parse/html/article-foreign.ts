import { ancestorsOf, namesOf, nameWeight } from './element-names.ts';
import type { Measured } from './figures.ts';
import { descendants, type Element, textOf } from './html.ts';

/** How strictly an article is looked for. */
export interface Attempt {
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
/** Lines about the article or its pictures rather than of it. */
const aboutNames =
  /caption|byline|dateline|credit|gallery|slideshow|slide|timestamp|pubdate|publish|author|newsletter|related|recirc|signup|subscribe|advert|disclaimer|breadcrumb|tags\b/i;
const pointer =
  /^(?:read more|see more|see also|more from|related|don.t miss|you may also like|more on this|recommended|advertisement|continue reading|sign up|click here)\b/i;

/** Drops what inside the article is not of it: asides, share bars, boxes of links. */
export function dropForeign(
  root: Element,
  dropped: Set<Element>,
  measured: Measured,
  attempt: Attempt,
): void {
  for (const element of descendants(root).toReversed()) {
    if (dropped.has(element)) continue;
    const { tag } = element;
    const { length } = measured.of(element);
    const drop =
      furniture.has(tag) ||
      (length < shortArticle && shareNames.test(namesOf(element))) ||
      (length < 400 && aboutNames.test(namesOf(element))) ||
      (length < 200 &&
        (tag === 'p' || tag === 'div' || tag === 'span') &&
        pointer.test(textOf(element).trim())) ||
      ((tag === 'h1' || tag === 'h2') && attempt.weighNames && nameWeight(element) < 0) ||
      ((tag === 'form' ||
        tag === 'fieldset' ||
        tag === 'table' ||
        tag === 'ul' ||
        tag === 'ol' ||
        tag === 'div') &&
        looksForeign(element, dropped, measured, attempt));
    if (drop) dropped.add(element);
  }
}

function looksForeign(
  element: Element,
  dropped: ReadonlySet<Element>,
  measured: Measured,
  attempt: Attempt,
): boolean {
  const weight = attempt.weighNames ? nameWeight(element) : 0;
  if (isDataTable(element) || ancestorsOf(element).some(isDataTable)) return false;
  if (weight < 0) return true;
  const figures = measured.of(element);
  if (figures.commas >= 10) return false;
  const count = { p: 0, img: 0, li: -100, input: 0 };
  let headings = 0;
  let listed = 0;
  let textual = 0;
  for (const inner of descendants(element)) {
    if (dropped.has(inner)) continue;
    if (inner.tag === 'table' && isDataTable(inner)) return false;
    const { length } = measured.of(inner);
    if (inner.tag === 'p') count.p += 1;
    else if (inner.tag === 'img') count.img += 1;
    else if (inner.tag === 'li') count.li += 1;
    else if (inner.tag === 'input') count.input += 1;
    else if (/^h[1-6]$/.test(inner.tag)) headings += length;
    else if (inner.tag === 'ul' || inner.tag === 'ol') listed += length;
    if (textTags.has(inner.tag)) textual += length;
  }
  const { length } = figures;
  const density = measured.linkDensity(element);
  const isList = element.tag === 'ul' || element.tag === 'ol' || (length > 0 && listed / length > 0.9);
  const headingShare = length === 0 ? 0 : headings / length;
  return (
    (count.img > 1 &&
      count.p / count.img < 0.5 &&
      !ancestorsOf(element).some(({ tag }) => tag === 'figure')) ||
    (!isList && count.li > count.p) ||
    count.input > Math.floor(count.p / 3) ||
    (!isList && headingShare < 0.9 && length < 25 && (count.img === 0 || count.img > 2) && density > 0) ||
    (!isList && weight < 25 && density > 0.2) ||
    (weight >= 25 && density > 0.5) ||
    (count.img === 0 && length > 0 && textual === 0 && !hasInlineText(element))
  );
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

/** A table that holds data, not the layout of the page. */
export function isDataTable(element: Element): boolean {
  if (element.tag !== 'table') return false;
  const { role, summary, datatable } = element.attributes;
  if (role === 'presentation' || datatable === '0') return false;
  if (summary) return true;
  let rows = 0;
  let cells = 0;
  for (const inner of descendants(element)) {
    if (inner.tag === 'caption' || inner.tag === 'th' || inner.tag === 'thead' || inner.tag === 'tfoot')
      return true;
    if (inner.tag === 'table') return false;
    if (inner.tag === 'tr') rows += 1;
    if (inner.tag === 'td') cells += 1;
  }
  if (rows === 0 || cells === rows || rows === 1) return false;
  return rows >= 10 || cells / rows > 4 || cells > 10;
}
