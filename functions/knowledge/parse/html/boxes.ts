import type { Element, HtmlNode } from './html.ts';

/** Tags that people style as boxes, so that no white space is needed between two of them. */
const boxTags = new Set('span a b strong em i small time label button abbr bdi data output'.split(' '));
/** Within code every character counts. */
const verbatim = new Set(['code', 'pre', 'kbd', 'samp', 'tt', 'var']);
const shownAsBox = /(?:^|[;\s])display\s*:\s*(?:block|inline-block|flex|grid|table-cell)/i;

/**
 * Whether two neighbours without white space between them are boxes of their own, such as a day and its hours, and not
 * parts of one word: two links, boxes by their style, cells of other classes, or where the kind of character changes.
 * `before` is the line's text up to the right one, `text` the text of that one.
 */
export function areBoxes(left: HtmlNode | undefined, right: HtmlNode, before: string, text: string): boolean {
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  if (!boxTags.has(left.tag) || !boxTags.has(right.tag) || verbatim.has(left.parent?.tag ?? '')) return false;
  const end = before.slice(-3);
  if (!/[\p{L}\p{N}.!?)%€£]$/u.test(end) || !/^[\p{L}\p{N}(£$€+]/u.test(text)) return false;
  if (left.tag === 'a' && right.tag === 'a') return true;
  if (isBox(left) || isBox(right)) return true;
  if (/\p{L}{3}$/u.test(end) && /^\d/.test(text)) return true;
  if (/\d$/.test(end) && /^\p{L}{2}/u.test(text)) return !/^(?:st|nd|rd|th|er|re|ème|º|ª)\b/.test(text);
  if (/\p{Ll}{2}$/u.test(end) && /^\p{Lu}/u.test(text)) return true;
  return areCells(left, right);
}

const isBox = ({ attributes }: Element): boolean => shownAsBox.test(attributes['style'] ?? '');

/** Neighbours of other classes in a row that has nothing but boxes, at least two characters each. */
function areCells(left: Element, right: Element): boolean {
  const [one, other] = [left.attributes['class'], right.attributes['class']];
  if (!one || !other || one === other || !left.parent) return false;
  return left.tag === 'span' && right.tag === 'span' && left.parent.children.length <= mostCells
    ? left.parent.children.every(child => typeof child === 'object' || child.trim() === '')
    : false;
}

const mostCells = 20;
